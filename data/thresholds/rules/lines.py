"""Compute a threshold's line over a chart: steps over the days of each limit."""

from collections.abc import Iterator
from datetime import date

from data.thresholds.rules.day_limits import day_steps
from data.thresholds.rules.evaluated_days import period_end
from data.thresholds.rules.evaluation import DAY, Segment
from data.thresholds.rules.evaluators import limit_on, next_period
from data.thresholds.rules.winter import limit_of
from data.thresholds.types import LimitStep, ThresholdDraft, ThresholdKind, ThresholdPeriod


def limits_in(draft: ThresholdDraft, first: date, last: date) -> Iterator[LimitStep]:
    """Yield the steps of `draft` over `first`…`last`; RELATIVE and MISSING have none.

    WEATHER has one for each day with a temperature; the mean of several is what is evaluated.
    """
    if draft.kind is ThresholdKind.WEATHER and draft.expected is not None:
        usual = draft.expected.usual_wh
        for day, likely in sorted(draft.expected.days.items()):
            if first <= day <= last:
                yield LimitStep(day, day, limit_of(draft, usual, likely))
        return
    if draft.kind not in {ThresholdKind.FIXED, ThresholdKind.LOW}:
        return
    if draft.period is ThresholdPeriod.DAY:
        yield from day_steps(draft, first, last)
        return
    while first <= last:
        yield LimitStep(first, min(period_end(draft.period, first), last), limit_on(draft, first))
        first = next_period(draft.period, first)


def line_of(segments: list[Segment], first: date, last: date) -> tuple[LimitStep, ...]:
    """Return the steps of all versions over `first`…`last`, merging equal neighbours."""
    limits: list[LimitStep] = []
    for segment in segments:
        low, high = max(segment.first, first), min(segment.last, last)
        if low > high:
            continue
        for step in limits_in(segment.draft, low, high):
            before = limits[-1] if limits else None
            if before and before.limit_wh == step.limit_wh and before.last + DAY == step.first:
                limits[-1] = LimitStep(before.first, step.last, step.limit_wh)
            else:
                limits.append(step)
    return tuple(limits)
