"""OPERAT preparation: the gas of a calendar year by site, and what is missing."""
