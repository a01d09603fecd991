"""What the portal holds about a person: given to them, erased, kept no longer than was said."""
