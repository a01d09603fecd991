"""Delivery points and what is measured there: readings, weather, and the prices of energy."""
