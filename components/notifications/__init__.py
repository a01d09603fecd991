"""The inbox, the ways of being told, and the words of exceedances."""

from components.notifications.filters import ALL, Asked, Tab, kind_of, read_asked, write_asked
from components.notifications.ids import Ids
from components.notifications.page import notifications_page
from components.notifications.quiet import Quiet, quiet_text

__all__ = [
    "ALL",
    "Asked",
    "Ids",
    "Quiet",
    "Tab",
    "kind_of",
    "notifications_page",
    "quiet_text",
    "read_asked",
    "write_asked",
]
