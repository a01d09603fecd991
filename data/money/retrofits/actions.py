"""Declare, change, remove and restore works; each action is in the journal."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import change_one
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.identity.audit.actions import note
from data.metering.pces.models import Pce
from data.metering.pces.queries import get_scope, visible
from data.money.retrofits.models import RetrofitRow
from data.money.retrofits.queries import get_retrofit, list_retrofits
from data.money.retrofits.queries.rows import GONE
from data.money.retrofits.rules.checks import check_work_days
from data.money.retrofits.types import RetrofitDraft

RETURNS = timedelta(days=1)  # during which removed works can be restored
MOST = 20  # works of an organisation on one PCE
_LATE = N_("Quelqu’un a changé ces travaux en même temps que vous : rechargez la page.")
_FULL = N_("Ce PCE a déjà {most} travaux : retirez-en.")


def add(db: Session, viewer: Viewer, draft: RetrofitDraft, *, now: datetime) -> int:
    """Declare works; return their id. Raise Invalid, NotFound, or Conflict when too many."""
    viewer.require(Permission.RETROFITS_WRITE)
    values = _columns(db, viewer, draft)
    late = RetrofitRow.removed_at < now - RETURNS
    own = RetrofitRow.organisation_id == viewer.organisation_id
    db.execute(delete(RetrofitRow).where(own, late))
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
    _write(db, viewer, seen, {**columns, "changed_at": now})
    _note(db, viewer, now, "retrofits.changed", seen[0], draft)


def remove(db: Session, viewer: Viewer, row_version: tuple[int, int], *, now: datetime) -> None:
    """Remove works, which can be restored for a day."""
    viewer.require(Permission.RETROFITS_WRITE)
    before = get_retrofit(db, viewer, row_version[0]).draft
    _write(db, viewer, row_version, {"removed_at": now, "changed_at": now})
    _note(db, viewer, now, "retrofits.removed", row_version[0], before)


def restore(db: Session, viewer: Viewer, retrofit_id: int, *, now: datetime) -> None:
    """Restore works removed for less than a day; nothing happens if they are not removed.

    Raise NotFound, or Conflict when their PCE has too many.
    """
    viewer.require(Permission.RETROFITS_WRITE)
    restorable = or_(RetrofitRow.removed_at.is_(None), RetrofitRow.removed_at >= now - RETURNS)
    row = db.execute(
        select(RetrofitRow, Pce.number)
        .join(Pce, Pce.id == RetrofitRow.pce_id)
        .where(
            RetrofitRow.id == retrofit_id,
            RetrofitRow.organisation_id == viewer.organisation_id,
            RetrofitRow.pce_id.in_(visible(viewer).with_only_columns(Pce.id)),
            restorable,
        )
    ).one_or_none()
    if row is None:
        raise NotFound(GONE)
    retrofit, number = row
    if retrofit.removed_at is not None:
        _check_room(db, viewer, number)
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


def _write(db: Session, viewer: Viewer, seen: tuple[int, int], values: dict[str, Any]) -> None:
    """Update works of the organisation; raise Conflict when somebody changed them since."""
    written = (
        update(RetrofitRow)
        .where(
            RetrofitRow.id == seen[0],
            RetrofitRow.version == seen[1],
            RetrofitRow.organisation_id == viewer.organisation_id,
            RetrofitRow.removed_at.is_(None),
        )
        .values(version=seen[1] + 1, **values)
    )
    change_one(db, written, _LATE)


def _note(
    db: Session, viewer: Viewer, now: datetime, action: str, retrofit_id: int, draft: RetrofitDraft
) -> None:
    """Write in the journal what was declared, or is no longer."""
    dates = f"{draft.started_on}/{draft.finished_on}"
    detail = {"pce": draft.pce, "kind": draft.kind.value, "days": dates, "cents": draft.cents}
    note(db, now, action, ("retrofit", retrofit_id), actor=viewer.actor, detail=detail)
