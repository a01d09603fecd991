"""Decisions about thresholds: pure, time and readings come in as arguments."""
