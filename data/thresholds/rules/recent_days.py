"""Prepare the last days of a site for the small drawing of an alert."""

from collections.abc import Mapping
from datetime import date, timedelta

from data.metering.pces.rules import month_of
from data.thresholds.rules.day_limits import day_limit
from data.thresholds.types import EpisodeRow, ThresholdDraft, ThresholdKind, ThresholdPeriod
from data.thresholds.types.alerts import RecentDays

SHOWN_DAYS = 60


def get_recent_days(
    row: EpisodeRow, energy_by_day: Mapping[date, int | None], draft: ThresholdDraft
) -> RecentDays | None:
    """Return the 60 days up to the last known one; None without any value.

    A fixed limit of a day or a month is drawn with what it is compared with, unless it changes with
    the day of the week. Elsewhere the days since the exceedance are marked: none of a warning.
    """
    known_days = [day for day, energy in energy_by_day.items() if energy is not None]
    if not known_days:
        return None
    last = max(known_days)
    days = [last - timedelta(days=back) for back in range(SHOWN_DAYS - 1, -1, -1)]
    fixed = row.kind is ThresholdKind.FIXED
    limit = row.limit_wh if row.last_limit_wh is None else row.last_limit_wh
    if fixed and row.period is ThresholdPeriod.DAY:
        values = [energy_by_day.get(day) for day in days]
        limits = [day_limit(draft, day) if draft.week.is_set else limit for day in days]
        over = [
            value is not None and value > highest
            for value, highest in zip(values, limits, strict=True)
        ]
        drawn = None if draft.week.is_set else limit
        return RecentDays(last, tuple(values), tuple(over), drawn, limits[-1])
    if fixed and row.period is ThresholdPeriod.MONTH:
        totals = _running_totals(days, energy_by_day)
        in_month = [month_of(day) == month_of(row.last) for day in days]
        over = [
            same and total is not None and total > limit
            for same, total in zip(in_month, totals, strict=True)
        ]
        return RecentDays(last, tuple(totals), tuple(over), limit)
    values = [energy_by_day.get(day) for day in days]
    return RecentDays(last, tuple(values), tuple(_is_exceeded(row, day) for day in days))


def _running_totals(days: list[date], energy_by_day: Mapping[date, int | None]) -> list[int | None]:
    """Return the sum of each day's month up to it; a missing day has none."""
    sums: dict[date, int] = {}
    totals: dict[date, int | None] = {}
    day = month_of(days[0])
    while day <= days[-1]:
        energy = energy_by_day.get(day)
        if energy is not None:
            sums[month_of(day)] = sums.get(month_of(day), 0) + energy
        totals[day] = None if energy is None else sums[month_of(day)]
        day += timedelta(days=1)
    return [totals[day] for day in days]


def _is_exceeded(row: EpisodeRow, day: date) -> bool:
    start, end = row.exceeded_on, row.ended_on
    return start is not None and start <= day and (end is None or day < end)
