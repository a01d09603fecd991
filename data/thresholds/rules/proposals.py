"""Propose values: the median of the last three years, plus a margin."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from data.metering.consumption.rules.calendar import SATURDAY, month_end, public_holidays
from data.thresholds.rules.evaluated_days import WHOLE, Day
from data.thresholds.types import (
    MONTHS,
    Ending,
    Exceedance,
    PlannedPce,
    Proposal,
    ReturnMargin,
    ThresholdDraft,
    ThresholdPeriod,
    WeekLimits,
)

MARGIN = 8  # percent over the median
YEARS = 3
DAY_MARGIN = 25  # a day deviates further from its median than a month
BUSIEST = 95  # percentile of days proposed, before the margin
RETURN_MARGINS = (5, 8, 10, 15, 20, 25, 30, 2, 0)  # percent under the limit, preferred first
REPEAT = timedelta(days=7)  # after a return, another exceedance is the same one flipping
RARE = 3  # days above the value of an alert that is meant to be rare
_DAYS_NEEDED = 90
_WHOLE_ENOUGH = 90  # percent of a month's days that must be known for it to count
_MONTHS_NEEDED = 10  # of a year
_STEPS = ((10_000_000, 500_000), (1_000_000, 100_000), (100_000, 10_000), (0, 1_000))  # Wh


def propose(period: ThresholdPeriod, days: Sequence[Day], today: date) -> Proposal:
    """Propose values from at most three years of published `days`; none when unknown."""
    sums, year_count = _by_month(days, today)
    first, last = (days[0][0], days[-1][0]) if days else (None, None)
    margin = DAY_MARGIN if period is ThresholdPeriod.DAY else MARGIN
    if period is ThresholdPeriod.DAY:
        medians = _busy_day(days)
    elif period is ThresholdPeriod.YEAR:
        medians = _year(sums)
    else:
        medians = _months(sums)
    values = tuple(_rounded(value * (WHOLE + margin) // WHOLE) for value in medians)
    week = _propose_week(days, margin) if period is ThresholdPeriod.DAY else WeekLimits()
    return Proposal(values, year_count, margin, first, last, week=week)


def _propose_week(days: Sequence[Day], margin: int) -> WeekLimits:
    """Propose the limits of week-ends and of public holidays, as that of all days."""
    weekend = _busy_day([day for day in days if day[0].weekday() >= SATURDAY])
    closed = _busy_day([day for day in days if day[0] in public_holidays(day[0].year)])
    limits = [
        _rounded(values[0] * (WHOLE + margin) // WHOLE) if values else None
        for values in (weekend, closed)
    ]
    return WeekLimits(limits[0], limits[1])


def propose_rare_day(days: Sequence[Day]) -> int | None:
    """Return a value that few of these days exceed, in Wh; None with too few of them."""
    values = sorted((day[1] for day in days), reverse=True)
    return _rounded(values[RARE]) if len(values) >= _DAYS_NEEDED and values[RARE] > 0 else None


def count_repeats(exceedances: Sequence[Exceedance]) -> int:
    """Count the exceedances that begin within a week of the return of the one before."""
    alerts = [exceedance for exceedance in exceedances if exceedance.exceeded_on is not None]
    return sum(
        1
        for earlier, later in pairwise(alerts)
        if earlier.ending is Ending.CLEARED
        and earlier.ended_on is not None
        and later.first - earlier.ended_on <= REPEAT
    )


def propose_return_margin(
    draft: ThresholdDraft, replay: Callable[[ThresholdDraft], Sequence[Exceedance]]
) -> ReturnMargin:
    """Return the margin with the fewest exceedances that repeat one within a week.

    A site that stays near its threshold goes over it and back by a hair; with this margin it is
    back to normal once it is really lower, and rings once. A margin that would hold exceedances
    open for more than a week each, on average, is left out.
    """
    exceedances = {
        margin: replay(replace(draft, hysteresis=margin))
        for margin in {*RETURN_MARGINS, draft.hysteresis}
    }
    repeats = {margin: count_repeats(spells) for margin, spells in exceedances.items()}
    least = [exceedance for exceedance in exceedances[0] if exceedance.exceeded_on is not None]
    most_days = _count_days(least) + len(least) * REPEAT.days
    margins = [margin for margin in RETURN_MARGINS if _count_days(exceedances[margin]) <= most_days]
    best = min(margins, key=lambda margin: (repeats[margin], margins.index(margin)))
    return ReturnMargin(best, repeats[best], draft.hysteresis, repeats[draft.hysteresis])


def _count_days(exceedances: Sequence[Exceedance]) -> int:
    """Return the days between the beginning and the end of all exceedances."""
    return sum(
        ((exceedance.ended_on or exceedance.last) - exceedance.first).days + 1
        for exceedance in exceedances
        if exceedance.exceeded_on is not None
    )


def own_draft(draft: ThresholdDraft, row: PlannedPce) -> ThresholdDraft:
    """Return `draft` with the values proposed for a PCE."""
    return replace(draft, values_wh=row.values_wh, percent=row.percent or draft.percent)


def _by_month(days: Sequence[Day], today: date) -> tuple[Mapping[date, int], int]:
    """Return the sums of nearly complete months, and the number of years they cover."""
    sums: dict[date, list[int]] = {}
    for day, energy, _quality, _status in days:
        sums.setdefault(day.replace(day=1), []).append(energy)
    complete_months = {
        month: sum(values) * month_end(month).day // len(values)
        for month, values in sums.items()
        if month_end(month) < today and len(values) * WHOLE >= month_end(month).day * _WHOLE_ENOUGH
    }
    return complete_months, min(YEARS, -(-len(complete_months) // MONTHS))


def _months(sums: Mapping[date, int]) -> tuple[int, ...]:
    """Return the median of each month; unknown months get the mean of their neighbours."""
    if not sums:
        return ()
    medians = {
        number: int(median([v for month, v in sums.items() if month.month == number]))
        for number in {month.month for month in sums}
    }
    return tuple(
        medians.get(number) or _between(medians, number) for number in range(1, MONTHS + 1)
    )


def _between(medians: Mapping[int, int], number: int) -> int:
    if number in medians:
        return 0
    steps = range(1, MONTHS)
    before = next(medians[n] for s in steps if (n := (number - s - 1) % MONTHS + 1) in medians)
    after = next(medians[n] for s in steps if (n := (number + s - 1) % MONTHS + 1) in medians)
    return (before + after) // 2


def _year(sums: Mapping[date, int]) -> tuple[int, ...]:
    """Return the median of complete calendar years; else the sum of monthly medians."""
    years: dict[int, list[int]] = {}
    for month, value in sums.items():
        years.setdefault(month.year, []).append(value)
    complete_years = [sum(v) for v in years.values() if len(v) == MONTHS]
    if complete_years:
        return (int(median(complete_years)),)
    months = _months(sums)
    return (sum(months),) if len(sums) >= _MONTHS_NEEDED else ()


def _busy_day(days: Sequence[Day]) -> tuple[int, ...]:
    values = sorted(day[1] for day in days)
    return (values[len(values) * BUSIEST // WHOLE],) if len(values) >= MONTHS else ()


def _rounded(value: int) -> int:
    """Round up to a figure that a person would type."""
    step = next(step for least, step in _STEPS if value >= least)
    return -(-value // step) * step
