"""Select the days to read: readable, and shown or compared."""

from dataclasses import replace
from datetime import date, timedelta

from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.types import View
from data.metering.pces.rules import month_of
from data.metering.pces.types import Holes, PceScope

DAY, WEEK = timedelta(days=1), timedelta(days=7)
_LEAP_YEAR = 366

Spans = list[tuple[date, date]]


def get_clipped_scope(scope: PceScope, *, published: bool) -> PceScope:
    """Restrict `scope` to the displayed kind of data; when days are unreadable, nothing is left."""
    if published:
        first, last = scope.published_first, scope.published_last
        scope = replace(scope, first=first, last=last, holes=scope.published_holes)
    return scope if scope.reads_days else replace(scope, first=date.max, last=None)


def get_readable_spans(window: tuple[date, date], holes: Holes) -> Spans:
    """Return `window` without its unreadable days."""
    spans, start = [], window[0]
    for first, last in holes:
        spans.append((start, min(window[1], first - DAY)))
        start = max(start, last + DAY)
    return [span for span in [*spans, (start, window[1])] if span[0] <= span[1]]


def list_reading_spans(
    view: View, displayed_span: tuple[date, date], year: tuple[date, date], until: date | None
) -> Spans:
    """Return the runs of days to read: shown ones, last months, and those compared."""
    ranges = [(*displayed_span, tuple({1, *view.compare})), (*year, (1,))]
    if until:
        ranges.append((month_of(until, -1), until, (1,)))
    spans = []
    for first, last, compare in ranges:
        spans.append((month_of(first) - WEEK, month_end(last) + WEEK))
        for years in compare:
            back = timedelta(days=_LEAP_YEAR * years)
            spans.append((month_of(first) - back - 3 * WEEK, month_end(last) - back + 2 * WEEK))
    merged: Spans = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def has_hidden_day(holes: Holes, first: date, last: date) -> bool:
    """Return whether `first`…`last` contains an unreadable day."""
    return any(first <= end and start <= last for start, end in holes)


def find_last_expected_day(scope: PceScope, until: date | None) -> date | None:
    """Return the last readable day.

    After the end of service, only days with data are expected.
    """
    if scope.ended_on is None:
        return scope.last
    ended = max(scope.ended_on, until or scope.ended_on)
    return min(ended, scope.last or ended)
