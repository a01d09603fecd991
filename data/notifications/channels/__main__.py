"""Deliver one message in a process that can be killed."""

from data.notifications.channels.subprocess_send import serve

serve()
