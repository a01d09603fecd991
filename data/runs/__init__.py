"""Runs: long imports with a state, progress and a receipt."""
