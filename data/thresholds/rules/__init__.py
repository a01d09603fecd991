"""Rules of thresholds: pure, time and readings are arguments."""
