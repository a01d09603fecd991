"""Query the sites whose last year drifts from the one before, weather-corrected.

The drift of a site is `FleetRow.equal`, from its standing: every screen shows this one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.consumption.models import DriftReview, FleetStanding
from data.metering.consumption.queries.fleet import get_fleet_row
from data.metering.consumption.queries.standings import (
    get_equal_days_query,
    get_ranking_lines_query,
    get_viewer_scope,
)
from data.metering.consumption.queries.weather_corrected import sum_equal_days_gaps
from data.metering.consumption.rules.drifts import sort_drifts
from data.metering.consumption.types import (
    DRIFTS,
    FleetPeriod,
    FleetRow,
    FleetView,
    ReviewedDrift,
    WorkList,
)
from data.metering.pces.queries import get_filtered_query, get_near_matches_query
from data.metering.prices.queries import load_marginal_prices


def list_drifts(db: Session, viewer: Viewer, view: FleetView) -> list[FleetRow]:
    """Return the sites of `view` that exceed the year before by `DRIFTS` percent, dearest first.

    Those that the viewer's organisation reviewed are left out.
    """
    rows = [get_fleet_row(row) for row in db.execute(_get_drifts_query(db, viewer, view))]
    reviews = _load_reviews(db, viewer)
    drifts = [row for row in rows if row.has_drifted and not _is_hidden(row, reviews)]
    return sort_drifts(price_rows(db, viewer, drifts))


def get_work_list(db: Session, viewer: Viewer, view: FleetView) -> WorkList:
    """Return the drifts of `view`, those already reviewed, and the falls, all with a price."""
    query = _get_drifts_query(db, viewer, view)
    rows = price_rows(db, viewer, [get_fleet_row(row) for row in db.execute(query)])
    reviews = _load_reviews(db, viewer)
    rises = sort_drifts([row for row in rows if row.has_drifted])
    hidden = [row for row in rises if _is_hidden(row, reviews)]
    reviewed = [(row, reviews[row.id]) for row in hidden]
    return WorkList(
        [row for row in rises if row not in hidden],
        [ReviewedDrift(row, review.reason, review.reviewed_on) for row, review in reviewed],
        sort_drifts([row for row in rows if not row.has_drifted], upwards=True),
        sum_equal_days_gaps(db, viewer, replace(view, period=FleetPeriod.YEAR)),
    )


def _load_reviews(db: Session, viewer: Viewer) -> Mapping[int, DriftReview]:
    query = select(DriftReview).where(DriftReview.organisation_id == viewer.organisation_id)
    return {review.pce_id: review for review in db.scalars(query)}


def _is_hidden(row: FleetRow, reviews: Mapping[int, DriftReview]) -> bool:
    """Return whether a drift was reviewed, and has not grown by another step since."""
    review = reviews.get(row.id)
    percent = (row.equal.percent if row.equal else None) or 0
    return review is not None and percent <= 100 * review.equal + DRIFTS


def _get_drifts_query(db: Session, viewer: Viewer, view: FleetView) -> Select[Any]:
    """Select the sites that changed by more than `DRIFTS` percent, either way."""
    view, step = replace(view, period=FleetPeriod.YEAR), DRIFTS / 100
    if get_viewer_scope(db, viewer).simple:
        equal = FleetStanding.equal
        query = get_ranking_lines_query(viewer, view, None)
        query = query.where(or_(equal > step, equal < -step))
        query = get_filtered_query(viewer, query, view.filter)
        return get_near_matches_query(db, query, view.text)
    lines = get_equal_days_query(db, viewer, view).subquery("lines")
    return select(lines).where(func.abs(lines.c.equal_wh) > step * lines.c.before_wh)


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
