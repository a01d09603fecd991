"""Query the readings of many bills' days in sets: sums, and the days at both ends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CTE, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from data.metering.consumption.models import ConsumptionPeriod, Reading
from data.metering.consumption.queries.grant_gaps import get_holes_cte, holds
from data.metering.consumption.queries.sources import is_deposited
from data.metering.consumption.types import PeriodKind, Quality
from data.metering.pces.models import Pce
from data.metering.pces.queries import (
    get_readable_until,
    readable_holes,
    readable_since,
    visible_with_grant,
)
from data.money.bills.models import BillRow
from data.money.bills.types import NO_EDGE, NO_FACTS, Bill, BillFacts, Edge
from data.provenance import DataSource

_DAY = timedelta(days=1)
_ALL = 2000  # bills: above, all of the organisation are queried instead of naming each
Days = Mapping[tuple[int, date], Edge]


def load_bill_facts(db: Session, viewer: Viewer, bills: Sequence[Bill]) -> dict[int, BillFacts]:
    """Return the facts by bill; without readable days there are only edges."""
    sums = _sums(db, viewer, bills)
    days = _edges(db, viewer, bills)
    published = _published(db, viewer, bills)
    # How many of its days are to come
    return {
        bill.id: replace(
            sums.get(bill.id, NO_FACTS),
            edges=_edges_of(bill, days),
            ahead=max(0, min(bill.draft.days, (bill.draft.last - viewer.today).days)),
            published_wh=published.get(bill.id),
        )
        for bill in bills
    }


def _readable(viewer: Viewer, query: Select[Any]) -> Select[Any]:
    """Restrict `query` to readable days with an energy."""
    since, to, holes = readable_since(viewer), get_readable_until(viewer), _holes(viewer)
    return query.outerjoin(holes, holds(holes, Reading.pce_id, Reading.gas_day)).where(
        or_(since.is_(None), Reading.gas_day >= since),
        or_(to.is_(None), Reading.gas_day <= to),
        holes.c.id.is_(None),
        Reading.quality > Quality.ABSENT,
        Reading.energy_wh.is_not(None),
    )


def _holes(viewer: Viewer) -> CTE:
    """Build the unreadable gaps between rights on the PCEs of the organisation's bills."""
    billed = select(BillRow.pce_id).where(BillRow.organisation_id == viewer.organisation_id)
    columns = Pce.id, readable_holes(viewer).label("holes")
    return get_holes_cte(
        visible_with_grant(viewer, *columns).where(Pce.id.in_(billed)).subquery("billed")
    )


def _sums(db: Session, viewer: Viewer, bills: Sequence[Bill]) -> dict[int, BillFacts]:
    guessed = Reading.quality == Quality.ESTIMATED
    query = (
        visible_with_grant(
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
            func.max(Reading.energy_wh),
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
    facts_by_bill: dict[int, BillFacts] = {}
    for bill_ids in _named(bills):
        block_query = query if bill_ids is None else query.where(BillRow.id.in_(bill_ids))
        for row in db.execute(block_query):
            id_, known_days, energy, volume, days, guess, low, high, own, largest = row
            pair = None if low is None else (low, high)
            sums = known_days, int(energy), int(volume), days, int(guess), pair
            facts_by_bill[id_] = BillFacts(*sums, largest_day_wh=largest, deposited=own)
    return facts_by_bill


def _published(db: Session, viewer: Viewer, bills: Sequence[Bill]) -> dict[int, int]:
    """Return the Wh of a readable published period of exactly the days of each bill."""
    period, since, to = ConsumptionPeriod, readable_since(viewer), get_readable_until(viewer)
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
        visible_with_grant(viewer, BillRow.id, period.energy_wh)
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
    energy_by_bill: dict[int, int] = {}
    for bill_ids in _named(bills):
        block_query = query if bill_ids is None else query.where(BillRow.id.in_(bill_ids))
        energy_by_bill |= {id_: int(energy) for id_, energy in db.execute(block_query)}
    return energy_by_bill


def _named(bills: Sequence[Bill]) -> Iterable[list[int] | None]:
    """Yield the ids to query in blocks, or None for all at once."""
    if len(bills) > _ALL:
        return [None]
    return ([bill.id for bill in block] for block in blocks(bills))


def _edges(db: Session, viewer: Viewer, bills: Sequence[Bill]) -> Days:
    day_keys = sorted({(bill.pce_id, day) for bill in bills for day in _ends(bill)})
    query = visible_with_grant(
        viewer,
        Reading.pce_id,
        Reading.gas_day,
        Reading.energy_wh,
        Reading.index_start_dm3,
        Reading.index_end_dm3,
    ).join(Reading, Reading.pce_id == Pce.id)
    query, edges = _readable(viewer, query), {}
    for block in blocks(day_keys):
        at = tuple_(Reading.pce_id, Reading.gas_day).in_(block)
        for pce_id, day, *values in db.execute(query.where(at)):
            edges[pce_id, day] = Edge(*values)
    return edges


def _ends(bill: Bill) -> tuple[date, date, date, date]:
    first, last = bill.draft.first, bill.draft.last
    return first - _DAY, first, last, last + _DAY


def _edges_of(bill: Bill, days: Days) -> tuple[Edge, Edge, Edge, Edge]:
    before, first, last, after = (days.get((bill.pce_id, day), NO_EDGE) for day in _ends(bill))
    return before, first, last, after
