"""Rules of controls: pure, exhaustive, time is an argument."""
