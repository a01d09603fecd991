"""Code without business concepts; it imports nothing of the portal outside this package."""
