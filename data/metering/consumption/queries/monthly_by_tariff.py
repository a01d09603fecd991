"""Sum monthly consumption of PCEs that share a tariff, from stored sums if possible."""

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

from core.access import Viewer
from data.metering.consumption.queries.fleet_sums import (
    SumGrouping,
    count_stored_pces_query,
    has_stored_sums,
    sum_stored_months_query,
)
from data.metering.consumption.queries.months import (
    ROLLED,
    get_calendar_cte,
    get_readable_months_query,
)
from data.metering.consumption.queries.standings import get_pce_scopes_query
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.rules.fleet import months_of
from data.metering.consumption.types import FleetView
from data.metering.pces.models import Pce
from data.metering.pces.queries import has_grants
from data.metering.prices.queries import SharedTariffs
from data.metering.prices.rules.costs import covers
from data.metering.prices.types import MonthUse, Tariffs

NO_ENERGY, NO_VOLUME = 1, 2  # the month has the other quantity, so this one is unknown

KNOWN = ROLLED.days_measured + ROLLED.days_estimated + ROLLED.days_reconstructed


def blind_of(energy: ColumnElement[Any], volume: ColumnElement[Any]) -> ColumnElement[int]:
    """Return which of both sums of a month is unknown; none when both are zero."""
    no_energy, no_volume = (func.coalesce(amount, 0) == 0 for amount in (energy, volume))
    return case(
        (and_(no_energy, volume > 0), NO_ENERGY),
        (and_(no_volume, energy > 0), NO_VOLUME),
        else_=0,
    )


BLIND = blind_of(ROLLED.energy_wh.expression, ROLLED.volume_dm3.expression)

Key = tuple[int, ...]  # values of the columns of `SharedTariffs` for a PCE


class Grouped(NamedTuple):
    """The groups of PCEs: `rows` selects the `key` of each group of each `id`."""

    by: SumGrouping
    rows: Select[*tuple[Any, ...]]


class TariffMonth(NamedTuple):
    """Summed months of the PCEs of a `group` with the same tariffs and count of known days."""

    group: Any
    key: Key
    use: MonthUse
    gap_wh: int  # over the same days as a year before


@dataclass(frozen=True, slots=True)
class TariffQuestion:
    """PCEs with their readable days and tariff keys: `scope` has a row for each PCE."""

    view: FleetView
    scope: CTE
    shared: SharedTariffs
    months: tuple[date, ...]
    viewer: Viewer

    @property
    def keys(self) -> list[ColumnElement[int]]:
        return [self.scope.c[column.name] for column in self.shared.columns]

    @property
    def everybody(self) -> Key:
        """Return the key of the PCEs that only common prices apply to."""
        return (0,) * len(self.shared.columns)

    def prices(self, tariffs: Tariffs) -> bool:
        """Return whether `tariffs` have a price for each day of the months, up to today."""
        last = min(month_end(self.months[-1]), self.viewer.today)
        return covers(tariffs, self.months[0], last)


def get_tariff_question(
    viewer: Viewer, view: FleetView, shared: SharedTariffs, ids: Collection[int] | None = None
) -> TariffQuestion:
    query = get_pce_scopes_query(viewer, view.filter, ids).add_columns(*shared.columns)
    scope = query.cte("scope").prefix_with("MATERIALIZED")
    return TariffQuestion(view, scope, shared, months_of(view.period, viewer.today), viewer)


def _get_separate_question(viewer: Viewer, cost_query: TariffQuestion) -> TariffQuestion | None:
    """Restrict the question to PCEs with prices of their own; return None when there is none."""
    if cost_query.shared.separate_ids is None:
        return None
    query = get_pce_scopes_query(viewer, cost_query.view.filter).add_columns(
        *cost_query.shared.columns
    )
    query = query.where(Pce.id.in_(cost_query.shared.separate_ids))
    return replace(cost_query, scope=query.cte("apart").prefix_with("MATERIALIZED"))


def _is_kept(db: Session, viewer: Viewer, cost_query: TariffQuestion, by: SumGrouping) -> bool:
    """Return whether stored sums cover the PCEs of `cost_query`, none being cut by a grant."""
    return has_stored_sums(viewer, cost_query.view, by) and not db.scalar(
        select(has_grants(viewer))
    )


def count_by_tariff(
    db: Session, viewer: Viewer, cost_query: TariffQuestion, grouped: Grouped | None = None
) -> Counter[tuple[Any, Key]]:
    """Count PCEs by group (0 when not `grouped`) and tariff key.

    With stored sums, the PCEs with common prices are the total minus the others, counted one by
    one.
    """
    by, counts_by_key = grouped.by if grouped else SumGrouping.ALL, Counter[tuple[Any, Key]]()
    uses_sums = _is_kept(db, viewer, cost_query, by)
    if uses_sums:
        for row in db.execute(count_stored_pces_query(viewer, cost_query.view, by)):
            counts_by_key[row.key, cost_query.everybody] = row.pces
    remaining_query = _get_separate_question(viewer, cost_query) if uses_sums else cost_query
    if remaining_query:
        group, source = _grouped(remaining_query, grouped)
        query = select(group, func.count(), *remaining_query.keys).select_from(source)
        for name, count, *key in db.execute(query.group_by("key", *remaining_query.keys)):
            counts_by_key[name, tuple(key)] += count
            if uses_sums:
                counts_by_key[name, cost_query.everybody] -= count
    return +counts_by_key


def iter_months_by_tariff(
    db: Session, viewer: Viewer, cost_query: TariffQuestion, grouped: Grouped | None = None
) -> Iterator[TariffMonth]:
    """Yield the summed months by group and tariff key, computed like `count_by_tariff`."""
    sums_by_key: dict[tuple[Any, ...], list[int]] = {}

    def add(group: Any, key: Key, row: Any, sign: int) -> None:  # noqa: ANN401
        sums = sums_by_key.setdefault(
            (group, key, row.month, row.days, row.blind), [0] * len(_SUMS)
        )
        for place, name in enumerate(_SUMS):
            sums[place] += sign * int(getattr(row, name))

    by = grouped.by if grouped else SumGrouping.ALL
    uses_sums = _is_kept(db, viewer, cost_query, by)
    if uses_sums:
        for row in db.execute(
            sum_stored_months_query(viewer, cost_query.view, by, cost_query.months)
        ):
            add(row.key, cost_query.everybody, row, 1)
    remaining_query = _get_separate_question(viewer, cost_query) if uses_sums else cost_query
    if remaining_query:
        width = len(remaining_query.keys)
        for row in db.execute(get_months_query(remaining_query, remaining_query.keys, grouped)):
            add(row.key, tuple(row[:width]), row, 1)
            if uses_sums:
                add(row.key, cost_query.everybody, row, -1)
    for (group, key, month, days, blind), sums in sums_by_key.items():
        energy, volume, this, before, pces = sums
        if pces:
            yield TariffMonth(
                group, key, month_use((month, days, blind), energy, volume, pces), this - before
            )


def _grouped(cost_query: TariffQuestion, grouped: Grouped | None) -> tuple[ColumnElement[Any], Any]:
    """Return the group `key` of each PCE of `cost_query`, and the FROM clause that provides it."""
    if grouped is None:
        return literal(0).label("key"), cost_query.scope
    under = grouped.rows.cte("under").prefix_with("MATERIALIZED")
    return under.c.key, cost_query.scope.join(under, under.c.id == cost_query.scope.c.id)


_SUMS = ("energy_wh", "volume_dm3", "this_wh", "before_wh", "pces")


def get_months_query(
    asked: TariffQuestion, by: Sequence[ColumnElement[Any]], grouped: Grouped | None = None
) -> Select[Any]:
    """Select the sums of readable days by month, `by`, group, count of known days and `blind`."""
    calendar = get_calendar_cte(asked.months, asked.viewer.today)
    read = get_readable_months_query(asked.viewer, asked.scope, calendar).subquery("read")
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
    # Grouped by name: PostgreSQL takes an expression with other parameters for another one.
    return query.group_by(*by, "key", read.c.month, "days", "blind")


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger).label(column.key or "")


def get_month_use(row: Any) -> MonthUse:  # noqa: ANN401 (of `by_month`)
    return month_use((row.month, row.days, row.blind), row.energy_wh, row.volume_dm3, row.pces)


def month_use(key: tuple[date, int, int], energy: int, volume: int, pces: int) -> MonthUse:
    """Build the use of months with the same first day, known days and `blind`, summed."""
    month, days, blind = key
    quantities = (
        None if blind == NO_ENERGY else int(energy or 0),
        None if blind == NO_VOLUME else int(volume or 0),
    )
    return MonthUse(month, *quantities, days, pces)
