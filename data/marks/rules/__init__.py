"""Rules of marks: pure, time is an argument."""
