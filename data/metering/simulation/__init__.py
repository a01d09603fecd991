"""Invented consumption: of the demo, and of the sample of an account without PCE."""
