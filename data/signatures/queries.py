"""Signatures of what a viewer may read: one site in full, or the days of many."""

from collections.abc import Collection
from datetime import date, timedelta

import numpy as np
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import Reading
from data.consumption.rules.days import ordinal
from data.consumption.rules.series import last_year_of
from data.consumption.types import Quality
from data.db import Prepared
from data.pces.queries import get_scope, scopes_by_id
from data.pces.types import PceScope
from data.signatures.rules.days import cut
from data.signatures.rules.fitting import fits, weeks_of
from data.signatures.rules.outlook import estimate, normal_months, other_years, phased
from data.signatures.rules.seasons import baseload, idle, seasons
from data.signatures.rules.splitting import split
from data.signatures.types import Estimate, Fit, Past, Portrait, Split
from data.weather.queries import station_days
from data.weather.rules.degree_days import degree_days
from data.weather.types import Method, Temperatures

DAY = timedelta(days=1)
YEARS = 3
_day = Reading.__table__.c
_DAYS = Prepared(
    select(_day.gas_day, _day.energy_wh, _day.temperature_c100, _day.quality)
    .where(_day.pce_id == bindparam("pce"))
    .where(_day.gas_day.between(bindparam("first"), bindparam("last")))
)


def pasts(db: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, Past]:
    """The measured days of the last three years of each PCE that *viewer* may read, by its id.

    For a fleet: `fits(weeks_of(…))`, `correct_many` and `worth_a_visit` take them all at once.
    """
    return {scope.id: _read(db, scope, viewer.today)[0] for scope in scopes_by_id(db, viewer, ids)}


def portrait(db: Session, viewer: Viewer, number: str, base: float) -> Portrait:
    """The signature of a PCE and what follows from it; raises NotFound when it may not be read."""
    scope = get_scope(db, viewer, number)
    past, weather = _read(db, scope, viewer.today)
    recent = cut(past, viewer.today - 365 * YEARS * DAY, viewer.today)
    weeks = weeks_of([recent])
    found, asked = fits(weeks)[0], fits(weeks, base)[0]
    known = np.flatnonzero(~np.isnan(past.energy))
    until = past.first + int(known[-1]) * DAY if len(known) else None
    year = last_year_of(viewer.today, until)
    told = split(past, *year) if until else None
    part = cut(past, *year)
    summer = baseload(recent)
    quiet = idle(part, found, *year)
    heated = [] if found.reason else seasons(recent, found)
    points = zip(
        *(weeks.by_week(days)[0].tolist() for days in (
            weeks.energy, weeks.temperature, np.maximum(0.0, base - weeks.temperature)
        )), weeks.known[0].tolist(), strict=True,
    )  # fmt: skip
    return Portrait(
        number=scope.number,
        alias=scope.alias,
        base=base,
        weeks=tuple(
            (weeks.monday + 7 * n * DAY, energy / 1000, degrees, cold)
            for n, (energy, degrees, cold, counted) in enumerate(points)
            if counted
        ),
        found=found,
        asked=asked,
        split=told,
        season=heated[-1] if heated else None,
        summer_wh=summer.day_wh if summer else None,
        idle=(quiet.share, quiet.ratio) if quiet and not found.reason else None,
        estimate=_outlook(past, found, until) if until else None,
        degree_days=_counted(weather, year, base),
        normal=_normal(past, found, told),
        until=until,
    )


def _outlook(past: Past, fit: Fit, until: date) -> Estimate | None:
    last = date(until.year, 12, 31)
    others = other_years(past, until, last) if until < last else []
    return estimate(past, fit, until, last, others) if others and not fit.reason else None


def _normal(past: Past, fit: Fit, told: Split | None) -> tuple[int, ...] | None:
    """A year of normal weather, phased on its months."""
    months = None if fit.reason or told is None else normal_months(past, fit.base)
    if months is None or told is None:
        return None
    year = fit.baseload_wh * 365 + fit.slope_wh * sum(months)
    return phased(round(year), told.last.year, fit, months)


def _counted(
    weather: Temperatures, year: tuple[date, date], base: float
) -> tuple[float | None, float | None]:
    at = slice((year[0] - weather.first).days, (year[1] - weather.first).days + 1)
    sums = [float(degree_days(weather, base, method)[at].sum()) for method in Method]
    meteo, costic = (None if np.isnan(value) else value for value in sums)
    return meteo, costic


def _read(db: Session, scope: PceScope, today: date) -> tuple[Past, Temperatures]:
    """The measured days of a PCE that may be read, and the temperatures of its days.

    Four years before *today*, so that three can be compared; its station speaks where it does not.
    """
    first = today - (365 * (YEARS + 1) + 1) * DAY
    size = (today - first).days + 1
    energy, own = np.full(size, np.nan), np.full(size, np.nan)
    low, high, mean = (np.full(size, np.nan) for _column in range(3))
    for day, middle, least, most in station_days(db, scope, first, today):
        at = ordinal(day) - first.toordinal()
        mean[at] = middle / 100
        if least is not None and most is not None:
            low[at], high[at] = least / 100, most / 100
    ends = {"first": max(first, scope.first or first), "last": min(today, scope.last or today)}
    for day, wh, degrees, quality in _DAYS.raw(db, {"pce": scope.id, **ends}):
        at = ordinal(day) - first.toordinal()
        if scope.hides(date.fromordinal(ordinal(day))):
            continue
        if wh is not None and quality >= Quality.CORRECTED:
            energy[at] = wh
        if degrees is not None:
            own[at] = degrees / 100
    temperature = np.where(np.isnan(own), mean, own)
    return Past(first, energy, temperature), Temperatures(first, temperature, low, high)
