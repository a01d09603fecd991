"""Query the full signature of a site, on readable days."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.analysis.signatures.queries.days import SiteDays, load_site_days
from data.analysis.signatures.queries.drifts import list_drifts_with_causes
from data.analysis.signatures.rules.days import cut
from data.analysis.signatures.rules.drift_causes import fit_change
from data.analysis.signatures.rules.fit import Weeks, fits, weeks_of
from data.analysis.signatures.rules.outlook import estimate, normal_months, other_years, phased
from data.analysis.signatures.rules.seasons import baseload, idle, seasons
from data.analysis.signatures.rules.verdicts import fitting_years, last_measured
from data.analysis.signatures.rules.year_breakdown import follow_comparison, split
from data.analysis.signatures.types import (
    Fit,
    Past,
    Point,
    Portrait,
    ProbableCause,
    Split,
    Warmth,
    YearEstimate,
)
from data.metering.consumption.queries import load_year_rows
from data.metering.consumption.rules.days import ordinal
from data.metering.consumption.rules.fleet import months_of
from data.metering.consumption.rules.series import last_year_of
from data.metering.consumption.types import FleetPeriod, FleetRow
from data.metering.pces.queries import get_scope
from data.metering.pces.types import PceScope
from data.metering.prices.queries import load_prices
from data.metering.prices.rules.costs import marginal, tariff_on
from data.metering.prices.types import CENT
from data.metering.weather.queries import find_station, list_own_days
from data.metering.weather.rules.degree_days import degree_days
from data.metering.weather.types import DegreeDayMethod, Temperatures

DAY = timedelta(days=1)


def get_portrait(
    db: Session,
    viewer: Viewer,
    number: str,
    base: float,
    method: DegreeDayMethod = DegreeDayMethod.METEO,
) -> Portrait:
    """Return the signature of a PCE and its results. Raise NotFound when it is not readable.

    `base` (°C) and `method` are those of the degree days used for its weeks.
    """
    scope = get_scope(db, viewer, number)
    days = load_site_days(db, scope, viewer.today)
    past = days.past
    until = last_measured(past)
    recent = fitting_years(past, until or viewer.today)
    weeks, counted = weeks_of([recent]), weeks_of([_against(recent, days.weather, base, method)])
    best_fit, requested_fit = fits(weeks)[0], fits(counted, base)[0]
    known_days = np.flatnonzero(
        ~np.isnan(days.energy_with_estimates)
    )  # as a chart counts it: estimated days too
    anchor = min(viewer.today, scope.last or viewer.today)
    year = last_year_of(anchor, past.first + int(known_days[-1]) * DAY if len(known_days) else None)
    gap_split = split(past, *year, told=days.energy_with_estimates) if until else None
    site = load_year_rows(db, viewer, [scope.id]).get(scope.id)
    gap_split = _follow_fleet(gap_split, site, viewer)
    why = _why(db, viewer, site)
    quiet = idle(cut(past, *year), best_fit, *year)
    heated = [] if best_fit.reason else seasons(recent, best_fit)
    return Portrait(
        number=scope.number,
        alias=scope.alias,
        base=base,
        method=method,
        weeks=_points(weeks, counted, base),
        best_fit=best_fit,
        requested_fit=requested_fit,
        split=gap_split,
        season=heated[-1] if heated else None,
        summer=baseload(recent, _cents(db, viewer, scope.id)),
        idle=(quiet.share, quiet.ratio) if quiet and not best_fit.reason else None,
        estimate=_outlook(past, best_fit, until) if until else None,
        degree_days=_counted(days.weather, year, base),
        normal=_normal(past, best_fit, gap_split),
        until=until,
        warmth=_warmth(db, scope, days),
        why=why,
        change=fit_change(past, why, until) if why and until else None,
        drift_cost=site.equal_cost if site and gap_split and gap_split.drift_wh else None,
    )


def _why(db: Session, viewer: Viewer, site: FleetRow | None) -> ProbableCause | None:
    drifts = list_drifts_with_causes(db, viewer, [site] if site else [])
    return drifts[0].why if drifts else None


def _follow_fleet(parts: Split | None, site: FleetRow | None, viewer: Viewer) -> Split | None:
    """Return `parts` with the gap of `site` in the fleet, if both are about the same months."""
    if parts is None or site is None or site.face is None:
        return parts
    same = parts.first == months_of(FleetPeriod.YEAR, viewer.today)[0]
    return follow_comparison(parts, site.face, site.equal) if same else parts


def _warmth(db: Session, scope: PceScope, days: SiteDays) -> Warmth:
    is_known = ~np.isnan(days.own)
    first = days.past.first
    for day, _mean in list_own_days(db, scope, first, first + (len(is_known) - 1) * DAY):
        is_known[ordinal(day) - first.toordinal()] = True
    return Warmth(find_station(db, scope), int(is_known.sum()))


def _against(past: Past, weather: Temperatures, base: float, method: DegreeDayMethod) -> Past:
    """Return `past` with temperatures that give the degree days of `method` under `base`."""
    if method is DegreeDayMethod.METEO:
        return past
    at = (past.first - weather.first).days
    cold = degree_days(weather, base, method)[at : at + len(past.energy)]
    return replace(past, temperature=base - cold)


def _points(weeks: Weeks, counted: Weeks, base: float) -> tuple[Point, ...]:
    """Return (Monday, kWh a day, °C, degree days a day) of the weeks known in both."""
    energy, degrees = weeks.by_week(weeks.energy)[0], weeks.by_week(weeks.temperature)[0]
    cold = counted.by_week(np.maximum(0.0, base - counted.temperature))[0]
    known_weeks = np.flatnonzero(weeks.is_known[0] & counted.is_known[0]).tolist()
    return tuple(
        (weeks.monday + 7 * n * DAY, float(energy[n]) / 1000, float(degrees[n]), float(cold[n]))
        for n in known_weeks
    )


def _cents(db: Session, viewer: Viewer, pce_id: int) -> float | None:
    """Return the cents of one more kWh today, taxes included; None without a price."""
    if not viewer.may(Permission.PRICES_READ):
        return None
    tariff = tariff_on(load_prices(db, viewer, [pce_id]).get(pce_id, ()), viewer.today)
    marginal_price = marginal(tariff) if tariff else None
    return None if marginal_price is None else marginal_price * 1000 / CENT


def _outlook(past: Past, fit: Fit, until: date) -> YearEstimate | None:
    last = date(until.year, 12, 31)
    others = other_years(past, until, last) if until < last else []
    return estimate(past, fit, until, last, others) if others and not fit.reason else None


def _normal(past: Past, fit: Fit, gap_split: Split | None) -> tuple[int, ...] | None:
    """Return the Wh of each month in a year of normal weather; None without a reliable fit."""
    months = None if fit.reason or gap_split is None else normal_months(past, fit.base)
    if months is None or gap_split is None:
        return None
    year = fit.baseload_wh * 365 + fit.slope_wh * sum(months)
    return phased(round(year), gap_split.last.year, fit, months)


def _counted(
    weather: Temperatures, year: tuple[date, date], base: float
) -> tuple[float | None, float | None]:
    at = slice((year[0] - weather.first).days, (year[1] - weather.first).days + 1)
    sums = [float(degree_days(weather, base, method)[at].sum()) for method in DegreeDayMethod]
    meteo, costic = (None if np.isnan(value) else value for value in sums)
    return meteo, costic
