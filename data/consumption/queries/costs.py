"""What many PCE cost over a period, by the prices of the viewer's organisation.

PCE that share their tariffs are summed in SQL, month by month: there are as many rows as tariffs,
months and counts of known days, whatever the number of PCE. The sums are those of their costs to
the last digit, but where a price changes within a month: its energy is spread evenly over its days,
to the Wh of all of them together rather than of each.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.consumption.queries.alike import (
    Asked,
    Grouped,
    asked_of,
    by_month,
    counts_of,
    months_alike,
    use_of,
)
from data.consumption.types import Face, FleetCost, FleetRow, FleetSpent, FleetView
from data.db import blocks
from data.prices.queries import has_prices, shared_prices
from data.prices.rules.costs import gap_cost, months_cost
from data.prices.types import NOTHING, MonthUse, Tariffs


def knows_costs(db: Session, viewer: Viewer) -> bool:
    """Whether anything can be told in euros: some price is entered, that the viewer may know of."""
    return viewer.may(Permission.PRICES_READ) and has_prices(db, viewer)


def cost_of_each(
    db: Session, viewer: Viewer, view: FleetView, rows: Sequence[FleetRow]
) -> Mapping[int, FleetCost]:
    """By PCE, those of *rows*; each is there."""
    shared, found = shared_prices(db, viewer), {}
    for some in blocks(rows):
        asked = asked_of(viewer, view, shared, [row.id for row in some])
        keyed = db.execute(select(asked.scope.c.id, *asked.keys))
        tariffs = {row[0]: shared.tariffs(tuple(row[1:])) for row in keyed}
        uses: dict[int, list[tuple[MonthUse, int, int]]] = {}
        for month in db.execute(by_month(asked, [asked.scope.c.id])):
            sides = int(month.this_wh), int(month.before_wh)
            uses.setdefault(month.id, []).append((use_of(month), *sides))
        for row in some:
            found[row.id] = _cost(asked, tariffs.get(row.id, ()), uses.get(row.id, []), row.equal)
    return found


def _cost(
    asked: Asked,
    tariffs: Tariffs,
    uses: Sequence[tuple[MonthUse, int, int]],
    equal: Face | None,
) -> FleetCost:
    total = months_cost(tariffs, [use for use, _this, _before in uses])
    if not asked.prices(tariffs) or total.unpriced:
        return FleetCost(some=total.days > 0)
    if total.atto_eur is None:
        return FleetCost(priced=True)
    gap = sum(gap_cost(tariffs, use, this - before) for use, this, before in uses)
    energy = sum(this for _use, this, _before in uses)
    if not equal or not energy:
        return FleetCost(total.atto_eur, gap, gap, priced=True)
    # What the climate leaves is of the year as a whole: at what a kWh of that year cost.
    year = sum(gap_cost(tariffs, use, this) for use, this, _before in uses)
    return FleetCost(total.atto_eur, gap, equal.gap_wh * year // energy, priced=True)


def count_priced(db: Session, viewer: Viewer, view: FleetView) -> tuple[int, int]:
    """How many PCE of *view* have a price each day of its period, and how many there are."""
    asked = asked_of(viewer, view, shared_prices(db, viewer))
    priced = everyone = 0
    for (_group, key), count in counts_of(db, viewer, asked).items():
        priced += asked.prices(asked.shared.tariffs(key)) * count
        everyone += count
    return priced, everyone


def spent_by(
    db: Session, viewer: Viewer, view: FleetView, grouped: Grouped
) -> Mapping[Any, FleetSpent]:
    """All the PCE of *view* by the `key` that *grouped* gives each of them, be it several.

    Those of which some day has no price are counted, and left out of the sums.
    """
    asked = asked_of(viewer, view, shared_prices(db, viewer))
    counts: dict[Any, list[int]] = {}
    for (name, key), count in counts_of(db, viewer, asked, grouped).items():
        priced = asked.prices(asked.shared.tariffs(key))
        both = counts.setdefault(name, [0, 0])
        both[0], both[1] = both[0] + priced * count, both[1] + count
    sums = dict.fromkeys(counts, (NOTHING, 0))
    for row in months_alike(db, viewer, asked, grouped):
        tariffs = asked.shared.tariffs(row.key)
        if asked.prices(tariffs):
            total, more = sums[row.group]
            gap = gap_cost(tariffs, row.use, row.gap_wh)
            sums[row.group] = total + months_cost(tariffs, [row.use]), more + gap
    return {
        name: FleetSpent(sums[name][0].atto_eur, sums[name][1], *counts[name]) for name in counts
    }
