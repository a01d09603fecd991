"""Query the figures of the home page, those of the fleet by month."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, not_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import cached
from data.metering.consumption.models import Reading
from data.metering.consumption.queries.fleet import get_pce_months_query
from data.metering.consumption.queries.months import sum_months_columns
from data.metering.consumption.queries.periods import find_latest_period
from data.metering.consumption.queries.sources import is_deposited
from data.metering.consumption.rules.fleet import headline_rank, months_shown
from data.metering.consumption.types import Face, FleetMonth, HomeFigures
from data.metering.pces.models import Pce
from data.metering.pces.queries import (
    count_pces,
    find_latest_day,
    get_last_readable_day,
    visible_with_grant,
)
from data.metering.pces.rules import month_of
from data.metering.pces.types import PceFilter


def get_home_figures(db: Session, viewer: Viewer) -> HomeFigures:
    """Return the last 12 complete months and the current one, over all PCEs the viewer can read."""
    return cached(db, "home", viewer, lambda: _read_home_figures(db, viewer))


def _read_home_figures(db: Session, viewer: Viewer) -> HomeFigures:
    months_listed = months_shown(viewer.today)
    each = get_pce_months_query(viewer, PceFilter(), months_listed).subquery("each")
    sums = [column.label(name) for name, column in sum_months_columns(each).items()]
    counts = [
        func.count(case((each.c.known > 0, 1))).label("pces"),
        func.sum(each.c.known).label("days"),
    ]
    query = select(each.c.month, *counts, *sums).group_by(each.c.month)
    rows = {row.month: row for row in db.execute(query)}
    months = tuple(
        _month(rows[month]) if month in rows else FleetMonth(month) for month in months_listed
    )
    day = _find_last_day(db, viewer, months)
    until = find_latest_period(db, viewer) if day is None else day
    return HomeFigures(
        pces=count_pces(db, viewer),
        months=months,
        headline=headline_rank(months, until, whole=day is None),
        data_until=until,
    )


def _find_last_day(db: Session, viewer: Viewer, months: Sequence[FleetMonth]) -> date | None:
    """Return the last day with a value; that of the distributor's, where a deposit came after.

    One point whose organisation deposited a day early does not end the month of all the others.
    """
    latest = find_latest_day(db, viewer)
    is_deposit_near = any(
        month.days_deposited for month in months if latest and month.month == month_of(latest)
    )
    if not is_deposit_near:
        return latest
    last_day = get_last_readable_day(viewer)
    last_reading = and_(Reading.pce_id == Pce.id, Reading.gas_day == last_day)
    days = visible_with_grant(viewer, func.max(last_day)).join(Reading, last_reading)
    from_distributor: date | None = db.scalar(days.where(not_(is_deposited())))
    return from_distributor or latest


def _month(row: Any) -> FleetMonth:  # noqa: ANN401 (of the query above)
    return FleetMonth(
        month=row.month,
        pces=row.pces,
        days=int(row.days),
        energy_wh=None if row.energy_wh is None else int(row.energy_wh),
        days_known=int(row.known),
        days_due=int(row.due),
        face=Face(int(row.shared), int(row.this_wh), int(row.before_wh)),
        days_deposited=int(row.deposited),
    )
