"""Heated surface and use of the site of a PCE, as an organisation states them, with their dates."""
