"""Delivery channels: one module each, with common errors."""

from data.notifications.channels.errors import ChannelDown, ChannelRefused, NoTls, outcome_of
from data.notifications.channels.mail import MailTransport, create_mail_transport
from data.notifications.channels.services import by_apprise
from data.notifications.channels.subprocess_send import Delivering, send_with_deadline
from data.notifications.channels.webhook import by_webhook

__all__ = [
    "ChannelDown",
    "ChannelRefused",
    "Delivering",
    "MailTransport",
    "NoTls",
    "by_apprise",
    "by_webhook",
    "create_mail_transport",
    "outcome_of",
    "send_with_deadline",
]
