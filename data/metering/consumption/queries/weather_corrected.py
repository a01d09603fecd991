"""Query weather-corrected sums of the PCEs with a reliable signature."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.consumption.models import FleetStanding
from data.metering.consumption.queries.standings import get_equal_days_query, get_viewer_scope
from data.metering.consumption.types import Face, FleetEqual, FleetPeriod, FleetView
from data.metering.pces.models import Pce
from data.metering.pces.queries import get_filtered_query, get_near_matches_query, visible_held


def sum_equal_days_gaps(db: Session, viewer: Viewer, view: FleetView) -> FleetEqual | None:
    """Sum the weather-corrected gaps that the ranking shows over the PCEs of `view`.

    Return None when there is none: the correction exists for the year only.
    """
    if view.period is not FleetPeriod.YEAR:
        return None
    if get_viewer_scope(db, viewer).simple:
        row = FleetStanding
        query = visible_held(viewer, row.shared, row.before_wh, row.equal_wh)
        query = query.join(row, row.pce_id == Pce.id).where(row.period == view.period)
        sums = get_near_matches_query(
            db, get_filtered_query(viewer, query, view.filter), view.text
        ).subquery("sums")
    else:
        sums = get_equal_days_query(db, viewer, view).subquery("sums")
    totals = [func.sum(sums.c[name]) for name in ("shared", "equal_wh", "before_wh")]
    totals_query = select(func.count(), *totals).where(sums.c.equal_wh.is_not(None))
    count, shared, gap, before = (int(value or 0) for value in db.execute(totals_query).one())
    return FleetEqual(count, Face(shared, before + gap, before)) if count else None
