"""Rules of marks: pure, with the time as an argument."""
