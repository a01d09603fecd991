"""Delivery points: holders, descriptions and events."""
