"""Webhooks: an organisation's programs are told of changes, and call for the data."""
