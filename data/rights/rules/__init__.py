"""What is decided of rights: pure, exhaustive, time comes in as an argument."""
