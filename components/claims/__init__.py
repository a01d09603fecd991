"""Screens of the delivery points that organisations ask for."""
