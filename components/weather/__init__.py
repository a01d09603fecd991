"""The weather: stations, their days, and whom each serves."""
