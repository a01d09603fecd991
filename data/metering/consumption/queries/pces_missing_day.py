"""List the PCEs that lack a day, as the calendar of missing days counts them."""

from datetime import date, timedelta

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.consumption.models import PeriodDay, Reading
from data.metering.consumption.queries.fleet import get_pce_months_query
from data.metering.consumption.rules.fleet import months_shown
from data.metering.consumption.types import FleetView, LackingDay, Quality
from data.metering.pces.models import Pce
from data.metering.pces.rules import month_of

MOST = 200  # listed by name


def find_missing_day(db: Session, viewer: Viewer, view: FleetView) -> LackingDay | None:
    """Return the PCEs of `view` that lack its day: the first MOST by name, and their number.

    Return None when the view names no day of the displayed months.
    """
    day = view.day
    if day is None or month_of(day) not in months_shown(viewer.today):
        return None
    lacking_query = _lacking(viewer, view, day)
    count = db.scalar(select(func.count()).select_from(lacking_query.subquery("lacking"))) or 0
    rows = db.execute(lacking_query.order_by(Pce.search, Pce.number).limit(MOST))
    return LackingDay(day, tuple((row.number, row.alias) for row in rows), count)


def _lacking(viewer: Viewer, view: FleetView, day: date) -> Select[str, str]:
    each = get_pce_months_query(viewer, view.filter, (month_of(day),)).subquery("each")
    place = (day - month_of(day)) // timedelta(days=1)
    read = exists().where(
        Reading.pce_id == each.c.id, Reading.gas_day == day, Reading.quality > Quality.ABSENT
    )
    shared = exists().where(PeriodDay.pce_id == each.c.id, PeriodDay.gas_day == day)
    return (
        select(Pce.number, Pce.alias)
        .join(each, each.c.id == Pce.id)
        .where(
            and_(each.c.known < each.c.due, each.c.skip <= place),
            place < each.c.skip + each.c.due,
            ~read,
            ~shared,
        )
    )
