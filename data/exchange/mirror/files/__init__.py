"""Parse upstream objects about a PCE, without the database."""
