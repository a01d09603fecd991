"""The preparation of the yearly declaration to OPERAT."""
