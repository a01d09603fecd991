"""Rules that simulate a climate, a calendar and the gas of a site."""
