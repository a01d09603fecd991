"""Reading the inbox, the ways of telling, and the outbox."""

from data.notifications.queries.inbox import count_unread, get_notice, list_inbox
from data.notifications.queries.outbox import (
    count_waiting,
    get_digest,
    get_letter,
    get_linked,
    get_target,
    list_due,
    list_waiting,
    waiting_since,
)
from data.notifications.queries.people import (
    get_preferences,
    list_addresses,
    list_channels,
    list_deliveries,
    list_mutes,
    list_pending,
)

__all__ = [
    "count_unread",
    "count_waiting",
    "get_digest",
    "get_letter",
    "get_linked",
    "get_notice",
    "get_preferences",
    "get_target",
    "list_addresses",
    "list_channels",
    "list_deliveries",
    "list_due",
    "list_inbox",
    "list_mutes",
    "list_pending",
    "list_waiting",
    "waiting_since",
]
