"""Rules of the mirror: pure, with the time as an argument."""
