"""Rules of the weather: pure."""
