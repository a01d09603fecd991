"""Notify a second person of an exceedance that nobody has answered after a delay.

The delay counts from the message of the exceedance. What was sent is known by the key of the event,
so a run that was killed is done again without repeating anything.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, String, cast, or_, select
from sqlalchemy.orm import Session, aliased

from core.database import blocks
from core.i18n import PARIS
from core.records import copy_fields
from data.notifications.actions import post
from data.notifications.models import Notice, NoticeEvent
from data.notifications.types import NotificationEvent, Recipient, Severity
from data.thresholds.models import Episode, Threshold, ThresholdVersion
from data.thresholds.rules.serializer import unpacked
from data.thresholds.types import EpisodeState

MARK = ":second:"
_AT_ONCE = 200  # episodes in one transaction
Reader = tuple[int | None, int | None]  # a user id, or an address id


def escalate(db: Session, now: datetime) -> int:
    """Notify some of the second people who are due; return how many events, 0 when done."""
    events = [
        (_event(row, delay), people)
        for (threshold_id, delay), people in _load_seconds(db, now).items()
        for row in db.execute(_select_due(threshold_id, delay, now))
    ]
    post(db, events, now)
    return len(events)


def list_seconds_notified(db: Session, episode_ids: Iterable[int]) -> set[tuple[int, Reader]]:
    """Return who was notified of which episode as a second person."""
    readers: set[tuple[int, Reader]] = set()
    for block in blocks(sorted(set(episode_ids))):
        query = (
            select(NoticeEvent.subject_id, Notice.user_id, Notice.address_id)
            .join(Notice, Notice.event_id == NoticeEvent.id)
            .where(
                NoticeEvent.subject_kind == "episode",
                NoticeEvent.subject_id.in_(block),
                NoticeEvent.key.contains(MARK),
            )
        )
        readers |= {(episode, (user, address)) for episode, user, address in db.execute(query)}
    return readers


def _is_unanswered(now: datetime) -> tuple[Any, ...]:
    today = now.astimezone(PARIS).date()
    return (
        Episode.state == EpisodeState.EXCEEDED,
        Episode.acknowledged_at.is_(None),
        Episode.assigned_to.is_(None),
        or_(Episode.snoozed_until.is_(None), Episode.snoozed_until <= today),
    )


def _load_seconds(db: Session, now: datetime) -> dict[tuple[int, int], list[Recipient]]:
    """Return the second people by threshold and delay in hours, where some may be due."""
    query = (
        select(ThresholdVersion.threshold_id, ThresholdVersion.draft)
        .join(Threshold, Threshold.id == ThresholdVersion.threshold_id)
        .where(
            ThresholdVersion.number == Threshold.version,
            Threshold.id.in_(select(Episode.threshold_id).where(*_is_unanswered(now))),
        )
    )
    people: dict[tuple[int, int], list[Recipient]] = {}
    for threshold_id, draft in db.execute(query):
        for recipient in unpacked(draft).recipients:
            if recipient.after_hours:
                people.setdefault((threshold_id, recipient.after_hours), []).append(recipient)
    return people


def _select_due(threshold_id: int, delay: int, now: datetime) -> Select[Any]:
    """Select the events of the exceedances that nobody answered after `delay` hours."""
    event, sent = NoticeEvent.__table__, aliased(NoticeEvent)
    number, turn = cast(Episode.id, String), cast(Episode.turn, String)
    return (
        select(event)
        .join(Episode, event.c.key == "episode:" + number + ":" + turn + ":exceeded")
        .where(
            Episode.threshold_id == threshold_id,
            *_is_unanswered(now),
            event.c.created_at <= now - timedelta(hours=delay),
            ~select(sent.id).where(sent.key == event.c.key + f"{MARK}{delay}").exists(),
        )
        .order_by(event.c.id)
        .limit(_AT_ONCE)
    )


def _event(row: Row[Any], delay: int) -> NotificationEvent:
    """Return the event for a second person, without forecasts, which are outdated."""
    return copy_fields(
        NotificationEvent,
        row,
        key=f"{row.key}{MARK}{delay}",
        severity=Severity(row.severity),
        params=row.params | {"unanswered_hours": delay, "expected_on": None},
        subject=(row.subject_kind, row.subject_id),
    )
