"""`python -m data.notifications.channels`: one delivery, in a process that may be killed."""

from data.notifications.channels.apart import serve

serve()
