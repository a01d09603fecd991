"""Keeping the days that periods stand for, so that the roll-up counts what the page draws."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import BindParameter, and_, bindparam, delete, exists, insert, or_, select, union
from sqlalchemy.orm import Session

from data.consumption.actions.rollup import roll_up
from data.consumption.models import ConsumptionPeriod, PeriodDay, Reading
from data.consumption.queries.periods import is_astride
from data.consumption.rules.days import DayRow, Period
from data.consumption.rules.shared import SharedDay, shares_of
from data.consumption.types import PeriodKind

_SHARED = PeriodDay.__table__.c
_LINE = ConsumptionPeriod.__table__.c
_DAY = Reading.__table__.c
_pce: BindParameter[int] = bindparam("pce")
_standing = and_(
    _LINE.pce_id == _pce,
    _LINE.replaced.is_(False),
    or_(_LINE.energy_wh.is_not(None), _LINE.volume_dm3.is_not(None)),
)
_has_days = exists().where(_DAY.pce_id == _pce)
_COUNTS = select(
    or_(
        exists().where(_SHARED.pce_id == _pce),
        exists().where(_standing, or_(_LINE.kind != PeriodKind.PUBLISHED, ~_has_days)),
    )
)
_LINES = (
    select(
        _LINE.kind,
        _LINE.first_day,
        _LINE.last_day,
        _LINE.energy_wh,
        _LINE.volume_dm3,
        _LINE.quality,
        _LINE.status,
        _LINE.source,
    )
    .where(_standing, ~is_astride())
    .order_by(_LINE.as_of.desc(), _LINE.first_day)
)
_DAYS = (
    select(_DAY.gas_day, _DAY.energy_wh, _DAY.volume_dm3, _DAY.quality)
    .where(_DAY.pce_id == _pce)
    .order_by(_DAY.gas_day)
)
_KEPT = select(*(column for column in _SHARED if column.name != "pce_id")).where(
    _SHARED.pce_id == _pce
)


def share_out(db: Session, pce_id: int, today: date | None = None) -> None:
    """Have the periods of *pce_id* stand for the days that no reading tells; its roll-up follows.

    In the caller's transaction, who holds the PCE, once its readings and periods are written.
    """
    wanted, moved = _moved(db, pce_id)
    if moved:
        _write(db, pce_id, (min(moved), max(moved)), wanted)
        roll_up(db, pce_id, min(moved), max(moved), today=today)


def differing_shares(db: Session, first_pce: int, last_pce: int) -> list[int]:
    """Those of PCE *first_pce*…*last_pce* of which the shares are not those of their periods."""
    sorts = (_SHARED.pce_id, _LINE.pce_id)
    some = union(*(select(one).where(one.between(first_pce, last_pce)) for one in sorts))
    return [id_ for id_ in sorted(db.scalars(some)) if _moved(db, id_)[1]]


def _moved(db: Session, pce_id: int) -> tuple[dict[date, SharedDay], list[date]]:
    """The days that the periods of *pce_id* stand for, and those that are kept otherwise."""
    connection, given = db.connection(), {"pce": pce_id}
    db.flush()
    if not connection.scalar(_COUNTS, given):
        return {}, []
    sheets: list[Period] = []
    published: list[Period] = []
    for kind, *line in connection.execute(_LINES, given):
        (published if kind is PeriodKind.PUBLISHED else sheets).append(Period(*line))
    rows: list[DayRow] = [
        (day, energy, volume, None, None, quality, 0, 0)
        for day, energy, volume, quality in connection.execute(_DAYS, given)
    ]
    wanted = {one.day: one for one in shares_of(sheets, published, rows)}
    known = {row[0]: SharedDay(*row) for row in connection.execute(_KEPT, given)}
    wanted = _left(wanted, known)
    every = wanted.keys() | known.keys()
    return wanted, [day for day in every if wanted.get(day) != known.get(day)]


def _left(wanted: dict[date, SharedDay], known: Mapping[date, SharedDay]) -> dict[date, SharedDay]:
    """*wanted* without the days whose months were erased for their age: a period went on after."""
    first = min(known, default=None)
    if first is None or first.day > 1 or known[first].first == first:
        return wanted
    span = known[first].first, known[first].last
    return {
        day: one for day, one in wanted.items() if day >= first or (one.first, one.last) != span
    }


def _write(
    db: Session, pce_id: int, span: tuple[date, date], wanted: dict[date, SharedDay]
) -> None:
    connection, table = db.connection(), PeriodDay
    gone = delete(table).where(table.pce_id == pce_id, table.gas_day.between(*span))
    connection.execute(gone)
    names = tuple(column.name for column in _SHARED)
    rows = [
        dict(zip(names, (pce_id, *one), strict=True))
        for one in wanted.values()
        if span[0] <= one.day <= span[1]
    ]
    if rows:
        connection.execute(insert(table), rows)
