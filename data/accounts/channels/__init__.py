"""Requests of accounts to other machines."""
