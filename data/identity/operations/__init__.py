"""Work queue as the operator sees it, and actions on failed work."""
