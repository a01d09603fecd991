"""The PCE of a viewer together at equal climate: those whose signature tells it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import FleetStanding
from data.consumption.queries.standing import equals, lie_of
from data.consumption.types import Face, FleetEqual, FleetPeriod, FleetView
from data.pces.models import Pce
from data.pces.queries import filtered, held, nearer


def fleet_equal(db: Session, viewer: Viewer, view: FleetView) -> FleetEqual | None:
    """The sum of the gaps that the ranking shows, over the PCE of *view* that have one.

    None where none has: over a month alone the climate is told on the page of the site.
    """
    if view.period is not FleetPeriod.YEAR:
        return None
    if lie_of(db, viewer).simple:
        row = FleetStanding
        query = held(viewer, row.shared, row.before_wh, row.equal_wh)
        query = query.join(row, row.pce_id == Pce.id).where(row.period == view.period)
        sums = nearer(db, filtered(viewer, query, view.filter), view.text).subquery("sums")
    else:
        sums = equals(db, viewer, view).subquery("sums")
    totals = [func.sum(sums.c[name]) for name in ("shared", "equal_wh", "before_wh")]
    told = select(func.count(), *totals).where(sums.c.equal_wh.is_not(None))
    count, shared, gap, before = (int(one or 0) for one in db.execute(told).one())
    return FleetEqual(count, Face(shared, before + gap, before)) if count else None
