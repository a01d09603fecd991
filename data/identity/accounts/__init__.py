"""Organisations, users, roles and sessions."""
