"""Remind of open subjects: a week later if unread, or when a snooze ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update
from sqlalchemy.orm import Session

from core.database import change_rows
from core.i18n import PARIS
from core.records import copy_fields
from data.notifications.actions.publish import Told, post
from data.notifications.models import Notice, NoticeEvent, NoticeSnooze
from data.notifications.queries.outbox import is_about_subject, is_of_reader
from data.notifications.rules import RECALL_AFTER
from data.notifications.types import (
    BITS,
    OPEN_KINDS,
    ChannelKind,
    Grouping,
    NoticeReader,
    NoticeState,
    NotificationEvent,
    Recipient,
    Severity,
)

_AT_ONCE = 500  # reminders in one run of the job; the rest waits for the next
_TOO_OLD = timedelta(days=30)
_MARK = ":recall:"


def recall(db: Session, now: datetime) -> int:
    """Post the due reminders; return how many notices that makes."""
    return _after_snoozes(db, now) + _after_a_week(db, now)


def _after_snoozes(db: Session, now: datetime) -> int:
    over = (
        select(NoticeSnooze)
        .where(NoticeSnooze.ended_at.is_(None), NoticeSnooze.until <= now)
        .order_by(NoticeSnooze.id)
        .limit(_AT_ONCE)
    )
    posted = 0
    for snooze in db.scalars(over).all():
        snooze.ended_at = now
        subject = (snooze.subject_kind, snooze.subject_id)
        recipients = [(snooze.user_id, snooze.address_id, _ways(db, snooze, subject))]
        posted += _repost_transition(db, subject, recipients, now)
    db.flush()
    return posted


def _after_a_week(db: Session, now: datetime) -> int:
    """Remind users of unread notices after a week; extra addresses have no inbox."""
    event = NoticeEvent
    due = and_(
        Notice.state == NoticeState.GROUPED,
        Notice.user_id.is_not(None),
        Notice.read_at.is_(None),
        Notice.recalled_at.is_(None),
        Notice.created_at <= now - RECALL_AFTER,
        Notice.created_at > now - _TOO_OLD,
        event.kind.in_(sorted(OPEN_KINDS)),
    )
    query = (
        select(event.subject_kind, event.subject_id, Notice.user_id, func.max(Notice.ways))
        .join(event, event.id == Notice.event_id)
        .where(due)
        .group_by(event.subject_kind, event.subject_id, Notice.user_id)
        .limit(_AT_ONCE)
    )
    people: dict[tuple[str, int], list[tuple[int | None, int | None, int]]] = {}
    for kind, number, user_id, ways in db.execute(query):
        people.setdefault((kind, number), []).append((user_id, None, ways))
    return sum(
        _repost_transition(db, subject, recipients, now) for subject, recipients in people.items()
    )


def _ways(db: Session, snooze: NoticeSnooze, subject: tuple[str, int]) -> int:
    mine = is_of_reader(Notice, NoticeReader(snooze.user_id, snooze.address_id))
    return db.scalar(select(func.max(Notice.ways)).where(mine, is_about_subject(subject))) or 0


def _repost_transition(
    db: Session,
    subject: tuple[str, int],
    told_to: Sequence[tuple[int | None, int | None, int]],
    now: datetime,
) -> int:
    """Post the subject's last transition again if it is open, once to each recipient."""
    last = db.execute(
        select(NoticeEvent.__table__)
        .where(NoticeEvent.subject_kind == subject[0], NoticeEvent.subject_id == subject[1])
        .order_by(NoticeEvent.id.desc())
        .limit(1)
    ).one_or_none()
    posted = 0
    if last is not None and last.kind in OPEN_KINDS:
        posting: Told = (_event(last, now), [_recipient(*recipient) for recipient in told_to])
        posted = post(db, [posting], now)
    same_readers = or_(
        Notice.user_id.in_([user_id for user_id, _address, _ways in told_to if user_id]),
        Notice.address_id.in_([address_id for _user, address_id, _ways in told_to if address_id]),
    )
    done = update(Notice).where(
        is_about_subject(subject), same_readers, Notice.recalled_at.is_(None)
    )
    change_rows(db, done.values(recalled_at=now))
    return posted


def _recipient(user_id: int | None, address_id: int | None, ways: int) -> Recipient:
    channels = frozenset(kind for kind in ChannelKind if BITS[kind] & ways)
    return Recipient(user_id, address_id, channels, Grouping.IMMEDIATE)


def _event(last: Row[Any], now: datetime) -> NotificationEvent:
    """Return the event of a reminder, without forecasts, which are outdated."""
    day = now.astimezone(PARIS).date()
    return copy_fields(
        NotificationEvent,
        last,
        key=f"{last.key.partition(_MARK)[0]}{_MARK}{day.isoformat()}",
        severity=Severity(last.severity),
        params=last.params | {"recall": True, "expected_on": None},
        subject=(last.subject_kind, last.subject_id),
    )
