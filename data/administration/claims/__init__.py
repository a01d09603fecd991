"""Delivery points that an organisation asks for, with the proof that it holds them (ADR 0073)."""
