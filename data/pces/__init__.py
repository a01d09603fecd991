"""Delivery points: who holds them, what they are, what happened to them."""
