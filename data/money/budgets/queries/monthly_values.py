"""Query the monthly roll-up of many PCEs, within what the viewer can read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import Select, extract, func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from data.metering.consumption.queries.fleet import get_pce_months_query
from data.metering.consumption.queries.periods import count_apart
from data.metering.consumption.queries.standings import get_pce_scopes_query
from data.metering.pces.models import Pce, PceTag
from data.metering.pces.queries import visible_scopes
from data.metering.pces.types import PceFilter
from data.metering.prices.rules.costs import month_cost
from data.metering.prices.types import THOUSANDTH, MonthUse, PricesOf, PriceTarget
from data.money.budgets.types import KnownMonth

MonthsOf = dict[int, dict[date, KnownMonth]]


def list_budget_pces(db: Session, viewer: Viewer, target: PriceTarget) -> list[int]:
    """Return the readable PCEs of a budget, sorted by id."""
    query = visible_scopes(viewer).with_only_columns(Pce.id, maintain_column_froms=True)
    if target.pce:
        query = query.where(Pce.number == target.pce)
    elif target.tag:
        bears = select(PceTag.pce_id).where(
            PceTag.organisation_id == viewer.organisation_id, PceTag.tag == target.tag
        )
        query = query.where(Pce.id.in_(bears))
    return list(db.scalars(query.order_by(Pce.id)))


def count_apart_pces(db: Session, viewer: Viewer, target: PriceTarget) -> int:
    """Return how many PCEs of a budget have published periods only, so are not counted."""
    is_every = not (target.pce or target.tag)
    ids = None if is_every else list_budget_pces(db, viewer, target)
    return count_apart(db, viewer, PceFilter(), ids)


def sum_by_calendar_month(
    db: Session, viewer: Viewer, ids: Sequence[int], months: Sequence[date]
) -> dict[int, dict[int, tuple[int, int]]]:
    """Return, by PCE and calendar month, the days with a value in `months` and their Wh."""
    usual_by_pce: dict[int, dict[int, tuple[int, int]]] = {}
    for each in _each(viewer, ids, months):
        rows = each.subquery("rows")
        of_year = extract("month", rows.c.month)
        sums = func.sum(rows.c.known), func.sum(rows.c.energy_wh)
        query = (
            select(rows.c.id, of_year, *sums).where(rows.c.known > 0).group_by(rows.c.id, of_year)
        )
        for pce_id, month, known_days, wh in db.execute(query):
            usual_by_pce.setdefault(pce_id, {})[int(month)] = int(known_days), int(wh or 0)
    return usual_by_pce


def sum_volumes(
    db: Session, viewer: Viewer, ids: Sequence[int], months: Sequence[date]
) -> dict[int, tuple[int, int]]:
    """Return the Wh and dm³ of those of `months` with a volume, by PCE."""
    volumes_by_pce: dict[int, tuple[int, int]] = {}
    for each in _each(viewer, ids, months):
        rows = each.subquery("rows")
        sums = func.sum(rows.c.energy_wh), func.sum(rows.c.volume_dm3)
        query = select(rows.c.id, *sums).where(rows.c.volume_dm3 > 0).group_by(rows.c.id)
        volumes_by_pce |= {pce: (int(wh or 0), int(dm3)) for pce, wh, dm3 in db.execute(query)}
    return volumes_by_pce


def load_monthly_values(
    db: Session,
    viewer: Viewer,
    ids: Sequence[int],
    months: Sequence[date],
    prices: PricesOf | None,
) -> tuple[MonthsOf, MonthsOf]:
    """Return the energies of `ids` in `months`, and their costs unless `prices` is None.

    A day without price has no cost.
    """
    energies: MonthsOf = {}
    costs: MonthsOf = {}
    for row in chain.from_iterable(db.execute(query) for query in _each(viewer, ids, months)):
        wh = int(row.energy_wh or 0)
        energy = KnownMonth(row.due, row.known, wh, row.deposited)
        energies.setdefault(row.id, {})[row.month] = energy
        if prices is not None:
            use = MonthUse(row.month, wh, row.volume_dm3 or None, row.known)
            cost = month_cost(prices.get(row.id, ()), use)
            value = (cost.atto_eur or 0) // THOUSANDTH
            costs.setdefault(row.id, {})[row.month] = replace(
                energy, known_days=cost.days, value=value
            )
    return energies, costs


def _each(viewer: Viewer, ids: Sequence[int], months: Sequence[date]) -> Iterator[Select[Any]]:
    """Yield queries with a row for each PCE and month, in blocks."""
    for block in blocks(ids):
        yield get_pce_months_query(viewer, PceFilter(), months, block)


def load_service_ends(db: Session, viewer: Viewer, ids: Sequence[int]) -> Mapping[int, date]:
    """Return the last day in service of PCEs for which it is known."""
    ends_by_pce: dict[int, date] = {}
    for block in blocks(ids):
        scope = get_pce_scopes_query(viewer, PceFilter(), block).subquery("scope")
        query = select(scope.c.id, scope.c.ended_on).where(scope.c.ended_on.is_not(None))
        ends_by_pce |= {row[0]: row[1] for row in db.execute(query)}
    return ends_by_pce
