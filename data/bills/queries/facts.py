"""What the readings of the days of many bills say: sums of sets, and the days at their ends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CTE, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from data.access import Viewer
from data.bills.models import BillRow
from data.bills.types import NO_EDGE, NO_FACTS, Bill, Edge, Facts
from data.consumption.models import ConsumptionPeriod, Reading
from data.consumption.queries.pieces import holds, holes_cte
from data.consumption.queries.sources import is_deposited
from data.consumption.types import PeriodKind, Quality
from data.db import blocks
from data.pces.models import Pce
from data.pces.queries import readable_holes, readable_since, readable_until, with_grant
from data.provenance import DataSource

_DAY = timedelta(days=1)
_ALL = 2000  # bills: beyond so many of an organisation's, naming each would be longer
Days = Mapping[tuple[int, date], Edge]


def facts_of(db: Session, viewer: Viewer, bills: Sequence[Bill]) -> dict[int, Facts]:
    """By bill; one of which no day is known, or may be read, has only its edges."""
    sums = _sums(db, viewer, bills)
    days = _edges(db, viewer, bills)
    published = _published(db, viewer, bills)
    return {
        bill.id: replace(
            sums.get(bill.id, NO_FACTS),
            edges=_edges_of(bill, days),
            ahead=_ahead(bill, viewer.today),
            published_wh=published.get(bill.id),
        )
        for bill in bills
    }


def _ahead(bill: Bill, today: date) -> int:
    """How many of its days are after *today*."""
    return max(0, min(bill.draft.days, (bill.draft.last - today).days))


def _readable(viewer: Viewer, query: Select[Any]) -> Select[Any]:
    """*query*, where the day of its reading may be read, as for every sum over many."""
    since, to, holes = readable_since(viewer), readable_until(viewer), _holes(viewer)
    return query.outerjoin(holes, holds(holes, Reading.pce_id, Reading.gas_day)).where(
        or_(since.is_(None), Reading.gas_day >= since),
        or_(to.is_(None), Reading.gas_day <= to),
        holes.c.id.is_(None),
        Reading.quality > Quality.ABSENT,
        Reading.energy_wh.is_not(None),
    )


def _holes(viewer: Viewer) -> CTE:
    """Those between the rights on the PCE of the bills of the viewer's organisation."""
    billed = select(BillRow.pce_id).where(BillRow.organisation_id == viewer.organisation_id)
    columns = Pce.id, readable_holes(viewer).label("holes")
    return holes_cte(with_grant(viewer, *columns).where(Pce.id.in_(billed)).subquery("billed"))


def _sums(db: Session, viewer: Viewer, bills: Sequence[Bill]) -> dict[int, Facts]:
    guessed = Reading.quality == Quality.ESTIMATED
    query = (
        with_grant(
            viewer,
            BillRow.id,
            func.count(),
            func.sum(Reading.energy_wh),
            func.coalesce(func.sum(Reading.volume_dm3), 0),
            func.count(case((guessed, 1))),
            func.coalesce(func.sum(case((guessed, Reading.energy_wh))), 0),
            func.min(Reading.coefficient_e4),
            func.max(Reading.coefficient_e4),
            func.count(case((is_deposited(), 1))),
        )
        .join(BillRow, BillRow.pce_id == Pce.id)
        .join(
            Reading,
            and_(
                Reading.pce_id == BillRow.pce_id,
                Reading.gas_day.between(BillRow.first_day, BillRow.last_day),
            ),
        )
        .where(
            BillRow.organisation_id == viewer.organisation_id,
            BillRow.removed_at.is_(None),
        )
        .group_by(BillRow.id)
    )
    query = _readable(viewer, query)
    found: dict[int, Facts] = {}
    for wanted in _named(bills):
        asked = query if wanted is None else query.where(BillRow.id.in_(wanted))
        for id_, known, energy, volume, days, guess, low, high, own in db.execute(asked):
            pair = None if low is None else (low, high)
            sums = known, int(energy), int(volume), days, int(guess), pair
            found[id_] = Facts(*sums, deposited=own)
    return found


def _published(db: Session, viewer: Viewer, bills: Sequence[Bill]) -> dict[int, int]:
    """Wh of the published period of the very days of each bill, where it may be read whole."""
    period, since, to = ConsumptionPeriod, readable_since(viewer), readable_until(viewer)
    holes = _holes(viewer)
    same = and_(
        period.pce_id == BillRow.pce_id,
        period.kind == PeriodKind.PUBLISHED,
        period.replaced.is_(False),
        period.source != int(DataSource.DEPOSIT),
        period.first_day == BillRow.first_day,
        period.last_day == BillRow.last_day,
    )
    query = (
        with_grant(viewer, BillRow.id, period.energy_wh)
        .join(BillRow, BillRow.pce_id == Pce.id)
        .join(period, same)
        .outerjoin(holes, holds(holes, period.pce_id, period.first_day, period.last_day))
        .where(
            holes.c.id.is_(None),
            BillRow.organisation_id == viewer.organisation_id,
            BillRow.removed_at.is_(None),
            period.energy_wh.is_not(None),
            period.quality != Quality.ESTIMATED,
            or_(since.is_(None), since <= period.first_day),
            or_(to.is_(None), to >= period.last_day),
        )
    )
    found: dict[int, int] = {}
    for wanted in _named(bills):
        asked = query if wanted is None else query.where(BillRow.id.in_(wanted))
        found |= {id_: int(energy) for id_, energy in db.execute(asked)}
    return found


def _named(bills: Sequence[Bill]) -> Iterable[list[int] | None]:
    """The ids to ask for, by blocks; None for all at once."""
    if len(bills) > _ALL:
        return [None]
    return ([bill.id for bill in block] for block in blocks(bills))


def _edges(db: Session, viewer: Viewer, bills: Sequence[Bill]) -> Days:
    wanted = sorted({(bill.pce_id, day) for bill in bills for day in _ends(bill)})
    query = with_grant(
        viewer,
        Reading.pce_id,
        Reading.gas_day,
        Reading.energy_wh,
        Reading.index_start_dm3,
        Reading.index_end_dm3,
    ).join(Reading, Reading.pce_id == Pce.id)
    query, found = _readable(viewer, query), {}
    for block in blocks(wanted):
        at = tuple_(Reading.pce_id, Reading.gas_day).in_(block)
        for pce_id, day, *values in db.execute(query.where(at)):
            found[pce_id, day] = Edge(*values)
    return found


def _ends(bill: Bill) -> tuple[date, date, date, date]:
    first, last = bill.draft.first, bill.draft.last
    return first - _DAY, first, last, last + _DAY


def _edges_of(bill: Bill, days: Days) -> tuple[Edge, Edge, Edge, Edge]:
    before, first, last, after = (days.get((bill.pce_id, day), NO_EDGE) for day in _ends(bill))
    return before, first, last, after
