"""Load, in few statements, what is known around the days of a delivery."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import N_
from data.metering.consumption.actions.bulk import Row
from data.metering.consumption.models import Reading, ReadingRevision
from data.metering.consumption.rules.merge import CONTENT, SAID, Key, Said
from data.metering.pces.models import Pce, PceEventRow
from data.metering.pces.types import EventKind


def _between(model: type[Reading | ReadingRevision]) -> Select[Any]:
    columns = (getattr(model, name) for name in (*CONTENT, *SAID))
    return select(model.gas_day, *columns).where(
        model.pce_id == bindparam("pce"),
        model.gas_day.between(bindparam("first"), bindparam("last")),
    )


_READINGS = _between(Reading).order_by(Reading.gas_day)
_REVISIONS = _between(ReadingRevision)
_LOCKED = (
    select(Pce.meter_digits, Pce.data_until).where(Pce.id == bindparam("pce")).with_for_update()
)
_METERS = select(PceEventRow.day).where(
    PceEventRow.pce_id == bindparam("pce"), PceEventRow.kind == EventKind.METER
)
_UNTIL = update(Pce).where(Pce.id == bindparam("pce")).values(data_until=bindparam("until"))


def lock_pce(db: Session, pce_id: int) -> tuple[int | None, date | None]:
    """Return the PCE's meter digits and last day with a value, and lock its row.

    Raise NotFound when the PCE does not exist.
    """
    db.flush()
    row = db.connection().execute(_LOCKED, {"pce": pce_id}).first()
    if row is None:
        raise NotFound(N_("Ce PCE est introuvable."))
    return row.meter_digits, row.data_until


def readings(db: Session, pce_id: int, first: date, last: date) -> dict[date, Row]:
    """Return the readings in force by day."""
    span = {"pce": pce_id, "first": first, "last": last}
    return {row[0]: (row[1:9], row[9:]) for row in db.connection().execute(_READINGS, span)}


def revisions(db: Session, pce_id: int, days: Sequence[date]) -> dict[date, dict[Key, Said]]:
    """Return all statements of those `days` that have had more than one."""
    revisions_by_day: dict[date, dict[Key, Said]] = {}
    if days:
        span = {"pce": pce_id, "first": min(days), "last": max(days)}
        for row in db.connection().execute(_REVISIONS, span):
            revisions_by_day.setdefault(row[0], {})[row[1:9], row[13]] = row[9:]
    return revisions_by_day


def meter_changes(db: Session, pce_id: int) -> tuple[date, ...]:
    db.flush()
    return tuple(db.connection().scalars(_METERS, {"pce": pce_id}))


def own_warmth(db: Session, pce_id: int, first: date, last: date) -> set[date]:
    """Return the days whose reading carries its own temperature."""
    row = Reading
    days = select(row.gas_day).where(row.pce_id == pce_id, row.gas_day.between(first, last))
    return set(db.scalars(days.where(row.temperature_c100.is_not(None))))


def last_valued_day(db: Session, pce_id: int) -> date | None:
    """Return the last day of the readings that has a value."""
    valued = or_(Reading.energy_wh.is_not(None), Reading.volume_dm3.is_not(None))
    return db.scalar(select(func.max(Reading.gas_day)).where(Reading.pce_id == pce_id, valued))


def keep_data_until(db: Session, pce_id: int, day: date | None) -> None:
    """Store `day` as the last day with a value; it moves back only when a deposit is withdrawn."""
    db.connection().execute(_UNTIL, {"pce": pce_id, "until": day})
