"""Items of the work queue that failed for good, and the state of the queue."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.queue_models import QueueItem, has_state
from core.queue_types import DeadLetter, ItemState, QueueStatus
from core.records import copy_fields

_COLUMNS = [getattr(QueueItem, name) for name in DeadLetter.__dataclass_fields__]


def list_dead_letters(db: Session, limit: int = 200) -> Sequence[DeadLetter]:
    """Return the items that failed last, newest first."""
    query = select(*_COLUMNS).where(has_state(ItemState.DEAD))
    newest = query.order_by(QueueItem.finished_at.desc(), QueueItem.id.desc()).limit(limit)
    return [copy_fields(DeadLetter, row) for row in db.execute(newest)]


def retry_dead_letters(db: Session, ids: Collection[int], now: datetime) -> Sequence[int]:
    """Retry failed items from where they stopped; return their ids."""
    dead = update(QueueItem).where(QueueItem.id.in_(ids), has_state(ItemState.DEAD))
    values = {"state": ItemState.WAITING, "not_before": now, "attempts": 0, "finished_at": None}
    return db.connection().execute(dead.values(**values).returning(QueueItem.id)).scalars().all()


def drop_dead_letters(db: Session, ids: Collection[int]) -> Sequence[int]:
    """Delete failed items; return their ids."""
    dead = delete(QueueItem).where(QueueItem.id.in_(ids), has_state(ItemState.DEAD))
    return db.connection().execute(dead.returning(QueueItem.id)).scalars().all()


def get_queue_status(db: Session) -> QueueStatus:
    """Count the ready and the failed items."""
    ready = select(func.count(), func.min(QueueItem.not_before)).where(has_state(ItemState.READY))
    count, oldest = db.execute(ready).one()
    dead = select(func.count()).where(has_state(ItemState.DEAD))
    return QueueStatus(count, oldest, db.scalar(dead) or 0)
