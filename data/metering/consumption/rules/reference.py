"""Face the days shown with those of another period or another site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.rules.days import DayColumns
from data.metering.consumption.types import SeriesStep, View
from data.metering.pces.rules import month_of

Run = tuple[date, date, int]
_WEEK = 7


@dataclass(frozen=True, slots=True)
class ReferenceDays:
    """The days of a reference, and the runs of shown days that face them.

    A run is the ordinals of its first and last day, and how many days earlier its counterparts are.
    """

    days: DayColumns
    runs: Sequence[tuple[int, int, int]]


def reference_runs(view: View, first: date, last: date) -> list[Run]:
    """Cut the shown days `first`…`last` into runs at the same distance from the reference.

    Months and years keep the date, weeks and aligned days the weekday; a day that the reference's
    month does not have is in no run.
    """
    start = view.reference.first if view.reference else None
    if start is None or start == first:
        return [(first, last, 0)]
    if view.step in {SeriesStep.MONTH, SeriesStep.YEAR}:
        return _month_runs(first, last, start)
    shift = (first - start).days
    if view.step is SeriesStep.WEEK or view.by_weekday:
        shift = _WEEK * round(shift / _WEEK)
    return [(first, last, shift)]


def _month_runs(first: date, last: date, start: date) -> list[Run]:
    months = (first.year - start.year) * 12 + first.month - start.month
    runs: list[Run] = []
    while first <= last:
        then = month_of(first, -months)
        month = first.replace(day=1)
        end = min(last, month_end(first), month + (month_end(then) - then))
        if first <= end:
            runs.append((first, end, (month - then).days))
        first = month_of(first, 1)
    return runs


def reference_window(runs: Sequence[Run]) -> tuple[date, date]:
    """Return the first and last day of the reference."""
    firsts = [first - timedelta(days=shift) for first, _last, shift in runs]
    lasts = [last - timedelta(days=shift) for _first, last, shift in runs]
    return min(firsts), max(lasts)


def compared_day(day: date, runs: Sequence[Run]) -> date | None:
    """Return the day of the reference that faces `day`."""
    for first, last, shift in runs:
        if first <= day <= last:
            return day - timedelta(days=shift)
    return None


def period_before(step: SeriesStep, first: date, last: date) -> date:
    """Return the first day of the period of the same length just before `first`…`last`."""
    if step in {SeriesStep.MONTH, SeriesStep.YEAR}:
        return month_of(first, first.month - last.month - 12 * (last.year - first.year) - 1)
    return first - ((last - first) + timedelta(days=1))
