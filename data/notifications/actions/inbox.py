"""Reading: what somebody has seen is no longer announced."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.db import NO_ID
from data.notifications.models import Notice, NoticeEvent
from data.notifications.queries.outbox import about
from data.notifications.types import Kind

_MOST = 1000  # that one gesture marks


def mark_read(db: Session, viewer: Viewer, ids: Sequence[int], now: datetime) -> int:
    """Mark some notices of the viewer's own inbox; others' are left alone. How many changed."""
    viewer.require(Permission.NOTICES)
    return _mark(db, _own(viewer, ids), Notice.read_at.is_(None), now)


def mark_unread(db: Session, viewer: Viewer, ids: Sequence[int]) -> int:
    viewer.require(Permission.NOTICES)
    return _mark(db, _own(viewer, ids), Notice.read_at.is_not(None), None)


def mark_all_read(db: Session, viewer: Viewer, now: datetime) -> int:
    viewer.require(Permission.NOTICES)
    return _mark(db, Notice.user_id == viewer.user_id, Notice.read_at.is_(None), now)


def settle(db: Session, viewer: Viewer, subject: tuple[str, int], now: datetime) -> None:
    """Somebody deals with *subject*: it is read for the viewer, and recalled to nobody.

    Called by the feature that owns the subject, which has checked the viewer's rights on it.
    """
    told = about(subject)
    _mark(db, told & (Notice.user_id == viewer.user_id), Notice.read_at.is_(None), now)
    ours = update(Notice).where(told, Notice.recalled_at.is_(None)).values(recalled_at=now)
    db.execute(ours.execution_options(synchronize_session=False))


def close(db: Session, subject: tuple[str, int], kind: Kind, now: datetime) -> None:
    """What was told of *subject* is over: it is read for all, and recalled to nobody."""
    events = select(NoticeEvent.id).where(NoticeEvent.kind == kind)
    told = about(subject) & Notice.event_id.in_(events)
    _mark(db, told, Notice.read_at.is_(None), now)


def _own(viewer: Viewer, ids: Sequence[int]) -> ColumnElement[bool]:
    known = [number for number in ids[:_MOST] if 0 < number < NO_ID]
    return (Notice.user_id == viewer.user_id) & Notice.id.in_(known)


def _mark(
    db: Session, which: ColumnElement[bool], unlike: ColumnElement[bool], at: datetime | None
) -> int:
    changed: Any = db.execute(
        update(Notice)
        .where(which, unlike)
        .values(read_at=at)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)
