"""Reading delivery points: every read starts from `visible(viewer)`."""

from data.pces.queries.choosing import (
    chosen,
    count_chosen,
    find_numbers,
    find_unknown,
    list_scopes,
    scopes_by_id,
)
from data.pces.queries.counts import (
    count_pces,
    count_stale,
    count_unheld,
    default_pce,
    freshness_counts,
    has_several,
    holders,
    latest_day,
    tags,
)
from data.pces.queries.detail import get_detail
from data.pces.queries.limits import count_under, list_organisation_tags, told_within
from data.pces.queries.lists import (
    SORTS,
    ended,
    filtered,
    list_alike,
    list_late,
    list_pces,
    search,
)
from data.pces.queries.visible import (
    get_scope,
    in_force,
    list_events,
    scopes,
    until,
    visible,
    with_grant,
)

__all__ = [
    "SORTS",
    "chosen",
    "count_chosen",
    "count_pces",
    "count_stale",
    "count_under",
    "count_unheld",
    "default_pce",
    "ended",
    "filtered",
    "find_numbers",
    "find_unknown",
    "freshness_counts",
    "get_detail",
    "get_scope",
    "has_several",
    "holders",
    "in_force",
    "latest_day",
    "list_alike",
    "list_events",
    "list_late",
    "list_organisation_tags",
    "list_pces",
    "list_scopes",
    "scopes",
    "scopes_by_id",
    "search",
    "tags",
    "told_within",
    "until",
    "visible",
    "with_grant",
]
