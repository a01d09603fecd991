"""Evaluate a threshold on a PCE: episodes = f(published days, versions, spans, until, today).

There is no other input, so the same readings give the same episodes in whatever order they came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.thresholds.rules.point import Day, period_start
from data.thresholds.rules.points import kind_of
from data.thresholds.rules.spells import Machine
from data.thresholds.types import Exceedance, ThresholdDraft, ThresholdPeriod, Version

Span = tuple[date, date]  # both ends included
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of gas days evaluated by one version."""

    first: date
    last: date
    draft: ThresholdDraft


def segments(versions: Sequence[Version], spans: Sequence[Span]) -> list[Segment]:
    """Return the days evaluated by each version: in force on the gas day and in scope.

    `versions` are in order of creation: the last one of a day is that day's.
    """
    by_day = {version.first: version for version in versions}
    ordered = [by_day[first] for first in sorted(by_day)]
    ends = [version.first - DAY for version in ordered[1:]]
    results: list[Segment] = []
    for version, end in zip(ordered, [*ends, date.max], strict=True):
        if not version.active:
            continue
        draft = version.draft
        low = max(version.first, draft.valid_from or date.min)
        high = min(end, draft.valid_to or date.max)
        for first, last in spans:
            start, stop = max(low, first), min(high, last)
            if start <= stop:
                results.append(Segment(start, stop, draft))
    return sorted(results, key=lambda segment: segment.first)


def restart(judged: Sequence[Segment], day: date) -> date | None:
    """Return the day from which to replay when `day` changed, None for the beginning.

    Months and years start anew, so earlier periods stand; by day, a spell may depend on any earlier
    day.
    """
    periods = {segment.draft.period for segment in judged}
    if ThresholdPeriod.DAY in periods or not periods:
        return None
    return min(period_start(period, day) for period in periods)


def readings_from(judged: Sequence[Segment], begin: date | None) -> date:
    """Return the first gas day whose reading a replay from `begin` needs."""
    needed = [
        kind_of(segment.draft).back(
            period_start(segment.draft.period, max(segment.first, begin or date.min))
        )
        for segment in judged
        if begin is None or segment.last >= begin
    ]
    return min(needed, default=date.max)


def judge(
    days: Sequence[Day],
    judged: Sequence[Segment],
    *,
    until: date | None,
    today: date,
    begin: date | None = None,
) -> list[Exceedance]:
    """Return the spells of `judged` from `begin` (see `restart`) on, oldest first.

    `days` are the published days in order, `until` the last day with a value.
    """
    spells: list[Exceedance] = []
    machine: Machine | None = None
    before: Segment | None = None
    for segment in judged:
        if begin is not None and segment.last < begin:
            continue
        draft = segment.draft
        if machine is None or not _follows(before, segment):
            spells += _remaining(machine, before, until, today)
            machine = Machine(draft.period, lowest=kind_of(draft).lowest)
        first = max(segment.first, begin or date.min)
        for point in kind_of(draft).points(days, draft, first, segment.last):
            machine.take(point)
        before = segment
    return spells + _remaining(machine, before, until, today)


def _follows(before: Segment | None, segment: Segment) -> bool:
    return (
        before is not None
        and before.last + DAY == segment.first
        and (before.draft.kind, before.draft.period) == (segment.draft.kind, segment.draft.period)
    )


def _remaining(
    machine: Machine | None, before: Segment | None, until: date | None, today: date
) -> list[Exceedance]:
    if machine is None or before is None:
        return []
    return machine.finish(until, today, before.last if before.last < today else None)
