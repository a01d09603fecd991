"""Query the inbox, the channels and the outbox."""

from data.notifications.queries.inbox import (
    count_unread,
    get_filtered_query,
    get_notice,
    list_inbox,
    visible,
)
from data.notifications.queries.outbox import (
    count_waiting,
    find_next_due_at,
    find_oldest_unsent_at,
    get_digest,
    get_linked,
    get_notification,
    get_target,
    list_due,
    list_waiting,
)
from data.notifications.queries.people import (
    get_preferences,
    list_addresses,
    list_channels,
    list_deliveries,
    list_mutes,
    list_pending,
)
from data.notifications.queries.set_aside import HOME, list_set_aside

__all__ = [
    "HOME",
    "count_unread",
    "count_waiting",
    "find_next_due_at",
    "find_oldest_unsent_at",
    "get_digest",
    "get_filtered_query",
    "get_linked",
    "get_notice",
    "get_notification",
    "get_preferences",
    "get_target",
    "list_addresses",
    "list_channels",
    "list_deliveries",
    "list_due",
    "list_inbox",
    "list_mutes",
    "list_pending",
    "list_set_aside",
    "list_waiting",
    "visible",
]
