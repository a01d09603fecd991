"""The months of PCE that pay alike, summed: from the sums that are kept where all pay the same."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.queries.monthly import ROLLED, calendar_of
from data.consumption.queries.months import months_read
from data.consumption.queries.standing import scope_of_each
from data.consumption.queries.sums import By, kept_counts, kept_months, tells
from data.consumption.rules.calendar import month_end
from data.consumption.rules.fleet import months_of
from data.consumption.types import FleetView
from data.pces.models import Pce
from data.pces.queries import holds_grants
from data.prices.queries import Shared
from data.prices.rules.costs import covers
from data.prices.types import MonthUse, Tariffs

NO_ENERGY, NO_VOLUME = 1, 2  # of a month that has the other: it is not known

KNOWN = ROLLED.days_measured + ROLLED.days_estimated + ROLLED.days_reconstructed


def blind_of(energy: ColumnElement[Any], volume: ColumnElement[Any]) -> ColumnElement[int]:
    """Which of both sums of a month is unknown; neither is where both are nothing."""
    no_energy, no_volume = (func.coalesce(amount, 0) == 0 for amount in (energy, volume))
    return case(
        (and_(no_energy, volume > 0), NO_ENERGY),
        (and_(no_volume, energy > 0), NO_VOLUME),
        else_=0,
    )


BLIND = blind_of(ROLLED.energy_wh.expression, ROLLED.volume_dm3.expression)

Key = tuple[int, ...]  # what the columns of `Shared` say of a PCE


class Grouped(NamedTuple):
    """A group a PCE, or several: `rows` gives the `key` of those of each `id`."""

    by: By
    rows: Select[*tuple[Any, ...]]


class Alike(NamedTuple):
    """A month of the PCE of a `group` that pay alike and know as many days of it."""

    group: Any
    key: Key
    use: MonthUse
    gap_wh: int  # against the same days a year before


@dataclass(frozen=True, slots=True)
class Asked:
    """`scope` is a row a PCE: its id, the days that may be read, and the `keys` of its tariffs."""

    view: FleetView
    scope: CTE
    shared: Shared
    months: tuple[date, ...]
    viewer: Viewer

    @property
    def keys(self) -> list[ColumnElement[int]]:
        return [self.scope.c[column.name] for column in self.shared.columns]

    @property
    def everybody(self) -> Key:
        """The key of who has no price but those of all."""
        return (0,) * len(self.shared.columns)

    def prices(self, tariffs: Tariffs) -> bool:
        """Whether *tariffs* price each day of the months, up to today."""
        last = min(month_end(self.months[-1]), self.viewer.today)
        return covers(tariffs, self.months[0], last)


def asked_of(
    viewer: Viewer, view: FleetView, shared: Shared, ids: Collection[int] | None = None
) -> Asked:
    query = scope_of_each(viewer, view.filter, ids).add_columns(*shared.columns)
    scope = query.cte("scope").prefix_with("MATERIALIZED")
    return Asked(view, scope, shared, months_of(view.period, viewer.today), viewer)


def _apart(viewer: Viewer, asked: Asked) -> Asked | None:
    """The same of those alone that have a price that not everybody has; None if nobody has."""
    if asked.shared.apart is None:
        return None
    query = scope_of_each(viewer, asked.view.filter).add_columns(*asked.shared.columns)
    query = query.where(Pce.id.in_(asked.shared.apart))
    return replace(asked, scope=query.cte("apart").prefix_with("MATERIALIZED"))


def _is_kept(db: Session, viewer: Viewer, asked: Asked, by: By) -> bool:
    """Whether sums are kept of all the PCE of *asked*, of which no grant cuts any day."""
    return tells(viewer, asked.view, by) and not db.scalar(select(holds_grants(viewer)))


def counts_of(
    db: Session, viewer: Viewer, asked: Asked, grouped: Grouped | None = None
) -> Counter[tuple[Any, Key]]:
    """How many PCE there are by group (0 where they are not *grouped*) and key of their tariffs.

    Where sums are kept, those that pay as everybody does are what the others, counted one by one,
    leave of them.
    """
    by, found = grouped.by if grouped else By.ALL, Counter[tuple[Any, Key]]()
    kept = _is_kept(db, viewer, asked, by)
    if kept:
        for row in db.execute(kept_counts(viewer, asked.view, by)):
            found[row.key, asked.everybody] = row.pces
    told = _apart(viewer, asked) if kept else asked
    if told:
        group, source = _grouped(told, grouped)
        query = select(group, func.count(), *told.keys).select_from(source)
        for name, count, *key in db.execute(query.group_by("key", *told.keys)):
            found[name, tuple(key)] += count
            if kept:
                found[name, asked.everybody] -= count
    return +found


def months_alike(db: Session, viewer: Viewer, asked: Asked, grouped: Grouped) -> Iterator[Alike]:
    """The months of all of them by group and key of their tariffs, found as `counts_of` does."""
    found: dict[tuple[Any, ...], list[int]] = {}

    def add(group: Any, key: Key, row: Any, sign: int) -> None:  # noqa: ANN401
        sums = found.setdefault((group, key, row.month, row.days, row.blind), [0] * len(_SUMS))
        for place, name in enumerate(_SUMS):
            sums[place] += sign * int(getattr(row, name))

    kept = _is_kept(db, viewer, asked, grouped.by)
    if kept:
        for row in db.execute(kept_months(viewer, asked.view, grouped.by, asked.months)):
            add(row.key, asked.everybody, row, 1)
    told = _apart(viewer, asked) if kept else asked
    if told:
        width = len(told.keys)
        for row in db.execute(by_month(told, told.keys, grouped)):
            add(row.key, tuple(row[:width]), row, 1)
            if kept:
                add(row.key, asked.everybody, row, -1)
    for (group, key, month, days, blind), sums in found.items():
        energy, volume, this, before, pces = sums
        if pces:
            yield Alike(
                group, key, month_use((month, days, blind), energy, volume, pces), this - before
            )


def _grouped(asked: Asked, grouped: Grouped | None) -> tuple[ColumnElement[Any], Any]:
    """The `key` of each PCE of *asked*, and what to select it from."""
    if grouped is None:
        return literal(0).label("key"), asked.scope
    under = grouped.rows.cte("under").prefix_with("MATERIALIZED")
    return under.c.key, asked.scope.join(under, under.c.id == asked.scope.c.id)


_SUMS = ("energy_wh", "volume_dm3", "this_wh", "before_wh", "pces")


def by_month(
    asked: Asked, by: Sequence[ColumnElement[Any]], grouped: Grouped | None = None
) -> Select[Any]:
    """What is known of the days that may be read: a row a month, *by* and group, and few more.

    Their sums, the days that they know, and which of energy and volume is unknown (`blind`).
    """
    calendar = calendar_of(asked.months, asked.viewer.today)
    read = months_read(asked.viewer, asked.scope, calendar).subquery("read")
    group, source = _grouped(asked, grouped)
    query = select(
        *by,
        group,
        read.c.month,
        read.c.known.label("days"),
        blind_of(read.c.energy_wh, read.c.volume_dm3).label("blind"),
        *(_sum(read.c[name]) for name in _SUMS[:-1]),
        func.count().label("pces"),
    ).select_from(source)
    query = query.join(read, read.c.id == asked.scope.c.id).where(read.c.known > 0)
    # By their names: PostgreSQL takes the same expression with other values for another one.
    return query.group_by(*by, "key", read.c.month, "days", "blind")


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger).label(column.key or "")


def use_of(row: Any) -> MonthUse:  # noqa: ANN401 (of `by_month`)
    return month_use((row.month, row.days, row.blind), row.energy_wh, row.volume_dm3, row.pces)


def month_use(key: tuple[date, int, int], energy: int, volume: int, pces: int) -> MonthUse:
    """Of months of the same first day, days known and `blind`, summed."""
    month, days, blind = key
    known = (
        None if blind == NO_ENERGY else int(energy or 0),
        None if blind == NO_VOLUME else int(volume or 0),
    )
    return MonthUse(month, *known, days, pces)
