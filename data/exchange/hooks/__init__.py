"""Webhooks: notify an organisation's programs of changes, so that they fetch the data."""
