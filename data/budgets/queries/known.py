"""What is known of many PCE by month, from the roll-up, within what may be read of each."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import Select, extract, func, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.budgets.types import Known
from data.consumption.queries.fleet import months_of_each
from data.consumption.queries.standing import scope_of_each
from data.consumption.types import Unit
from data.db import blocks
from data.pces.models import Pce, PceTag
from data.pces.queries import scopes
from data.pces.types import PceFilter
from data.prices.rules.costs import month_cost
from data.prices.types import ATTO, MonthUse, PricesOf, Target

THOUSANDTH = ATTO // 1000
MonthsOf = dict[int, dict[date, Known]]


def members_of(db: Session, viewer: Viewer, target: Target) -> list[int]:
    """The PCE that a budget is for, of those that may be read: by id, in order."""
    query = scopes(viewer).with_only_columns(Pce.id, maintain_column_froms=True)
    if target.pce:
        query = query.where(Pce.number == target.pce)
    elif target.tag:
        bears = select(PceTag.pce_id).where(
            PceTag.organisation_id == viewer.organisation_id, PceTag.tag == target.tag
        )
        query = query.where(Pce.id.in_(bears))
    return list(db.scalars(query.order_by(Pce.id)))


def usual_months(
    db: Session, viewer: Viewer, ids: Sequence[int], months: Sequence[date]
) -> dict[int, dict[int, tuple[int, int]]]:
    """By calendar month, the days of *months* that have a value and their Wh, of each PCE."""
    found: dict[int, dict[int, tuple[int, int]]] = {}
    for each in _each(viewer, ids, months):
        rows = each.subquery("rows")
        of_year = extract("month", rows.c.month)
        sums = func.sum(rows.c.known), func.sum(rows.c.energy_wh)
        query = (
            select(rows.c.id, of_year, *sums).where(rows.c.known > 0).group_by(rows.c.id, of_year)
        )
        for pce_id, month, known, wh in db.execute(query):
            found.setdefault(pce_id, {})[int(month)] = int(known), int(wh or 0)
    return found


def volumes_of(
    db: Session, viewer: Viewer, ids: Sequence[int], months: Sequence[date]
) -> dict[int, tuple[int, int]]:
    """The Wh and the dm³ of those of *months* that have a volume, of each PCE that has some."""
    found: dict[int, tuple[int, int]] = {}
    for each in _each(viewer, ids, months):
        rows = each.subquery("rows")
        sums = func.sum(rows.c.energy_wh), func.sum(rows.c.volume_dm3)
        query = select(rows.c.id, *sums).where(rows.c.volume_dm3 > 0).group_by(rows.c.id)
        found |= {pce: (int(wh or 0), int(dm3)) for pce, wh, dm3 in db.execute(query)}
    return found


def known_of(  # noqa: PLR0913 (what is asked, of whom, at which prices)
    db: Session,
    viewer: Viewer,
    ids: Sequence[int],
    months: Sequence[date],
    *,
    unit: Unit,
    prices: PricesOf,
) -> MonthsOf:
    """What each of *ids* has of each of *months*, in *unit*; a day without a price has no value."""
    found: MonthsOf = {}
    for row in chain.from_iterable(db.execute(one) for one in _each(viewer, ids, months)):
        known, value = row.known, int(row.energy_wh or 0)
        if unit is Unit.EUR:
            use = MonthUse(row.month, value, row.volume_dm3 or None, known)
            cost = month_cost(prices.get(row.id, ()), use)
            known, value = cost.days, (cost.atto_eur or 0) // THOUSANDTH
        told = Known(row.due, known, value, row.deposited)
        found.setdefault(row.id, {})[row.month] = told
    return found


def _each(viewer: Viewer, ids: Sequence[int], months: Sequence[date]) -> Iterator[Select[Any]]:
    """A row a PCE and month, as on the page of the fleet, block by block."""
    for block in blocks(ids):
        yield months_of_each(viewer, PceFilter(), months, block)


def ends_of(db: Session, viewer: Viewer, ids: Sequence[int]) -> Mapping[int, date]:
    """The last day in service of those of which it is known."""
    found: dict[int, date] = {}
    for block in blocks(ids):
        scope = scope_of_each(viewer, PceFilter(), block).subquery("scope")
        query = select(scope.c.id, scope.c.ended_on).where(scope.c.ended_on.is_not(None))
        found |= {row[0]: row[1] for row in db.execute(query)}
    return found
