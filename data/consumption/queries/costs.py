"""What many PCE cost over a period, by the prices of the viewer's organisation.

PCE that share their tariffs are summed in SQL, month by month: there are as many rows as tariffs,
months and counts of known days, whatever the number of PCE. The sums are those of their costs to
the last digit, but where a price changes within a month: its energy is spread evenly over its days,
to the Wh of all of them together rather than of each.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.consumption.queries.monthly import ROLLED
from data.consumption.queries.standing import scope_of_each
from data.consumption.rules.calendar import month_end
from data.consumption.rules.fleet import MONTHS, months_of
from data.consumption.types import Face, FleetCost, FleetRow, FleetSpent, FleetView
from data.db import blocks
from data.pces.rules import month_of
from data.prices.queries import Shared, has_prices, shared_prices
from data.prices.rules.costs import covers, gap_cost, months_cost
from data.prices.types import NOTHING, MonthUse, Tariffs

NO_ENERGY, NO_VOLUME = 1, 2  # of a month that has the other: it is not known

_KNOWN = ROLLED.days_measured + ROLLED.days_estimated + ROLLED.days_reconstructed
_ENERGY, _VOLUME = ROLLED.energy_wh, ROLLED.volume_dm3
_BLIND = case(
    (and_(_ENERGY == 0, _VOLUME > 0), NO_ENERGY),
    (and_(_VOLUME == 0, _ENERGY > 0), NO_VOLUME),
    else_=0,
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """`scope` is a row a PCE: its id, the days that may be read, and the `keys` of its tariffs."""

    scope: CTE
    shared: Shared
    months: tuple[date, ...]
    today: date

    @property
    def keys(self) -> list[ColumnElement[int]]:
        return [self.scope.c[column.name] for column in self.shared.columns]

    def prices(self, tariffs: Tariffs) -> bool:
        """Whether *tariffs* price each day of the months, up to today."""
        return covers(tariffs, self.months[0], min(month_end(self.months[-1]), self.today))


def knows_costs(db: Session, viewer: Viewer) -> bool:
    """Whether anything can be told in euros: some price is entered, that the viewer may know of."""
    return viewer.may(Permission.PRICES_READ) and has_prices(db, viewer)


def cost_of_each(
    db: Session, viewer: Viewer, view: FleetView, rows: Sequence[FleetRow]
) -> Mapping[int, FleetCost]:
    """By PCE, those of *rows*; each is there."""
    shared, found = shared_prices(db, viewer), {}
    for some in blocks(rows):
        asked = _asked(viewer, view, shared, [row.id for row in some])
        keyed = db.execute(select(asked.scope.c.id, *asked.keys))
        tariffs = {row[0]: shared.tariffs(tuple(row[1:])) for row in keyed}
        uses: dict[int, list[tuple[MonthUse, int, int]]] = {}
        for month in db.execute(_by_month(asked, [asked.scope.c.id])):
            sides = int(month.this_wh), int(month.before_wh)
            uses.setdefault(month.id, []).append((_use(month), *sides))
        for row in some:
            found[row.id] = _cost(asked, tariffs.get(row.id, ()), uses.get(row.id, []), row.equal)
    return found


def _cost(
    asked: _Asked,
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
    asked = _asked(viewer, view, shared_prices(db, viewer))
    priced = everyone = 0
    query = select(*asked.keys, func.count()).select_from(asked.scope).group_by(*asked.keys)
    for *key, count in db.execute(query):
        priced += asked.prices(asked.shared.tariffs(tuple(key))) * count
        everyone += count
    return priced, everyone


def spent_by(
    db: Session, viewer: Viewer, view: FleetView, group: Select[Any]
) -> Mapping[Any, FleetSpent]:
    """All the PCE of *view* by the `key` that *group* gives each `id`, be it several.

    Those of which some day has no price are counted, and left out of the sums.
    """
    asked = _asked(viewer, view, shared_prices(db, viewer))
    under = group.cte("under").prefix_with("MATERIALIZED")
    here = under.c.id == asked.scope.c.id
    counts: dict[Any, list[int]] = {}
    counted = select(under.c.key, func.count(), *asked.keys).join(asked.scope, here)
    for name, count, *key in db.execute(counted.group_by(under.c.key, *asked.keys)):
        priced = asked.prices(asked.shared.tariffs(tuple(key)))
        both = counts.setdefault(name, [0, 0])
        both[0], both[1] = both[0] + priced * count, both[1] + count
    sums = dict.fromkeys(counts, (NOTHING, 0))
    width = len(asked.keys)
    for row in db.execute(_by_month(asked, [*asked.keys, under.c.key], under)):
        tariffs = asked.shared.tariffs(tuple(row[:width]))
        if asked.prices(tariffs):
            use, gap = _use(row), int(row.this_wh) - int(row.before_wh)
            total, more = sums[row.key]
            sums[row.key] = total + months_cost(tariffs, [use]), more + gap_cost(tariffs, use, gap)
    return {
        name: FleetSpent(sums[name][0].atto_eur, sums[name][1], *counts[name]) for name in counts
    }


def _asked(
    viewer: Viewer, view: FleetView, shared: Shared, ids: Collection[int] | None = None
) -> _Asked:
    scope = scope_of_each(viewer, view.filter, ids).add_columns(*shared.columns)
    months = months_of(view.period, viewer.today)
    return _Asked(
        scope.cte("scope").prefix_with("MATERIALIZED"), shared, tuple(months), viewer.today
    )


def _by_month(
    asked: _Asked, by: Sequence[ColumnElement[Any]], under: CTE | None = None
) -> Select[Any]:
    """What is known of whole months that may be read: a row a month and *by*, and few more.

    Their sums, the days that they know, and which of energy and volume is unknown (`blind`).
    """
    scope, months = asked.scope.c, asked.months
    this, before = (
        func.sum(case((_faces(asked), side), else_=0))
        for side in (ROLLED.shared_wh, ROLLED.before_wh)
    )
    ends = (and_(ROLLED.month == month, scope.last >= month_end(month)) for month in months)
    read = and_(
        ROLLED.pce_id == scope.id,
        ROLLED.month.between(months[0], months[-1]),
        or_(scope.first.is_(None), ROLLED.month >= scope.first),
        or_(scope.last.is_(None), *ends),
        _KNOWN > 0,
    )
    query = select(
        *by,
        ROLLED.month,
        _KNOWN.label("days"),
        _BLIND.label("blind"),
        func.sum(_ENERGY).label("energy_wh"),
        func.sum(_VOLUME).label("volume_dm3"),
        this.label("this_wh"),
        before.label("before_wh"),
        func.count().label("pces"),
    ).select_from(asked.scope)
    if under is not None:
        query = query.join(under, under.c.id == scope.id)
    # By their names: PostgreSQL takes the same expression with other values for another one.
    return query.join(ROLLED, read).group_by(*by, ROLLED.month, "days", "blind")


def _faces(asked: _Asked) -> ColumnElement[bool]:
    """Whether the month a year before may be read too."""
    first = asked.scope.c.first
    starts = (
        and_(ROLLED.month == month, first <= month_of(month, -MONTHS)) for month in asked.months
    )
    return or_(first.is_(None), *starts)


def _use(row: Any) -> MonthUse:  # noqa: ANN401 (of `_by_month`)
    energy = None if row.blind == NO_ENERGY else int(row.energy_wh)
    volume = None if row.blind == NO_VOLUME else int(row.volume_dm3)
    return MonthUse(row.month, energy, volume, row.days, row.pces)
