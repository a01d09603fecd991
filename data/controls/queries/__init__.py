"""Query controls; each query starts from `visible(viewer)` or a calendar link."""

from data.controls.queries.calendar import get_calendar_feed, list_calendars
from data.controls.queries.detail import get_control
from data.controls.queries.draw import list_third_parties
from data.controls.queries.expected_proofs import (
    list_awaiting,
    load_expected_proofs,
    sum_stored_bytes,
)
from data.controls.queries.figures import (
    count_awaited,
    count_to_do,
    get_control_totals,
    get_service_levels,
    list_campaigns,
    list_managers,
    list_workloads,
)
from data.controls.queries.journal import (
    find_journal_breaks,
    is_packed,
    list_control_events,
    list_pack_entries,
)
from data.controls.queries.lists import (
    EVERY,
    count_boxes,
    count_states,
    count_third_parties,
    find_uids,
    iter_controls,
    list_controls,
)
from data.controls.queries.shared_proofs import list_alike, list_proofs
from data.controls.queries.threads import get_piece, list_messages
from data.controls.queries.unscoped import (
    list_ended,
    list_final,
    list_late,
    list_reminders,
    list_stored_keys,
)

__all__ = [
    "EVERY",
    "count_awaited",
    "count_boxes",
    "count_states",
    "count_third_parties",
    "count_to_do",
    "find_journal_breaks",
    "find_uids",
    "get_calendar_feed",
    "get_control",
    "get_control_totals",
    "get_piece",
    "get_service_levels",
    "is_packed",
    "iter_controls",
    "list_alike",
    "list_awaiting",
    "list_calendars",
    "list_campaigns",
    "list_control_events",
    "list_controls",
    "list_ended",
    "list_final",
    "list_late",
    "list_managers",
    "list_messages",
    "list_pack_entries",
    "list_proofs",
    "list_reminders",
    "list_stored_keys",
    "list_third_parties",
    "list_workloads",
    "load_expected_proofs",
    "sum_stored_bytes",
]
