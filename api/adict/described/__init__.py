"""ADICT as this portal speaks it, described from its own code (OpenAPI 3.1)."""
