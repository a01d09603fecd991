"""Rules of contracts: pure, time is an argument."""
