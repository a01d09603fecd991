"""Rules of rights: pure, exhaustive, time is an argument."""
