"""Store the distributor's description of a PCE, and its dated changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import N_, PARIS
from data.metering.pces.actions.changes import keep_search
from data.metering.pces.models import Pce, PceEventRow
from data.metering.pces.types import Described, EventKind

_COLUMNS = (
    "tariff",
    "profile",
    "reference_kwh",
    "commissioned_on",
    "frequency",
    "meter_serial",
    "street",
    "postal_code",
    "city",
)
_EVENTS: Mapping[str, EventKind] = {
    "tariff": EventKind.TARIFF,
    "frequency": EventKind.FREQUENCY,
    "meter_serial": EventKind.METER,
}
_ADDRESS = frozenset({"street", "postal_code", "city"})
_GRANTED = frozenset({"frequency", "commissioned_on"})


def describe(db: Session, pce_id: int, description: Described, *, now: datetime) -> bool:
    """Apply `description` to a PCE; return whether its grants may have to change.

    A tariff, frequency or meter that differs from the known one is an event of today, since its
    date is not given. Raise NotFound when the PCE does not exist.
    """
    pce = db.scalar(select(Pce).where(Pce.id == pce_id).with_for_update())
    if pce is None:
        raise NotFound(N_("Ce PCE est introuvable."))
    is_described = bool(
        pce.technical or pce.meter_serial
    )  # otherwise its frequency is only a default
    changed = set()
    for name in _COLUMNS:
        before, after = getattr(pce, name), getattr(description, name)
        if after is None or before == after:
            continue
        changed.add(name)
        setattr(pce, name, after)
        if name in _EVENTS and before and (is_described or name != "frequency"):
            _note(db, pce, _EVENTS[name], (str(before), str(after)), now)
    pce.contract = _with(pce.contract, description.contract)
    pce.technical = _with(pce.technical, description.technical)
    if changed & _ADDRESS:
        keep_search(db, [pce])
    db.flush()
    return bool(changed & _GRANTED)


def _with(current: Mapping[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: value for name, value in {**current, **changes}.items() if value not in (None, "")
    }


def _note(db: Session, pce: Pce, kind: EventKind, change: tuple[str, str], now: datetime) -> None:
    """Record a change; two changes on one day are merged."""
    key = {"pce_id": pce.id, "day": now.astimezone(PARIS).date(), "kind": kind}
    event_row = db.get(PceEventRow, key)
    before = event_row.before if event_row else change[0]
    db.merge(PceEventRow(**key, before=before, after=change[1]))
