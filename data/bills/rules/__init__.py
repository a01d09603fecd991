"""Pure rules of bills."""
