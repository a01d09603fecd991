"""Evaluate a threshold on a PCE: episodes = f(published days, versions, spans, until, today).

There is no other input, so the same readings give the same episodes in whatever order they came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.thresholds.rules.evaluated_days import Day, period_start
from data.thresholds.rules.evaluators import evaluator_of
from data.thresholds.rules.state_machine import EpisodeStateMachine
from data.thresholds.types import Exceedance, ThresholdDraft, ThresholdPeriod, Version

Span = tuple[date, date]  # both ends included
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of gas days evaluated by one version."""

    first: date
    last: date
    draft: ThresholdDraft


def segments_in_force(versions: Sequence[Version], spans: Sequence[Span]) -> list[Segment]:
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


def first_day_to_evaluate(segments: Sequence[Segment], day: date) -> date | None:
    """Return the day from which to evaluate again when `day` changed, None for the beginning.

    Months and years start anew, so earlier periods stand; by day, an exceedance may depend on
    any earlier day.
    """
    periods = {segment.draft.period for segment in segments}
    if ThresholdPeriod.DAY in periods or not periods:
        return None
    return min(period_start(period, day) for period in periods)


def first_reading_day(segments: Sequence[Segment], begin: date | None) -> date:
    """Return the first gas day whose reading an evaluation from `begin` needs."""
    needed = [
        evaluator_of(segment.draft).first_day_needed(
            period_start(segment.draft.period, max(segment.first, begin or date.min))
        )
        for segment in segments
        if begin is None or segment.last >= begin
    ]
    return min(needed, default=date.max)


def evaluate_segments(
    days: Sequence[Day],
    segments: Sequence[Segment],
    *,
    until: date | None,
    today: date,
    begin: date | None = None,
) -> list[Exceedance]:
    """Return the exceedances of `segments` from `begin` on, oldest first.

    `begin` comes from `first_day_to_evaluate`. `days` are the published days in order, `until` the
    last day with a value.
    """
    exceedances: list[Exceedance] = []
    machine: EpisodeStateMachine | None = None
    before: Segment | None = None
    for segment in segments:
        if begin is not None and segment.last < begin:
            continue
        draft = segment.draft
        if machine is None or not _follows(before, segment):
            exceedances += _remaining(machine, before, until, today)
            machine = EpisodeStateMachine(
                draft.period, peak_is_lowest=evaluator_of(draft).peak_is_lowest
            )
        first = max(segment.first, begin or date.min)
        for evaluated_day in evaluator_of(draft).evaluate_days(days, draft, first, segment.last):
            machine.process(evaluated_day)
        before = segment
    return exceedances + _remaining(machine, before, until, today)


def _follows(before: Segment | None, segment: Segment) -> bool:
    return (
        before is not None
        and before.last + DAY == segment.first
        and (before.draft.kind, before.draft.period) == (segment.draft.kind, segment.draft.period)
    )


def _remaining(
    machine: EpisodeStateMachine | None, before: Segment | None, until: date | None, today: date
) -> list[Exceedance]:
    if machine is None or before is None:
        return []
    return machine.finish(until, today, before.last if before.last < today else None)
