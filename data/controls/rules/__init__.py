"""What is decided of controls: pure, exhaustive, time comes in as an argument."""
