"""Rules of readings and charts: pure, time is an argument."""
