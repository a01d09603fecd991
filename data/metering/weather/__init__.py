"""Weather: stations, their days and degree days."""
