"""Builders that turn plain values into Dash components."""
