"""Scheduled jobs and operator commands."""
