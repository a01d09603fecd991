"""What the weather decides: pure."""
