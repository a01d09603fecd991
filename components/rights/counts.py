"""Cache in the page the number of rights of each filter, for a minute.

Counting can take longer than finding the lines. Sorting, choosing another state and scrolling reuse
the cached counts.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from components.rights.filters import ALL, RightQuery, write_wanted
from data.rights.types import RightState

FRESH = timedelta(minutes=1)
_MOST = 10**9
Counts = Mapping[RightState, int]


def keep(counts: Counts, wanted: RightQuery, now: datetime) -> dict[str, Any]:
    """What the page keeps: which filters these are the counts of, and when they were true."""
    by_state = {state.value: count for state, count in counts.items()}
    lines = total(counts, wanted)
    return {"of": counted(wanted), "at": now.timestamp(), "counts": by_state, "lines": lines}


def cached_counts(
    given: Mapping[str, Any] | None, wanted: RightQuery, now: datetime
) -> Counts | None:
    """The counts of *wanted* if the page has them, and they are not old; whatever it sent."""
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


def counted(wanted: RightQuery) -> str:
    """The filters that are counted: a chip has the count of its state whichever is pressed."""
    plain = RightQuery()
    return write_wanted(
        replace(wanted, state=ALL, sort=plain.sort, full=plain.full, open=plain.open)
    )


def total(counts: Counts, wanted: RightQuery) -> int:
    """How many lines the grid has, of the state pressed."""
    if wanted.state == ALL:
        return sum(counts.values())
    return counts[RightState(wanted.state)]
