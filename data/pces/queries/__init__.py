"""Reading delivery points: every read starts from `visible(viewer)`."""

from data.pces.queries.lists import (
    SORTS,
    count_pces,
    count_stale,
    count_unheld,
    default_pce,
    freshness_counts,
    get_detail,
    latest_day,
    list_alike,
    list_late,
    list_pces,
    search,
    tags,
)
from data.pces.queries.visible import get_scope, in_force, list_events, scopes, until, visible

__all__ = [
    "SORTS",
    "count_pces",
    "count_stale",
    "count_unheld",
    "default_pce",
    "freshness_counts",
    "get_detail",
    "get_scope",
    "in_force",
    "latest_day",
    "list_alike",
    "list_events",
    "list_late",
    "list_pces",
    "scopes",
    "search",
    "tags",
    "until",
    "visible",
]
