"""What the distributor says of a delivery point, and the dated changes that follow from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import NotFound
from data.pces.actions.changing import keep_search
from data.pces.models import Pce, PceEventRow
from data.pces.types import Described, EventKind
from i18n import N_, PARIS

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
_GRANTED = frozenset({"frequency", "commissioned_on"})


def describe(db: Session, pce_id: int, said: Described, *, now: datetime) -> bool:
    """Make the PCE what is *said* of it; whether grants of it may have changed.

    Another tariff, frequency or meter than the one that was known is an event of the day it is
    heard: no word says since when. Raises NotFound when the PCE does not exist.
    """
    pce = db.scalar(select(Pce).where(Pce.id == pce_id).with_for_update())
    if pce is None:
        raise NotFound(N_("Ce PCE est introuvable."))
    known = bool(pce.technical or pce.meter_serial)  # else its frequency is only what is usual
    changed = set()
    for name in _COLUMNS:
        before, after = getattr(pce, name), getattr(said, name)
        if after is None or before == after:
            continue
        changed.add(name)
        setattr(pce, name, after)
        if name in _EVENTS and before and (known or name != "frequency"):
            _note(db, pce, _EVENTS[name], (str(before), str(after)), now)
    pce.contract = _with(pce.contract, said.contract)
    pce.technical = _with(pce.technical, said.technical)
    if "city" in changed:
        keep_search(db, [pce])
    db.flush()
    return bool(changed & _GRANTED)


def _with(known: Mapping[str, Any], said: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in {**known, **said}.items() if value not in (None, "")}


def _note(db: Session, pce: Pce, kind: EventKind, change: tuple[str, str], now: datetime) -> None:
    """Of two changes on one day, it is as if there was one."""
    key = {"pce_id": pce.id, "day": now.astimezone(PARIS).date(), "kind": kind}
    known = db.get(PceEventRow, key)
    before = known.before if known else change[0]
    db.merge(PceEventRow(**key, before=before, after=change[1]))
