"""Thresholds on consumption: evaluated by gas day, replayed on changes, notified once."""
