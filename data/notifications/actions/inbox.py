"""Mark notices as read; what was seen is no longer announced."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID, change_rows
from data.notifications.models import Notice, NoticeEvent
from data.notifications.queries.outbox import is_about_subject
from data.notifications.types import NotificationKind

_MOST = 1000  # marked by one action


def mark_read(db: Session, viewer: Viewer, ids: Sequence[int], now: datetime) -> int:
    """Mark notices of the viewer's own inbox as read; return how many changed.

    Other people's notices are ignored.
    """
    viewer.require(Permission.NOTICES)
    return _mark(db, _own(viewer, ids), Notice.read_at.is_(None), now)


def mark_unread(db: Session, viewer: Viewer, ids: Sequence[int]) -> int:
    viewer.require(Permission.NOTICES)
    return _mark(db, _own(viewer, ids), Notice.read_at.is_not(None), None)


def mark_all_read(db: Session, viewer: Viewer, only: ColumnElement[bool], now: datetime) -> int:
    """Mark the viewer's notices whose events meet the condition `only` as read."""
    viewer.require(Permission.NOTICES)
    events = select(NoticeEvent.id).where(only)
    mine = (Notice.user_id == viewer.user_id) & Notice.event_id.in_(events)
    return _mark(db, mine, Notice.read_at.is_(None), now)


def settle(db: Session, viewer: Viewer, subject: tuple[str, int], now: datetime) -> None:
    """Settle `subject`: mark it as read for the viewer, and stop its reminders for everybody.

    Called by the feature that owns the subject, which has checked the viewer's rights on it.
    """
    same_subject = is_about_subject(subject)
    _mark(db, same_subject & (Notice.user_id == viewer.user_id), Notice.read_at.is_(None), now)
    statement = (
        update(Notice).where(same_subject, Notice.recalled_at.is_(None)).values(recalled_at=now)
    )
    change_rows(db, statement)


def stop_reminders(db: Session, kind: str, subjects: Select[Any], now: datetime) -> None:
    """Stop the reminders about some subjects for everybody."""
    about = Notice.event_id.in_(_select_events(kind, subjects))
    statement = update(Notice).where(about, Notice.recalled_at.is_(None))
    change_rows(db, statement.values(recalled_at=now))


def resume_reminders(db: Session, kind: str, subjects: Select[Any], stopped_at: datetime) -> None:
    """Resume the reminders about some subjects that were stopped at one moment."""
    about = Notice.event_id.in_(_select_events(kind, subjects))
    statement = update(Notice).where(about, Notice.recalled_at == stopped_at)
    change_rows(db, statement.values(recalled_at=None))


def unmark_read(db: Session, viewer: Viewer, read_at: datetime) -> None:
    """Mark what the viewer read at one moment as unread."""
    viewer.require(Permission.NOTICES)
    _mark(db, Notice.user_id == viewer.user_id, Notice.read_at == read_at, None)


def close(db: Session, subject: tuple[str, int], kind: NotificationKind, now: datetime) -> None:
    """Close `subject`: mark its notices as read for everybody, and stop its reminders."""
    events = select(NoticeEvent.id).where(NoticeEvent.kind == kind)
    same_events = is_about_subject(subject) & Notice.event_id.in_(events)
    _mark(db, same_events, Notice.read_at.is_(None), now)


def _select_events(kind: str, subjects: Select[Any]) -> Select[Any]:
    about = NoticeEvent.subject_kind == kind, NoticeEvent.subject_id.in_(subjects)
    return select(NoticeEvent.id).where(*about)


def _own(viewer: Viewer, ids: Sequence[int]) -> ColumnElement[bool]:
    valid_ids = [number for number in ids[:_MOST] if 0 < number < NO_ID]
    return (Notice.user_id == viewer.user_id) & Notice.id.in_(valid_ids)


def _mark(
    db: Session, which: ColumnElement[bool], unlike: ColumnElement[bool], at: datetime | None
) -> int:
    return change_rows(db, update(Notice).where(which, unlike).values(read_at=at))
