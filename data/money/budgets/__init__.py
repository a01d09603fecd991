"""Yearly budgets in energy or euros, and their progress."""
