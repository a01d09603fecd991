"""Days, weeks, months and years of gas days, and the comparable earlier day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from data.metering.consumption.types import SeriesStep
from data.metering.pces.rules import month_of

PARIS = ZoneInfo("Europe/Paris")
GAS_DAY_STARTS = time(6)
DAY = timedelta(days=1)
LEAP_DAY = (2, 29)
SATURDAY = 5
WEEKS_IN_YEAR = 52
_NEARBY_WEEKS = (0, -1, 1)


def month_end(day: date) -> date:
    return month_of(day, 1) - DAY


@lru_cache(4096)
def span_of(step: SeriesStep, day: date) -> tuple[date, date]:
    """Return first and last day of the day, ISO week, month or year that contains `day`."""
    if step is SeriesStep.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if step is SeriesStep.MONTH:
        return day.replace(day=1), month_end(day)
    if step is SeriesStep.YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day, day


def spans(step: SeriesStep, first: date, last: date) -> list[tuple[date, date]]:
    """Return the bars of `first`…`last`, oldest first, clipped at both ends."""
    bars = []
    while first <= last:
        end = min(span_of(step, first)[1], last)
        bars.append((first, end))
        first = end + DAY
    return bars


def iso_week(day: date) -> tuple[int, int]:
    """Return ISO year and week: 1 January may belong to week 53 of the year before."""
    label = day.isocalendar()
    return label.year, label.week


def weeks_in(iso_year: int) -> int:
    """Return 52 or 53: 28 December is always in the last week."""
    return date(iso_year, 12, 28).isocalendar().week


def same_day(day: date, years: int, step: SeriesStep = SeriesStep.DAY) -> date | None:
    """Return the day that `day` is compared with, `years` earlier, or None.

    By week it is the same weekday of the same ISO week number: week 53 has no counterpart in a year
    of 52 weeks. Otherwise it is the same date: 29 February has no counterpart, and is itself
    nobody's counterpart, so it is left out of both sums.
    """
    if step is SeriesStep.WEEK:
        label = day.isocalendar()
        if label.week > weeks_in(label.year - years):
            return None
        return date.fromisocalendar(label.year - years, label.week, label.weekday)
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return None


@lru_cache(64)
def public_holidays(year: int) -> Mapping[date, str]:
    """Return the French public holidays of `year` with their names."""
    return dict(holidays.country_holidays("FR", years=year))


def is_day_off(day: date) -> bool:
    """Return whether `day` is a Saturday, a Sunday or a public holiday."""
    return day.weekday() >= SATURDAY or day in public_holidays(day.year)


@lru_cache(4096)
def same_weekday(day: date, years: int) -> date | None:
    """Return the same weekday `years` earlier, never a holiday; a holiday for the same holiday."""
    earlier_holidays = public_holidays(day.year - years)
    name = public_holidays(day.year).get(day)
    if name:
        return next((then for then, other in earlier_holidays.items() if other == name), None)
    then = day - timedelta(weeks=WEEKS_IN_YEAR * years)
    nearby = (then + timedelta(weeks=weeks) for weeks in _NEARBY_WEEKS)
    return next((then for then in nearby if then not in public_holidays(then.year)), None)


def weekday_shifts(first: date, last: date, years: int) -> list[tuple[date, date, int]]:
    """Cut `first`…`last` into runs whose days are all at the same distance from `same_weekday`."""
    runs: list[tuple[date, date, int]] = []
    while first <= last:
        before = same_weekday(first, years)
        if before is not None:
            shift = (first - before).days
            is_same_run = runs and runs[-1][1] == first - DAY and runs[-1][2] == shift
            start = runs.pop()[0] if is_same_run else first
            runs.append((start, first, shift))
        first += DAY
    return runs


def comparison_shifts(
    first: date, last: date, years: int, step: SeriesStep | None
) -> list[tuple[date, date, int]]:
    """Cut `first`…`last` into runs whose days are all at the same distance from `same_day`.

    Without `step`, from `same_weekday`. Days without counterpart are in no run. There are about two
    runs a year by date, so a comparison needs no calendar arithmetic per day.
    """
    if step is None:
        return weekday_shifts(first, last, years)
    runs: list[tuple[date, date, int]] = []
    while first <= last:
        end = min(_run_end(first, step), last)
        before = same_day(first, years, step)
        if before is not None:
            runs.append((first, end, (first - before).days))
        first = end + DAY
    return runs


def _run_end(day: date, step: SeriesStep) -> date:
    """Return the last day with the same shift as `day`."""
    if step is SeriesStep.WEEK:
        year, week = iso_week(day)
        return date.fromisocalendar(year, max(52, week), 7)
    if (day.month, day.day) == LEAP_DAY:
        return day
    if (day.month, day.day) < LEAP_DAY:
        return date(day.year, 2, 28)
    return date(day.year, 12, 31)


def gas_day_hours(day: date) -> int:
    """Return the hours of a gas day, 06:00 to 06:00 in Paris: 23 or 25 when the clocks change."""
    start, end = (
        datetime.combine(d, GAS_DAY_STARTS, PARIS).astimezone(UTC) for d in (day, day + DAY)
    )
    return (end - start) // timedelta(hours=1)
