"""Screens of change point models: chart and explanation."""
