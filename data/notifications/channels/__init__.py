"""How a message leaves: one module a way, all of which raise the same few errors."""

from data.notifications.channels.apart import Delivering, apart
from data.notifications.channels.errors import Down, NoTls, Refused, outcome_of
from data.notifications.channels.mail import Channel, channel
from data.notifications.channels.services import by_apprise
from data.notifications.channels.webhook import by_webhook

__all__ = [
    "Channel",
    "Delivering",
    "Down",
    "NoTls",
    "Refused",
    "apart",
    "by_apprise",
    "by_webhook",
    "channel",
    "outcome_of",
]
