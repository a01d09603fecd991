"""Find replaced periods: overridden by another source, or cut again by the distributor."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import and_, bindparam, case, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from data.metering.consumption.actions.change_marks import mark_periods_changed
from data.metering.consumption.models import ConsumptionPeriod, InjectionPeriod
from data.metering.consumption.types import PceNews, PeriodKind, Status
from data.provenance import DataSource

Days: TypeAlias = tuple[date, date]
Table: TypeAlias = type[ConsumptionPeriod] | type[InjectionPeriod]
SORTS: dict[Table, PceNews] = {
    ConsumptionPeriod: PceNews.PERIODS,
    InjectionPeriod: PceNews.INJECTED,
}
KEYS: dict[Table, tuple[str, ...]] = {
    ConsumptionPeriod: ("kind", "first_day", "last_day"),
    InjectionPeriod: ("first_day", "last_day"),
}


def _settled(table: Table) -> Any:  # noqa: ANN401 (an UPDATE that gives rows back)
    """Build the UPDATE that marks which periods are replaced, around given days.

    A period is replaced by a higher-ranked statement of exactly the same days, or by one that
    shares a day with it and takes precedence. Lines of one file never replace each other.
    """
    row, other = table.__table__.c, table.__table__.alias("other")
    by = other.c
    same = and_(by.first_day == row.first_day, by.last_day == row.last_day)
    cut = and_(~same, _word(by) > _word(row), or_(by.as_of != row.as_of, by.told != row.told))
    overlap_filters = [
        by.pce_id == row.pce_id,
        by.first_day <= row.last_day,
        by.last_day >= row.first_day,
    ]
    if table is ConsumptionPeriod:
        overlap_filters.append(by.kind == row.kind)
        cut = and_(cut, by.kind == PeriodKind.PUBLISHED)
    over = or_(and_(same, _rank(by) > _rank(row)), cut)
    mine = [row.pce_id == bindparam("pce"), row.first_day <= bindparam("high")]
    mine += [row.last_day >= bindparam("low")]
    now = select(by.pce_id).where(*overlap_filters, over).correlate(table.__table__).exists()
    changed = update(table).where(*mine, row.replaced != now).values(replaced=now)
    return changed.returning(*(row[name] for name in KEYS[table]), row.run_id, row.replaced)


def _preferred_value(of: Any) -> tuple[Any, Any]:  # noqa: ANN401 (columns)
    """Rank a value before none, then the distributor before a deposit."""
    valued = or_(of.energy_wh.is_not(None), of.volume_dm3.is_not(None))
    deposited = of.source == DataSource.DEPOSIT
    return case((valued, 1), else_=0), case((deposited, 0), else_=1)


def _word(of: Any) -> Any:  # noqa: ANN401 (columns, then a row of SQL)
    """Return the precedence of a period: preferred value, latest date, last received."""
    return tuple_(*_preferred_value(of), of.as_of, of.told)


def _rank(of: Any) -> Any:  # noqa: ANN401 (columns, then a row of SQL)
    """Return the precedence between statements of the same days, as `rules.merge.rank` does."""
    definitive = case((of.status == Status.DEFINITIVE, 1), else_=0)
    values = func.coalesce(of.energy_wh, -1), func.coalesce(of.volume_dm3, -1)
    return tuple_(*_preferred_value(of), definitive, of.as_of, of.status, *values, -of.run_id)


_SETTLED = {table: _settled(table) for table in SORTS}
_TURN = {
    table: select(func.coalesce(func.max(table.told), 0) + 1).where(
        table.pce_id == bindparam("pce")
    )
    for table in SORTS
}


def next_turn(db: Session, table: Table, pce_id: int) -> int:
    """Return the next receipt number, which marks the lines of one file; the PCE must be locked."""
    return int(db.connection().execute(_TURN[table], {"pce": pce_id}).scalar_one())


def update_replaced_periods(
    db: Session, table: Table, pce_id: int, written: Iterable[Days]
) -> dict[tuple[Any, ...], bool]:
    """Recompute which periods are replaced after the periods `written` were stored.

    Return the new flag of each row that changed, by key and run.
    """
    days = list(written)
    if not days:
        return {}
    bounds = {"low": min(days)[0], "high": max(last for _, last in days)}
    replaced_rows = db.connection().execute(_SETTLED[table], {"pce": pce_id} | bounds)
    return {tuple(row[:-1]): row[-1] for row in replaced_rows}


def update_remaining_periods(db: Session, pce_ids: Sequence[int], since: date) -> None:
    """Recompute what is replaced among periods that span `since`, after older periods were purged.

    A period replaced only by purged ones is in force again. The PCEs must be locked.
    """
    for pce_id in pce_ids:
        for table, sort in SORTS.items():
            moved = update_replaced_periods(db, table, pce_id, [(since, since)])
            mark_periods_changed(
                db, pce_id, sort, list_published(table, (key[:-1] for key in moved))
            )


def list_published(table: Table, keys: Iterable[tuple[Any, ...]]) -> list[Days]:
    """Return the days of those `keys` that are periods published by the distributor."""
    billed = (key for key in keys if table is InjectionPeriod or key[0] is PeriodKind.PUBLISHED)
    return sorted({key[-2:] for key in billed})
