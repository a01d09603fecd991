"""Alerts screens: messages by site and threshold, preferences and exceedances."""

from components.notifications.calm_state import CalmState, quiet_text
from components.notifications.filters import (
    InboxQuery,
    Tab,
    kind_of,
    read_asked,
    write_asked,
)
from components.notifications.ids import Ids
from components.notifications.page import alerts_page, draw_lines, draw_tabs, settings_page

__all__ = [
    "CalmState",
    "Ids",
    "InboxQuery",
    "Tab",
    "alerts_page",
    "draw_lines",
    "draw_tabs",
    "kind_of",
    "quiet_text",
    "read_asked",
    "settings_page",
    "write_asked",
]
