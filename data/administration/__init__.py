"""People of an organisation, and what the law gives them over their data."""
