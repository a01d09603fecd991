"""Declare, change, remove and restore works; each action is in the journal."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict
from core.i18n import N_
from data.identity.audit.actions import note
from data.metering.pces.queries import get_scope
from data.money.retrofits.models import RetrofitRow
from data.money.retrofits.queries import RETROFITS, get_retrofit, list_retrofits
from data.money.retrofits.rules.checks import check_work_days
from data.money.retrofits.types import RetrofitDraft
from data.versioned_table import get_pce_number

MOST = 20  # works of an organisation on one PCE
_FULL = N_("Ce PCE a déjà {most} travaux : retirez-en.")


def add(db: Session, viewer: Viewer, draft: RetrofitDraft, *, now: datetime) -> int:
    """Declare works; return their id. Raise Invalid, NotFound, or Conflict when too many."""
    viewer.require(Permission.RETROFITS_WRITE)
    values = _columns(db, viewer, draft)
    RETROFITS.forget_removed(db, viewer, now)
    _check_room(db, viewer, draft.pce)
    row = RetrofitRow(organisation_id=viewer.organisation_id, changed_at=now, **values)
    db.add(row)
    db.flush()
    _note(db, viewer, now, "retrofits.added", row.id, draft)
    return row.id


def change(
    db: Session, viewer: Viewer, seen: tuple[int, int], draft: RetrofitDraft, *, now: datetime
) -> None:
    """Replace works by `draft`; `seen` is their id and displayed version.

    Raise as `add` does, and Conflict when somebody changed them since.
    """
    viewer.require(Permission.RETROFITS_WRITE)
    before = get_retrofit(db, viewer, seen[0]).draft
    columns = _columns(db, viewer, draft)
    if draft.pce != before.pce:
        _check_room(db, viewer, draft.pce)
    RETROFITS.write(db, viewer, seen, {**columns, "changed_at": now})
    _note(db, viewer, now, "retrofits.changed", seen[0], draft)


def remove(db: Session, viewer: Viewer, row_version: tuple[int, int], *, now: datetime) -> None:
    """Remove works, which can be restored for a day."""
    viewer.require(Permission.RETROFITS_WRITE)
    before = get_retrofit(db, viewer, row_version[0]).draft
    RETROFITS.write(db, viewer, row_version, {"removed_at": now, "changed_at": now})
    _note(db, viewer, now, "retrofits.removed", row_version[0], before)


def restore(db: Session, viewer: Viewer, retrofit_id: int, *, now: datetime) -> None:
    """Restore works removed for less than a day; nothing happens if they are not removed.

    Raise NotFound, or Conflict when their PCE has too many.
    """
    viewer.require(Permission.RETROFITS_WRITE)
    retrofit = RETROFITS.find_restorable(db, viewer, retrofit_id, now)
    if retrofit is None:
        return
    _check_room(db, viewer, get_pce_number(db, retrofit))
    retrofit.removed_at = None
    note(db, now, "retrofits.restored", ("retrofit", retrofit_id), actor=viewer.actor)


def _check_room(db: Session, viewer: Viewer, number: str) -> None:
    """Raise Conflict when the PCE has as many works as it may have."""
    if len(list_retrofits(db, viewer, number)) >= MOST:
        raise Conflict(_FULL, most=MOST)


def _columns(db: Session, viewer: Viewer, draft: RetrofitDraft) -> dict[str, Any]:
    check_work_days(draft.started_on, draft.finished_on, viewer.today)
    return {
        "pce_id": get_scope(db, viewer, draft.pce).id,
        "kind": draft.kind,
        "name": draft.name,
        "started_on": draft.started_on,
        "finished_on": draft.finished_on,
        "cents": draft.cents,
    }


def _note(
    db: Session, viewer: Viewer, now: datetime, action: str, retrofit_id: int, draft: RetrofitDraft
) -> None:
    """Write in the journal what was declared, or is no longer."""
    dates = f"{draft.started_on}/{draft.finished_on}"
    detail = {"pce": draft.pce, "kind": draft.kind.value, "days": dates, "cents": draft.cents}
    note(db, now, action, ("retrofit", retrofit_id), actor=viewer.actor, detail=detail)
