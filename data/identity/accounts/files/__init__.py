"""Parse and check data from browser authenticators."""
