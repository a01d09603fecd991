"""Pure rules of prices."""
