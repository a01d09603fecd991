"""Delivery points: the list of those that are visible, and the page of one."""

from components.pces.filters import (
    ALL,
    NOBODY,
    filter_model,
    read_filters,
    tag_of,
    view_of_model,
    write_filters,
)
from components.pces.ids import Ids
from components.pces.labels import asked_text, count_text, event_text, selected_text
from components.pces.listing import grid_row, pces_page
from components.pces.sheet import may_rename, pce_page

__all__ = [
    "ALL",
    "NOBODY",
    "Ids",
    "asked_text",
    "count_text",
    "event_text",
    "filter_model",
    "grid_row",
    "may_rename",
    "pce_page",
    "pces_page",
    "read_filters",
    "selected_text",
    "tag_of",
    "view_of_model",
    "write_filters",
]
