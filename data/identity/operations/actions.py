"""Retry or drop failed work of the queue."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.dead_letters import drop_dead_letters, retry_dead_letters
from data.identity.audit.actions import note_all


def retry_failed_work(db: Session, viewer: Viewer, ids: Collection[int], now: datetime) -> int:
    """Retry failed work from where it stopped; return how many items."""
    viewer.require(Permission.ORGANISATIONS_WRITE)
    retried = retry_dead_letters(db, ids, now)
    _note(db, viewer, "queue.retried", retried, now)
    return len(retried)


def drop_failed_work(db: Session, viewer: Viewer, ids: Collection[int], now: datetime) -> int:
    """Delete failed work; return how many items."""
    viewer.require(Permission.ORGANISATIONS_WRITE)
    dropped = drop_dead_letters(db, ids)
    _note(db, viewer, "queue.dropped", dropped, now)
    return len(dropped)


def _note(db: Session, viewer: Viewer, action: str, ids: Collection[int], now: datetime) -> None:
    note_all(db, now, action, "queue_item", ids, actor=viewer.actor)
