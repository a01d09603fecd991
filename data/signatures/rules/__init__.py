"""What a signature decides: pure, whole arrays at a time."""
