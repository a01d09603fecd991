"""Rules of the mirror: pure, time is an argument."""
