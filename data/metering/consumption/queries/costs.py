"""Compute the cost of many PCEs over a period, with the organisation's prices.

PCEs with the same tariffs are summed in SQL, month by month: the number of rows depends on tariffs,
months and counts of known days, not on the number of PCEs. The result is exact, except where a
price changes within a month: the energy of that month is spread evenly over its days, rounded to
the Wh for all the PCEs together rather than for each.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from data.metering.consumption.queries.monthly_by_tariff import (
    Grouped,
    TariffQuestion,
    count_by_tariff,
    get_month_use,
    get_months_query,
    get_tariff_question,
    iter_months_by_tariff,
)
from data.metering.consumption.types import (
    FleetCost,
    FleetMoney,
    FleetRow,
    FleetSpent,
    FleetView,
)
from data.metering.prices.queries import has_prices, load_shared_prices
from data.metering.prices.rules.costs import gap_cost, months_cost
from data.metering.prices.types import NOTHING, MonthUse, Tariffs


def has_costs(db: Session, viewer: Viewer) -> bool:
    """Return whether costs can be shown: a price exists and the viewer may read prices."""
    return viewer.may(Permission.PRICES_READ) and has_prices(db, viewer)


def load_fleet_costs(
    db: Session, viewer: Viewer, view: FleetView, rows: Sequence[FleetRow]
) -> Mapping[int, FleetCost]:
    """Return the cost of each of `rows`, by PCE id."""
    shared, costs_by_pce = load_shared_prices(db, viewer), {}
    for block in blocks(rows):
        cost_query = get_tariff_question(viewer, view, shared, [row.id for row in block])
        keyed = db.execute(select(cost_query.scope.c.id, *cost_query.keys))
        tariffs = {row[0]: shared.tariffs(tuple(row[1:])) for row in keyed}
        uses: dict[int, list[tuple[MonthUse, int, int]]] = {}
        for month in db.execute(get_months_query(cost_query, [cost_query.scope.c.id])):
            sides = int(month.this_wh), int(month.before_wh)
            uses.setdefault(month.id, []).append((get_month_use(month), *sides))
        for row in block:
            costs_by_pce[row.id] = _cost(cost_query, tariffs.get(row.id, ()), uses.get(row.id, []))
    return costs_by_pce


def _cost(
    cost_query: TariffQuestion,
    tariffs: Tariffs,
    uses: Sequence[tuple[MonthUse, int, int]],
) -> FleetCost:
    total = months_cost(tariffs, [use for use, _this, _before in uses])
    if not cost_query.prices(tariffs) or total.unpriced:
        return FleetCost(partly_priced=total.days > 0)
    if total.atto_eur is None:
        return FleetCost(priced=True)
    gap = sum(gap_cost(tariffs, use, this - before) for use, this, before in uses)
    return FleetCost(total.atto_eur, gap, priced=True)


def count_priced(db: Session, viewer: Viewer, view: FleetView) -> tuple[int, int]:
    """Count the PCEs of `view` with a price for each day of its period, and all of them."""
    return _count_priced(
        db, viewer, get_tariff_question(viewer, view, load_shared_prices(db, viewer))
    )


def _count_priced(db: Session, viewer: Viewer, cost_query: TariffQuestion) -> tuple[int, int]:
    priced = everyone = 0
    for (_group, key), count in count_by_tariff(db, viewer, cost_query).items():
        priced += cost_query.prices(cost_query.shared.tariffs(key)) * count
        everyone += count
    return priced, everyone


def sum_fleet_money(db: Session, viewer: Viewer, view: FleetView) -> FleetMoney | None:
    """Return the cost of all PCEs of `view` over its period.

    None where none has a price, and without the right to read prices.
    """
    if not has_costs(db, viewer):
        return None
    cost_query = get_tariff_question(viewer, view, load_shared_prices(db, viewer))
    priced, everyone = _count_priced(db, viewer, cost_query)
    spent, gap, variable, energy_wh = NOTHING, 0, 0, 0
    for row in iter_months_by_tariff(db, viewer, cost_query):
        tariffs = cost_query.shared.tariffs(row.key)
        if cost_query.prices(tariffs):
            used = row.use.energy_wh or 0
            spent += months_cost(tariffs, [row.use])
            gap += gap_cost(tariffs, row.use, row.gap_wh)
            variable += gap_cost(tariffs, row.use, used)
            energy_wh += used
    if not priced or spent.atto_eur is None:
        return None
    return FleetMoney(spent.atto_eur, gap, variable, energy_wh, priced, everyone)


def sum_costs_by_group(
    db: Session, viewer: Viewer, view: FleetView, grouped: Grouped
) -> Mapping[Any, FleetSpent]:
    """Sum the costs of the PCEs of `view` by the `key` of `grouped`, which may give several groups.

    PCEs with an unpriced day are counted but left out of the sums.
    """
    cost_query = get_tariff_question(viewer, view, load_shared_prices(db, viewer))
    counts: dict[Any, list[int]] = {}
    for (name, key), count in count_by_tariff(db, viewer, cost_query, grouped).items():
        priced = cost_query.prices(cost_query.shared.tariffs(key))
        both = counts.setdefault(name, [0, 0])
        both[0], both[1] = both[0] + priced * count, both[1] + count
    sums = dict.fromkeys(counts, (NOTHING, 0))
    for row in iter_months_by_tariff(db, viewer, cost_query, grouped):
        tariffs = cost_query.shared.tariffs(row.key)
        if cost_query.prices(tariffs):
            total, more = sums[row.group]
            gap = gap_cost(tariffs, row.use, row.gap_wh)
            sums[row.group] = total + months_cost(tariffs, [row.use]), more + gap
    return {
        name: FleetSpent(sums[name][0].atto_eur, sums[name][1], *counts[name]) for name in counts
    }
