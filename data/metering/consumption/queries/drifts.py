"""Query the sites whose last year drifts from the one before, weather-corrected.

The drift of a site is `FleetRow.equal`, from its standing: every screen shows this one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.consumption.models import FleetStanding
from data.metering.consumption.queries.fleet import get_fleet_row
from data.metering.consumption.queries.standings import (
    get_equal_days_query,
    get_ranking_lines_query,
    get_viewer_scope,
)
from data.metering.consumption.types import DRIFTS, FleetPeriod, FleetRow, FleetView
from data.metering.pces.queries import get_filtered_query, get_near_matches_query
from data.metering.prices.queries import load_marginal_prices


def list_drifts(db: Session, viewer: Viewer, view: FleetView) -> list[FleetRow]:
    """Return the sites of `view` that exceed the year before by `DRIFTS` percent, dearest first."""
    rows = [get_fleet_row(row) for row in db.execute(_get_drifts_query(db, viewer, view))]
    return sort_by_value(price_rows(db, viewer, rows))


def _get_drifts_query(db: Session, viewer: Viewer, view: FleetView) -> Select[Any]:
    view = replace(view, period=FleetPeriod.YEAR)
    if get_viewer_scope(db, viewer).simple:
        query = get_ranking_lines_query(viewer, view, None)
        query = query.where(FleetStanding.equal > DRIFTS / 100)
        query = get_filtered_query(viewer, query, view.filter)
        return get_near_matches_query(db, query, view.text)
    lines = get_equal_days_query(db, viewer, view).subquery("lines")
    return select(lines).where(100 * lines.c.equal_wh > DRIFTS * lines.c.before_wh)


def load_year_rows(db: Session, viewer: Viewer, ids: Collection[int]) -> Mapping[int, FleetRow]:
    """Return the last 12 months of those of `ids` that the viewer may read, by PCE id."""
    view = FleetView()
    is_simple = get_viewer_scope(db, viewer).simple
    query = (
        get_ranking_lines_query(viewer, view, ids)
        if is_simple
        else get_equal_days_query(db, viewer, view, ids)
    )
    rows = price_rows(db, viewer, [get_fleet_row(row) for row in db.execute(query)])
    return {row.id: row for row in rows}


def price_rows(db: Session, viewer: Viewer, rows: Sequence[FleetRow]) -> list[FleetRow]:
    """Return `rows` with today's price of one more Wh, where there is one."""
    prices = load_marginal_prices(db, viewer, [row.id for row in rows])
    return [replace(row, price=prices.get(row.id)) for row in rows] if prices else list(rows)


def sort_by_value(rows: Sequence[FleetRow]) -> list[FleetRow]:
    """Sort `rows` by the cost of their drift, largest first.

    A drift without a price is ranked at the mean price of the others.
    """
    prices = [row.price for row in rows if row.price is not None]
    mean = sum(prices) // len(prices) if prices else 1

    def rank_of(row: FleetRow) -> tuple[int, int]:
        gap_wh = row.equal.gap_wh if row.equal else 0
        return -gap_wh * (mean if row.price is None else row.price), row.id

    return sorted(rows, key=rank_of)
