"""Pure rules of the yearly declaration."""
