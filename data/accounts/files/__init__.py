"""Parse and check the data of browser authenticators."""
