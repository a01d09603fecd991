"""Query the sites whose last year drifts from the one before, weather-corrected.

The drift of a site is `FleetRow.equal`, from its standing: every screen shows this one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import cached
from data.metering.consumption.models import DriftReview, FleetStanding
from data.metering.consumption.queries.fleet import get_fleet_row
from data.metering.consumption.queries.standings import (
    get_equal_days_query,
    get_ranking_lines_query,
    get_viewer_scope,
    load_ranking_lines,
)
from data.metering.consumption.queries.weather_corrected import (
    get_equal_days_sums,
    get_fleet_equal,
    sum_equal_days_gaps,
)
from data.metering.consumption.rules.drifts import sort_drifts
from data.metering.consumption.types import (
    DRIFTS,
    FleetEqual,
    FleetPeriod,
    FleetRow,
    FleetView,
    ReviewedDrift,
    WorkList,
)
from data.metering.pces.queries import get_filtered_query, get_near_matches_query
from data.metering.prices.queries import load_marginal_prices


def get_work_list(db: Session, viewer: Viewer, view: FleetView) -> WorkList:
    """Return the drifts of `view`, those already reviewed, and the falls, all with a price.

    A site drifts when it exceeds the year before by `DRIFTS` percent.
    """
    if view.text:  # free words would fill the places of the cache
        return _read_work_list(db, viewer, view)
    return cached(db, "work list", (viewer, view), lambda: _read_work_list(db, viewer, view))


def _read_work_list(db: Session, viewer: Viewer, view: FleetView) -> WorkList:
    changed, judged = _load_changed_rows(db, viewer, replace(view, period=FleetPeriod.YEAR))
    rows = price_rows(db, viewer, changed)
    reviews = _load_reviews(db, viewer)
    rises = sort_drifts([row for row in rows if row.has_drifted])
    hidden = [row for row in rises if _is_hidden(row, reviews)]
    reviewed = [(row, reviews[row.id]) for row in hidden]
    return WorkList(
        [row for row in rises if row not in hidden],
        [ReviewedDrift(row, review.reason, review.reviewed_on) for row, review in reviewed],
        sort_drifts([row for row in rows if not row.has_drifted], upwards=True),
        judged,
    )


def _load_reviews(db: Session, viewer: Viewer) -> Mapping[int, DriftReview]:
    query = select(DriftReview).where(DriftReview.organisation_id == viewer.organisation_id)
    return {review.pce_id: review for review in db.scalars(query)}


def _is_hidden(row: FleetRow, reviews: Mapping[int, DriftReview]) -> bool:
    """Return whether a drift was reviewed, and has not grown by another step since."""
    review = reviews.get(row.id)
    percent = (row.equal.percent if row.equal else None) or 0
    return review is not None and percent <= 100 * review.equal + DRIFTS


def _load_changed_rows(
    db: Session, viewer: Viewer, view: FleetView
) -> tuple[list[FleetRow], FleetEqual | None]:
    """Return the sites that changed by more than `DRIFTS` percent, and the sums over all sites."""
    step = DRIFTS / 100
    if get_viewer_scope(db, viewer).simple:
        equal = FleetStanding.equal
        query = get_ranking_lines_query(viewer, view, None)
        query = query.where(or_(equal > step, equal < -step))
        query = get_filtered_query(viewer, query, view.filter)
        rows = db.execute(get_near_matches_query(db, viewer, query, view.text)).all()
        return [get_fleet_row(row) for row in rows], sum_equal_days_gaps(db, viewer, view)
    # Computed standings are costly: the sums come with each row.
    lines = get_equal_days_query(db, viewer, view).subquery("lines")
    sums = (column.over().label(name) for name, column in get_equal_days_sums(lines).items())
    judged = select(lines, *sums).where(lines.c.equal_wh.is_not(None)).subquery("judged")
    query = select(judged).where(func.abs(judged.c.equal_wh) > step * judged.c.before_wh)
    rows = db.execute(query).all()
    totals = get_fleet_equal(rows[0]) if rows else sum_equal_days_gaps(db, viewer, view)
    return [get_fleet_row(row) for row in rows], totals


def load_year_rows(db: Session, viewer: Viewer, ids: Collection[int]) -> Mapping[int, FleetRow]:
    """Return the last 12 months of those of `ids` that the viewer may read, by PCE id."""
    lines = load_ranking_lines(db, viewer, FleetView(), ids).values()
    rows = price_rows(db, viewer, [get_fleet_row(row) for row in lines])
    return {row.id: row for row in rows}


def price_rows(db: Session, viewer: Viewer, rows: Sequence[FleetRow]) -> list[FleetRow]:
    """Return `rows` with today's price of one more Wh, where there is one."""
    prices = load_marginal_prices(db, viewer, [row.id for row in rows])
    return [replace(row, price=prices.get(row.id)) for row in rows] if prices else list(rows)
