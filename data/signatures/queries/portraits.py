"""The signature of a site in full, of the days that a viewer may read."""

from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.rules.series import last_year_of
from data.pces.queries import get_scope
from data.signatures.queries.days import days_of_site
from data.signatures.rules.days import cut
from data.signatures.rules.fitting import fits, weeks_of
from data.signatures.rules.outlook import estimate, normal_months, other_years, phased
from data.signatures.rules.seasons import baseload, idle, seasons
from data.signatures.rules.splitting import split
from data.signatures.rules.verdicts import YEAR, YEARS
from data.signatures.types import Estimate, Fit, Past, Portrait, Split
from data.weather.rules.degree_days import degree_days
from data.weather.types import Method, Temperatures

DAY = timedelta(days=1)


def portrait(db: Session, viewer: Viewer, number: str, base: float) -> Portrait:
    """The signature of a PCE and what follows from it; raises NotFound when it may not be read."""
    scope = get_scope(db, viewer, number)
    days = days_of_site(db, scope, viewer.today)
    past = days.past
    recent = cut(past, viewer.today - YEAR * YEARS * DAY, viewer.today)
    weeks = weeks_of([recent])
    found, asked = fits(weeks)[0], fits(weeks, base)[0]
    known = np.flatnonzero(~np.isnan(past.energy))
    until = past.first + int(known[-1]) * DAY if len(known) else None
    year = last_year_of(viewer.today, until)
    told = split(past, *year) if until else None
    summer = baseload(recent)
    quiet = idle(cut(past, *year), found, *year)
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
        degree_days=_counted(days.weather, year, base),
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
