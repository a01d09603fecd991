"""Webhooks of an organisation: its programs are told what changed, and call for the rest."""
