"""The description of the ADICT API of this portal, generated from its code (OpenAPI 3.1)."""
