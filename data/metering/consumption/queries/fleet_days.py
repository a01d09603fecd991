"""Query the missing days of many PCEs, and the usual delay of each."""

from collections import Counter
from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.i18n import PARIS
from data.metering.consumption.models import PeriodDay, Reading
from data.metering.consumption.queries.fleet import get_pce_months_query
from data.metering.consumption.rules.calendar import DAY
from data.metering.consumption.rules.fleet import SLOWEST, months_shown, usual_delay
from data.metering.consumption.types import FleetView, Quality
from data.metering.pces.queries import list_scopes_by_id


def count_missing_days(db: Session, viewer: Viewer, view: FleetView) -> dict[date, int]:
    """Return how many PCEs lack each day of the heat map's months; days without lack are left out.

    Complete months are known from the roll-up: days are only read for the others.
    """
    each = get_pce_months_query(viewer, view.filter, months_shown(viewer.today)).subquery("each")
    holed = (
        select(each.c.id, each.c.month, each.c.last, each.c.skip, each.c.due)
        .where(each.c.known < each.c.due)
        .cte("holed")
        .prefix_with("MATERIALIZED")
    )
    missing: Counter[date] = Counter()
    kinds = (holed.c.month, holed.c.skip, holed.c.due)
    for month, skip, due, count in db.execute(select(*kinds, func.count()).group_by(*kinds)):
        missing.update({month + DAY * place: count for place in range(skip, skip + due)})
    for row in (Reading, PeriodDay):  # a day covered by period shares has no value of its own
        inside = and_(
            row.pce_id == holed.c.id,
            row.gas_day.between(holed.c.month, holed.c.last),
            row.quality > Quality.ABSENT,
        )
        missing_query = select(row.gas_day, holed.c.skip, holed.c.due, func.count()).join(
            holed, inside
        )
        for day, skip, due, count in db.execute(missing_query.group_by(row.gas_day, *holed.c[3:5])):
            missing[day] -= count if skip < day.day <= skip + due else 0
    return {day: count for day, count in sorted(missing.items()) if count > 0}


def load_usual_delays(db: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, int | None]:
    """Return {PCE id: usual days from a gas day to its data}, for the visible PCEs of `ids`.

    Reconstructed days and days that the viewer may not read are ignored.
    """
    scopes_by_pce = {scope.id: scope for scope in list_scopes_by_id(db, viewer, ids)}
    since = viewer.today - DAY * 2 * SLOWEST
    delays: dict[int, list[int]] = {id_: [] for id_ in scopes_by_pce}
    query = select(Reading.pce_id, Reading.gas_day, Reading.learnt_at).where(
        Reading.pce_id.in_(scopes_by_pce),
        Reading.gas_day >= since,
        Reading.quality > Quality.RECONSTRUCTED,
    )
    for id_, day, learnt in db.execute(query):
        if not scopes_by_pce[id_].hides(day):
            delays[id_].append((learnt.astimezone(PARIS).date() - day).days)
    return {id_: usual_delay(pce_delays) for id_, pce_delays in delays.items()}
