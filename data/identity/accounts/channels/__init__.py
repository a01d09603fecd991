"""Requests from accounts to external services."""
