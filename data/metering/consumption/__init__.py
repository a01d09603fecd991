"""Readings, their revisions, periods and roll-up."""
