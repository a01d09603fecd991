"""Tell which limit of a daily threshold applies to a day: working, week-end or closed.

Gas is read once a day, so what a site burns outside its opening hours is known for whole days that
it is closed: public holidays, and the weekdays that the threshold names.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from data.metering.consumption.rules.calendar import SATURDAY, public_holidays
from data.thresholds.types import DayKind, LimitStep, ThresholdDraft, WeekLimits

DAY = timedelta(days=1)


def day_kind(week: WeekLimits, day: date) -> DayKind:
    """Return the kind of a day, among those with a limit of their own."""
    if week.closed_wh is not None and (
        day.weekday() in week.closed_on or day in public_holidays(day.year)
    ):
        return DayKind.CLOSED
    if week.weekend_wh is not None and day.weekday() >= SATURDAY:
        return DayKind.WEEKEND
    return DayKind.WORKING


def day_limit(draft: ThresholdDraft, day: date) -> int:
    """Return the limit of a daily threshold on a day."""
    values = {DayKind.CLOSED: draft.week.closed_wh, DayKind.WEEKEND: draft.week.weekend_wh}
    value = values.get(day_kind(draft.week, day)) if draft.week.is_set else None
    return draft.values_wh[0] if value is None else value


def day_values(draft: ThresholdDraft) -> list[int]:
    """Return all the limits of a daily threshold."""
    values = (*draft.values_wh, draft.week.weekend_wh, draft.week.closed_wh)
    return [value for value in values if value is not None]


def day_steps(draft: ThresholdDraft, first: date, last: date) -> Iterator[LimitStep]:
    """Yield the limits of a daily threshold over some days, one for each run of equal days."""
    if not draft.week.is_set:
        yield LimitStep(first, last, draft.values_wh[0])
        return
    start = first
    while start <= last:
        limit, end = day_limit(draft, start), start
        while end < last and day_limit(draft, end + DAY) == limit:
            end += DAY
        yield LimitStep(start, end, limit)
        start = end + DAY
