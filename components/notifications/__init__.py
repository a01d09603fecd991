"""Notifications screens: inbox, preferences and exceedances."""

from components.notifications.calm_state import CalmState, quiet_text
from components.notifications.filters import ALL, InboxQuery, Tab, kind_of, read_asked, write_asked
from components.notifications.ids import Ids
from components.notifications.page import notifications_page

__all__ = [
    "ALL",
    "CalmState",
    "Ids",
    "InboxQuery",
    "Tab",
    "kind_of",
    "notifications_page",
    "quiet_text",
    "read_asked",
    "write_asked",
]
