"""Query weather-corrected sums of the PCEs with a reliable signature."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, select
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
            db, viewer, get_filtered_query(viewer, query, view.filter), view.text
        ).subquery("sums")
    else:
        sums = get_equal_days_query(db, viewer, view).subquery("sums")
    columns = [column.label(name) for name, column in get_equal_days_sums(sums).items()]
    return get_fleet_equal(db.execute(select(*columns).where(sums.c.equal_wh.is_not(None))).one())


def get_equal_days_sums(lines: FromClause) -> dict[str, ColumnElement[Any]]:
    """Return the sums over lines whose `equal_wh` is known."""
    return {
        "judged_count": func.count(lines.c.equal_wh),
        "judged_days": func.sum(lines.c.shared),
        "judged_gap_wh": func.sum(lines.c.equal_wh),
        "judged_before_wh": func.sum(lines.c.before_wh),
    }


def get_fleet_equal(sums: Any) -> FleetEqual | None:  # noqa: ANN401 (of `get_equal_days_sums`)
    """Return the gap of all lines against the year before, None without any line."""
    if not sums.judged_count:
        return None
    before_wh = int(sums.judged_before_wh)
    face = Face(int(sums.judged_days), before_wh + int(sums.judged_gap_wh), before_wh)
    return FleetEqual(sums.judged_count, face)
