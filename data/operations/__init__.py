"""What those who run the portal see of its machinery, and do about it."""
