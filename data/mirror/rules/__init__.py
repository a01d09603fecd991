"""What decides of the mirror: pure, time is an argument."""
