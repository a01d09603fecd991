"""Notifications: each message is a row before it is sent."""
