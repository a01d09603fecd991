"""Compute the figures of a transition's mail: days, year before, expected end."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import column, text
from sqlalchemy.orm import Session

from core.database import Prepared, blocks
from data.metering.consumption.rules.calendar import same_day
from data.metering.pces.rules import month_of
from data.notifications.types import JSON
from data.thresholds.actions.evaluation_loader import WatchedPce
from data.thresholds.queries.winter import READINGS_ASKED
from data.thresholds.rules.evaluated_days import period_end, period_start
from data.thresholds.rules.evaluators import EQUAL_DAYS
from data.thresholds.rules.pace import estimated
from data.thresholds.rules.usual import YEARS as USUAL_YEARS
from data.thresholds.rules.usual import UsualShares
from data.thresholds.types import MONTHS, Exceedance, ThresholdPeriod

_BLOCK = 200  # transitions whose readings are in memory at once
_SHOWN = timedelta(days=29)  # days shown before a day
_SQL = "SELECT r.pce_id, r.gas_day, r.energy_wh FROM {} WHERE r.energy_wh IS NOT NULL"
_READER = {
    name: Prepared(text(_SQL.format(source)).columns(*(column(letter) for letter in "pde")))
    for name, source in READINGS_ASKED.items()
}
Known = Mapping[date, int]


def figures_around(
    db: Session, cases: Sequence[tuple[WatchedPce, Exceedance]]
) -> list[Mapping[str, JSON]]:
    """Return additional figures for the event of each transition, from readable days only."""
    return [figures for batch in blocks(cases, _BLOCK) for figures in _block(db, batch)]


def _block(db: Session, cases: Sequence[tuple[WatchedPce, Exceedance]]) -> list[Mapping[str, JSON]]:
    spans = [
        [site.pce_id, first.isoformat(), last.isoformat()]
        for site, exceedance in cases
        for first, last in _ranges(site, exceedance)
    ]
    days_by_pce: dict[int, dict[date, int]] = {}
    reader = _READER[db.connection().dialect.name]
    for pce_id, day, energy in reader.raw(db, {"asked": json.dumps(spans)}):
        on = date.fromisoformat(day) if isinstance(day, str) else day
        days_by_pce.setdefault(pce_id, {})[on] = energy
    return [
        _figures(site, exceedance, days_by_pce.get(site.pce_id, {})) for site, exceedance in cases
    ]


def _span(exceedance: Exceedance) -> tuple[date, date]:
    """Return the days to show: the period up to the latest day, or a month before a day."""
    last = max(
        exceedance.latest, exceedance.exceeded_on or exceedance.warned_on or exceedance.first
    )
    if exceedance.period is ThresholdPeriod.DAY:
        return last - _SHOWN, last
    return period_start(exceedance.period, exceedance.first), last


def _ranges(site: WatchedPce, exceedance: Exceedance) -> list[tuple[date, date]]:
    if site.window is None:
        return []
    low, high = site.window
    first, last = _span(exceedance)
    spans = [(first, last)]
    if exceedance.period is not ThresholdPeriod.DAY:
        for years in range(1, USUAL_YEARS + 1):
            start = month_of(first, -MONTHS * years)
            spans.append((start, period_end(exceedance.period, start)))
    cut = [(max(first, low), min(last, high)) for first, last in spans]
    return [(first, last) for first, last in cut if first <= last]


def _figures(site: WatchedPce, exceedance: Exceedance, read: Known) -> Mapping[str, JSON]:
    low, high = site.window or (date.max, date.min)
    known_days = {day: energy for day, energy in read.items() if low <= day <= high}
    first, last = _span(exceedance)
    days = _days(first, last)
    figures: dict[str, JSON] = {}
    values: list[JSON] = [known_days.get(day) for day in days]
    if exceedance.period is ThresholdPeriod.YEAR:
        figures |= {"months": _months(days, known_days)}
    else:
        figures |= {"days": values, "days_from": first.isoformat()}
    if exceedance.period is not ThresholdPeriod.DAY:
        figures |= _year_before(exceedance, days, known_days)
        readings = [(day, known_days[day], 0, 0) for day in sorted(known_days)]
        figures["estimate_wh"] = estimated(
            exceedance, UsualShares(readings, exceedance.period, first).on(last)
        )
    return figures


@lru_cache(maxsize=64)
def _days(first: date, last: date) -> Sequence[date]:
    """Return the days, cached since a night's notices cover the same few months."""
    return [first + timedelta(days=place) for place in range((last - first).days + 1)]


@lru_cache(maxsize=64)
def _in_both_years(first: date, last: date) -> Sequence[tuple[date, date]]:
    """Return each day that exists a year before too, with that day."""
    pairs = ((day, same_day(day, 1)) for day in _days(first, last))
    return [(day, then) for day, then in pairs if then is not None]


def _months(days: Sequence[date], known_days: Known) -> list[JSON]:
    sums: dict[int, int] = {}
    for day in days:
        if day in known_days:
            sums[day.month] = sums.get(day.month, 0) + known_days[day]
    return [sums.get(month) for month in range(1, days[-1].month + 1)]


def _year_before(
    exceedance: Exceedance, days: Sequence[date], known_days: Known
) -> Mapping[str, JSON]:
    """Return both sums over the days published in both years, nothing when they are too few."""
    both = [
        (known_days[day], known_days[then])
        for day, then in _in_both_years(days[0], days[-1])
        if day in known_days and then in known_days
    ]
    before = sum(then for _now, then in both)
    if len(both) < EQUAL_DAYS[exceedance.period] or not before:
        return {}
    return {"same_days_wh": sum(now for now, _then in both), "year_before_wh": before}
