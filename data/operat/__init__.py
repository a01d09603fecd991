"""The preparation of OPERAT: what a calendar year of gas was by site, and what is still missing."""
