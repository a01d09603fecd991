"""Query the controls that jobs must process."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.controls.models import Control, Decision, ProofPiece
from data.controls.queries.visible import is_open
from data.controls.rules.deadlines import REMIND_DAYS, reminder_of
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState


def list_final(db: Session, now: datetime, limit: int = 200) -> tuple[int, ...]:
    """Return the decisions that can no longer be undone and have not taken effect."""
    query = (
        select(Decision.id)
        .where(
            Decision.applied_at.is_(None),
            Decision.undone_at.is_(None),
            Decision.effect_at <= now,
        )
        .order_by(Decision.effect_at, Decision.id)
        .limit(limit)
    )
    return tuple(db.scalars(query))


def list_late(db: Session, last_due: date, limit: int = 200) -> tuple[int, ...]:
    """Return the controls without deposit whose deadline is `last_due` or earlier."""
    query = (
        select(Control.id)
        .join(AccessRight, AccessRight.id == Control.right_id)
        .where(
            Control.state == ProofState.AWAITED,
            Control.told_state == ProofState.AWAITED,
            Control.closed_at.is_(None),
            Control.due_on <= last_due,
            AccessRight.relayed.is_(False),  # another distributor decides what is late
        )
        .order_by(Control.id)
        .limit(limit)
    )
    return tuple(db.scalars(query))


def list_ended(db: Session, limit: int = 200) -> tuple[int, ...]:
    """Return the open controls whose right ended."""
    query = (
        select(Control.id)
        .join(AccessRight, AccessRight.id == Control.right_id)
        .where(is_open(), AccessRight.state != RightState.ACTIVE)
        .order_by(Control.id)
        .limit(limit)
    )
    return tuple(db.scalars(query))


def list_reminders(db: Session, today: date, limit: int = 500) -> dict[int, int]:
    """Return the controls to remind of, with the days before their deadline."""
    query = (
        select(Control.id, Control.due_on, Control.asked_on, Control.reminded)
        .where(
            Control.state == ProofState.AWAITED,
            Control.told_state == ProofState.AWAITED,
            Control.closed_at.is_(None),
            Control.due_on.between(today, today + timedelta(days=max(REMIND_DAYS))),
        )
        .order_by(Control.id)
    )
    reminders: dict[int, int] = {}
    for row in db.execute(query):
        due = reminder_of(row.due_on, row.asked_on, row.reminded, today)
        if due is not None:
            reminders[row.id] = due
        if len(reminders) == limit:
            break
    return reminders


def list_stored_keys(db: Session, storage_keys: Collection[str] | None = None) -> frozenset[str]:
    """Return the storage keys of all pieces, or those among `storage_keys`."""
    query = select(ProofPiece.storage_key)
    if storage_keys is not None:
        query = query.where(ProofPiece.storage_key.in_(storage_keys))
    return frozenset(db.scalars(query))
