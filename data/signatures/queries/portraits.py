"""The signature of a site in full, of the days that a viewer may read."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.consumption.rules.days import ordinal
from data.consumption.rules.series import last_year_of
from data.pces.queries import get_scope
from data.pces.types import PceScope
from data.prices.queries import prices_of
from data.prices.rules.costs import marginal, tariff_on
from data.prices.types import CENT
from data.signatures.queries.days import SiteDays, days_of_site
from data.signatures.rules.days import cut
from data.signatures.rules.fitting import Weeks, fits, weeks_of
from data.signatures.rules.outlook import estimate, normal_months, other_years, phased
from data.signatures.rules.seasons import baseload, idle, seasons
from data.signatures.rules.splitting import split
from data.signatures.rules.verdicts import last_measured, lately
from data.signatures.types import Estimate, Fit, Past, Point, Portrait, Split, Warmth
from data.weather.queries import find_station, own_days
from data.weather.rules.degree_days import degree_days
from data.weather.types import Method, Temperatures

DAY = timedelta(days=1)


def portrait(
    db: Session, viewer: Viewer, number: str, base: float, method: Method = Method.METEO
) -> Portrait:
    """The signature of a PCE and what follows from it; raises NotFound when it may not be read.

    *base* and *method* are those of the degree days that its weeks are set against.
    """
    scope = get_scope(db, viewer, number)
    days = days_of_site(db, scope, viewer.today)
    past = days.past
    until = last_measured(past)
    recent = lately(past, until or viewer.today)
    weeks, counted = weeks_of([recent]), weeks_of([_against(recent, days.weather, base, method)])
    found, asked = fits(weeks)[0], fits(counted, base)[0]
    heard = np.flatnonzero(~np.isnan(days.told))  # as a chart counts it: estimated days too
    anchor = min(viewer.today, scope.last or viewer.today)
    year = last_year_of(anchor, past.first + int(heard[-1]) * DAY if len(heard) else None)
    told = split(past, *year, told=days.told) if until else None
    quiet = idle(cut(past, *year), found, *year)
    heated = [] if found.reason else seasons(recent, found)
    return Portrait(
        number=scope.number,
        alias=scope.alias,
        base=base,
        method=method,
        weeks=_points(weeks, counted, base),
        found=found,
        asked=asked,
        split=told,
        season=heated[-1] if heated else None,
        summer=baseload(recent, _cents(db, viewer, scope.id)),
        idle=(quiet.share, quiet.ratio) if quiet and not found.reason else None,
        estimate=_outlook(past, found, until) if until else None,
        degree_days=_counted(days.weather, year, base),
        normal=_normal(past, found, told),
        until=until,
        warmth=_warmth(db, scope, days),
    )


def _warmth(db: Session, scope: PceScope, days: SiteDays) -> Warmth:
    known = ~np.isnan(days.own)
    first = days.past.first
    for day, _mean in own_days(db, scope, first, first + (len(known) - 1) * DAY):
        known[ordinal(day) - first.toordinal()] = True
    return Warmth(find_station(db, scope), int(known.sum()))


def _against(past: Past, weather: Temperatures, base: float, method: Method) -> Past:
    """*past* as if its temperature were so far under *base* as *method* counts degree days."""
    if method is Method.METEO:
        return past
    at = (past.first - weather.first).days
    cold = degree_days(weather, base, method)[at : at + len(past.energy)]
    return replace(past, temperature=base - cold)


def _points(weeks: Weeks, counted: Weeks, base: float) -> tuple[Point, ...]:
    """(Monday, kWh a day, °C, degree days a day) of the weeks that both tell."""
    energy, degrees = weeks.by_week(weeks.energy)[0], weeks.by_week(weeks.temperature)[0]
    cold = counted.by_week(np.maximum(0.0, base - counted.temperature))[0]
    known = np.flatnonzero(weeks.known[0] & counted.known[0]).tolist()
    return tuple(
        (weeks.monday + 7 * n * DAY, float(energy[n]) / 1000, float(degrees[n]), float(cold[n]))
        for n in known
    )


def _cents(db: Session, viewer: Viewer, pce_id: int) -> float | None:
    """What one more kWh costs today, taxes included; None where no price is known."""
    if not viewer.may(Permission.PRICES_READ):
        return None
    tariff = tariff_on(prices_of(db, viewer, [pce_id]).get(pce_id, ()), viewer.today)
    one = marginal(tariff) if tariff else None
    return None if one is None else one * 1000 / CENT


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
