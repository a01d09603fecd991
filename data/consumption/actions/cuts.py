"""Published periods that the distributor has cut otherwise since: which of them are replaced."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import and_, bindparam, case, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from data.consumption.actions.marks import note_periods
from data.consumption.models import ConsumptionPeriod, InjectionPeriod
from data.consumption.types import News, PeriodKind

Days: TypeAlias = tuple[date, date]
Table: TypeAlias = type[ConsumptionPeriod] | type[InjectionPeriod]


def _settled(table: Table) -> Any:  # noqa: ANN401 (an UPDATE that gives rows back)
    """Periods that touch some days, where what is said of them is no more so.

    A period is replaced by any that shares a day with it and has the last word of the two. Lines
    of one file have none over each other: it said both.
    """
    row, other = table.__table__.c, table.__table__.alias("other")
    by = other.c
    alike = [by.pce_id == row.pce_id, by.first_day <= row.last_day, by.last_day >= row.first_day]
    mine = [row.pce_id == bindparam("pce"), row.first_day <= bindparam("high")]
    mine += [row.last_day >= bindparam("low")]
    if table is ConsumptionPeriod:
        alike.append(by.kind == PeriodKind.PUBLISHED)
        mine.append(row.kind == PeriodKind.PUBLISHED)
    over = and_(_word(by) > _word(row), or_(by.as_of != row.as_of, by.told != row.told))
    now = select(by.pce_id).where(*alike, over).correlate(table.__table__).exists()
    changed = update(table).where(*mine, row.replaced != now).values(replaced=now)
    return changed.returning(row.first_day, row.last_day, row.replaced)


def _word(of: Any) -> Any:  # noqa: ANN401 (columns, then a row of SQL)
    """The order of precedence: a value, then the latest; of one date, what was heard last."""
    known = or_(of.energy_wh.is_not(None), of.volume_dm3.is_not(None))
    return tuple_(case((known, 1), else_=0), of.as_of, of.told)


_SORTS: dict[Table, News] = {ConsumptionPeriod: News.PERIODS, InjectionPeriod: News.INJECTED}
_SETTLED = {table: _settled(table) for table in _SORTS}
_TURN = {
    table: select(func.coalesce(func.max(table.told), 0) + 1).where(
        table.pce_id == bindparam("pce")
    )
    for table in _SORTS
}


def next_turn(db: Session, table: Table, pce_id: int) -> int:
    """What marks the lines of one more file as said together, the PCE being locked."""
    return int(db.connection().execute(_TURN[table], {"pce": pce_id}).scalar_one())


def settle(db: Session, table: Table, pce_id: int, written: Iterable[Days]) -> dict[Days, bool]:
    """Say again which periods are replaced, once *written* are; those of which it changed."""
    days = list(written)
    if not days:
        return {}
    bounds = {"low": min(days)[0], "high": max(last for _, last in days)}
    found = db.connection().execute(_SETTLED[table], {"pce": pce_id} | bounds)
    return {(first, last): replaced for first, last, replaced in found}


def settle_left(db: Session, pce_ids: Sequence[int], since: date) -> None:
    """The same of what goes on over *since*, where all that ended before that day is erased.

    What was replaced by such periods alone stands: nothing that is kept says otherwise. The PCE
    are locked.
    """
    for pce_id in pce_ids:
        for table, sort in _SORTS.items():
            note_periods(db, pce_id, sort, settle(db, table, pce_id, [(since, since)]))


def news_of(
    written: Iterable[Days], aside: Iterable[Days], fresh: Iterable[Days], moved: dict[Days, bool]
) -> list[Days]:
    """The periods of which a reader has something new: *written* that stand, and what *moved*.

    *aside* were replaced before; one that is *fresh* and replaced at once was never read.
    """
    hidden = {days for days in aside if moved.get(days, True)}
    hidden |= {days for days in fresh if moved.get(days)}
    return sorted(({*written} | {*moved}) - hidden)
