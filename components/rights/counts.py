"""Cache in the page the number of rights of each filter, for a minute.

Counting can take longer than loading the rows. Sorting, selecting another state and scrolling reuse
the cached counts.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from components.rights.filters import ALL, RightListParams, write_wanted
from data.rights.types import RightState

FRESH = timedelta(minutes=1)
_MOST = 10**9
Counts = Mapping[RightState, int]


def keep(counts: Counts, wanted: RightListParams, now: datetime) -> dict[str, Any]:
    """Return the cache entry of the page: filters, time and counts."""
    by_state = {state.value: count for state, count in counts.items()}
    lines = total(counts, wanted)
    return {"of": counted(wanted), "at": now.timestamp(), "counts": by_state, "lines": lines}


def cached_counts(
    given: Mapping[str, Any] | None, wanted: RightListParams, now: datetime
) -> Counts | None:
    """Return the counts cached in the page, None if missing, expired or invalid."""
    if not given or given.get("of") != counted(wanted):
        return None
    at, counts = given.get("at"), given.get("counts")
    if not isinstance(at, int | float) or not isinstance(counts, Mapping):
        return None
    if not 0 <= now.timestamp() - at < FRESH.total_seconds():
        return None
    counts_by_state = {state: counts.get(state.value) for state in RightState}
    if not all(
        isinstance(count, int) and 0 <= count <= _MOST for count in counts_by_state.values()
    ):
        return None
    return {state: count or 0 for state, count in counts_by_state.items()}


def counted(wanted: RightListParams) -> str:
    """Return the filters of the counts, without the state: all states are counted."""
    plain = RightListParams()
    return write_wanted(
        replace(wanted, state=ALL, sort=plain.sort, full=plain.full, open=plain.open)
    )


def total(counts: Counts, wanted: RightListParams) -> int:
    """Return the number of rows of the selected state."""
    if wanted.state == ALL:
        return sum(counts.values())
    return counts[RightState(wanted.state)]
