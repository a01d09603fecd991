"""What marks decide: pure, time is an argument."""
