"""Query the last comparable month of one PCE: its figures, its cost, and why it differs."""

from dataclasses import replace

from sqlalchemy.orm import Session

from core.access import Viewer
from data.analysis.signatures.queries.climate import get_floats, load_climate_series
from data.analysis.signatures.rules.climate import KnownDays
from data.analysis.signatures.rules.month_gap import explain_gap
from data.analysis.signatures.types import MonthGap, SiteMonth
from data.metering.consumption.queries import SourcedSeries, has_costs, load_sourced_series
from data.metering.consumption.types import Series, Unit, View
from data.metering.prices.queries import load_prices
from data.metering.prices.rules.costs import marginal, tariff_on


def get_site_month(db: Session, viewer: Viewer, number: str) -> SiteMonth:
    """Return the last comparable month of a PCE. Raise NotFound when it is not visible."""
    view = View(pce=number)
    source = load_sourced_series(db, viewer, view)
    series = load_climate_series(db, viewer, source)
    gap = _get_gap(source, series)
    if not has_costs(db, viewer):
        return SiteMonth(series, gap)
    priced = load_sourced_series(db, viewer, replace(view, unit=Unit.EUR)).series
    return SiteMonth(
        series,
        gap,
        spent=priced.headline.spent if priced.headline else None,
        price=_find_price(db, viewer, series.pce_id),
        year_spent=None if not priced.year or priced.year.days_unpriced else priced.year.spent,
    )


def _get_gap(source: SourcedSeries, series: Series) -> MonthGap | None:
    headline, days = series.headline, source.days
    if headline is None:
        return None
    known_days = KnownDays(days.base, get_floats(days.energy), get_floats(days.temperature) / 100)
    ratio = series.climate.headline if series.climate else None
    return explain_gap(known_days, headline.month, headline.until, ratio)


def _find_price(db: Session, viewer: Viewer, pce_id: int) -> int | None:
    tariffs = load_prices(db, viewer, [pce_id]).get(pce_id, ())
    tariff = tariff_on(tariffs, viewer.today)
    return marginal(tariff) if tariff else None
