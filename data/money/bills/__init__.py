"""Bills checked against the readings of the same days."""
