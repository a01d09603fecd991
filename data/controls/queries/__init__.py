"""Reading controls: every read starts from `visible(viewer)`, or from the link of a calendar."""

from data.controls.queries.alike import list_alike, list_proofs
from data.controls.queries.calendar import feed_of, list_calendars
from data.controls.queries.drawing import list_third_parties
from data.controls.queries.figures import (
    count_awaited,
    count_to_do,
    list_campaigns,
    list_managers,
    service_levels,
    totals,
    workload,
)
from data.controls.queries.journal import is_packed, links_of, timeline, verify_journal
from data.controls.queries.lists import (
    EVERY,
    MAX_ROWS,
    count_boxes,
    count_states,
    count_third_parties,
    every_control,
    find_uids,
    list_controls,
)
from data.controls.queries.one import get_control
from data.controls.queries.proving import expectations, kept_octets, list_awaiting
from data.controls.queries.service import (
    known_keys,
    list_ended,
    list_final,
    list_late,
    list_reminders,
)
from data.controls.queries.threads import get_piece, thread

__all__ = [
    "EVERY",
    "MAX_ROWS",
    "count_awaited",
    "count_boxes",
    "count_states",
    "count_third_parties",
    "count_to_do",
    "every_control",
    "expectations",
    "feed_of",
    "find_uids",
    "get_control",
    "get_piece",
    "is_packed",
    "kept_octets",
    "known_keys",
    "links_of",
    "list_alike",
    "list_awaiting",
    "list_calendars",
    "list_campaigns",
    "list_controls",
    "list_ended",
    "list_final",
    "list_late",
    "list_managers",
    "list_proofs",
    "list_reminders",
    "list_third_parties",
    "service_levels",
    "thread",
    "timeline",
    "totals",
    "verify_journal",
    "workload",
]
