"""Store the daily shares of periods, so that the roll-up counts what the page draws."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import BindParameter, and_, bindparam, delete, exists, or_, select, union
from sqlalchemy.orm import Session

from core.copy import pour
from data.metering.consumption.actions.rollup import roll_up
from data.metering.consumption.models import ConsumptionPeriod, PeriodDay, Reading
from data.metering.consumption.queries.periods import is_astride
from data.metering.consumption.rules.days import DayRow, StoredPeriod
from data.metering.consumption.rules.shared import SharedDay, shares_of
from data.metering.consumption.types import PeriodKind

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


def store_period_shares(db: Session, pce_id: int, today: date | None = None) -> None:
    """Spread the periods of `pce_id` over the days without reading, and update its roll-up.

    Runs in the caller's transaction, which has locked the PCE and written its readings and periods.
    """
    shares, moved = _moved(db, pce_id)
    if moved:
        _write(db, pce_id, (min(moved), max(moved)), shares)
        roll_up(db, pce_id, min(moved), max(moved), today=today)


def differing_shares(db: Session, first_pce: int, last_pce: int) -> list[int]:
    """Return the PCE ids in `first_pce`…`last_pce` whose stored shares are not as computed."""
    sorts = (_SHARED.pce_id, _LINE.pce_id)
    pce_ids = union(
        *(select(column).where(column.between(first_pce, last_pce)) for column in sorts)
    )
    return [id_ for id_ in sorted(db.scalars(pce_ids)) if _moved(db, id_)[1]]


def _moved(db: Session, pce_id: int) -> tuple[dict[date, SharedDay], list[date]]:
    """Return the shares that the periods of `pce_id` imply, and the days stored differently."""
    connection, parameters = db.connection(), {"pce": pce_id}
    db.flush()
    if not connection.scalar(_COUNTS, parameters):
        return {}, []
    sheets: list[StoredPeriod] = []
    published: list[StoredPeriod] = []
    for kind, *line in connection.execute(_LINES, parameters):
        (published if kind is PeriodKind.PUBLISHED else sheets).append(StoredPeriod(*line))
    rows: list[DayRow] = [
        (day, energy, volume, None, None, quality, 0, 0)
        for day, energy, volume, quality in connection.execute(_DAYS, parameters)
    ]
    shares = {share.day: share for share in shares_of(sheets, published, rows)}
    stored_shares = {row[0]: SharedDay(*row) for row in connection.execute(_KEPT, parameters)}
    shares = _without_erased(shares, stored_shares)
    every = shares.keys() | stored_shares.keys()
    return shares, [day for day in every if shares.get(day) != stored_shares.get(day)]


def _without_erased(
    shares: dict[date, SharedDay], stored_shares: Mapping[date, SharedDay]
) -> dict[date, SharedDay]:
    """Drop shares of months purged for their age, though their period continues after them."""
    first = min(stored_shares, default=None)
    if first is None or first.day > 1 or stored_shares[first].first == first:
        return shares
    span = stored_shares[first].first, stored_shares[first].last
    return {
        day: share
        for day, share in shares.items()
        if day >= first or (share.first, share.last) != span
    }


def _write(
    db: Session, pce_id: int, span: tuple[date, date], shares: dict[date, SharedDay]
) -> None:
    connection, table = db.connection(), PeriodDay
    gone = delete(table).where(table.pce_id == pce_id, table.gas_day.between(*span))
    connection.execute(gone)
    rows = ((pce_id, *share) for share in shares.values() if span[0] <= share.day <= span[1])
    pour(db, table, [column.name for column in _SHARED], rows)
