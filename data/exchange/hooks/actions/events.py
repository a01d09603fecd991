"""Turn changes into deliveries, a block at a time, so that a killed job resumes."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.orm import Session

from core.database import change_rows
from data.exchange.hooks.actions.outbox import enqueue_sending
from data.exchange.hooks.models import Hook, HookDelivery, HookMark
from data.exchange.hooks.queries.unscoped import (
    list_gone,
    list_listening,
    list_moves,
    list_news,
    list_proof_states,
)
from data.exchange.hooks.rules import MOST, body_of, first_pce_and_state
from data.exchange.hooks.types import HookEvent, HookState, Topic
from data.metering.consumption.models import ReadingNews
from data.metering.consumption.types import PceNews
from data.notifications.types import MessageDelivery


def queue_state_events(db: Session, now: datetime) -> int:
    """Turn the oldest marks of one organisation and topic into deliveries; return how many marks.

    Each mark is removed with its deliveries, in the caller's transaction. Call it until none is
    left, also after a job was killed.
    """
    first = select(HookMark.organisation_id, HookMark.topic).order_by(HookMark.id).limit(1)
    oldest_mark = db.execute(first).first()
    if oldest_mark is None:
        return 0
    organisation_id, topic = oldest_mark
    same_group = HookMark.organisation_id == organisation_id, HookMark.topic == topic
    block = select(HookMark.id).where(*same_group).order_by(HookMark.id).limit(MOST)
    marks = db.execute(
        delete(HookMark)
        .where(HookMark.id.in_(block))
        .returning(HookMark.id, HookMark.subject_id, HookMark.said, HookMark.gone)
        .execution_options(synchronize_session=False)
    ).all()
    queue_event(
        db, organisation_id, _event_message(db, topic, sorted(marks, key=lambda mark: mark.id)), now
    )
    return len(marks)


def _event_message(
    db: Session, topic: Topic, marks: Sequence[Row[int, int, str, Any]]
) -> HookEvent:
    if topic is Topic.CONTROLS:
        states = [(mark.subject_id, mark.said) for mark in marks]
        return HookEvent(topic, tuple(list_proof_states(db, states)))
    moves = list_moves(db, [mark.subject_id for mark in marks if mark.gone is None])
    gone = [(mark.subject_id, mark.said, mark.gone) for mark in marks if mark.gone is not None]
    return HookEvent(topic, (*moves, *list_gone(db, gone)))


def queue_data_events(db: Session, now: datetime) -> int:
    """Create the deliveries of a block of PCEs whose data changed; return how many changes.

    Each subscribed organisation gets one event, with what it may read today.
    """
    listening = list_listening(db, now)
    changes = _take_news(db) if listening else _drop_news(db)
    for viewer in listening if changes else ():
        lines = list_news(db, viewer, changes)
        queue_event(db, viewer.organisation_id, HookEvent(Topic.READINGS, tuple(lines)), now)
    return len(changes)


def _take_news(db: Session) -> list[tuple[int, PceNews, date, date]]:
    news = ReadingNews
    last = select(news.pce_id).order_by(news.pce_id).offset(MOST // 2 - 1).limit(1)
    high = db.scalar(last)
    query = delete(news).returning(news.pce_id, news.sort, news.first_day, news.last_day)
    if high is not None:
        query = query.where(news.pce_id <= high)
    rows = db.execute(query.execution_options(synchronize_session=False))
    return sorted((row.pce_id, row.sort, row.first_day, row.last_day) for row in rows)


def _drop_news(db: Session) -> list[tuple[int, PceNews, date, date]]:
    """Delete all news, as no organisation subscribes."""
    change_rows(db, delete(ReadingNews))
    return []


def queue_event(db: Session, organisation_id: int, told: HookEvent, now: datetime) -> None:
    """Queue one event for each active webhook of an organisation subscribed to its topic."""
    if not told.lines:
        return
    hears = select(Hook.id).where(
        Hook.organisation_id == organisation_id,
        Hook.state == HookState.ON,
        getattr(Hook, told.topic.value),
    )
    queue(db, db.scalars(hears.order_by(Hook.id)).all(), told, now)


def queue(db: Session, hook_ids: Sequence[int], told: HookEvent, now: datetime) -> None:
    """Queue the same event for each of these webhooks, due immediately."""
    number, summary = first_pce_and_state(told)
    event = {
        "event_id": f"evt_{secrets.token_hex(16)}",
        "topic": told.topic,
        "body": body_of(told, now),
        "number": number,
        "said": summary,
        "count": len(told.lines),
        "state": MessageDelivery.QUEUED,
        "created_at": now,
        "next_attempt_at": now,
    }
    if hook_ids:
        db.execute(insert(HookDelivery), [{**event, "hook_id": id_} for id_ in hook_ids])
        enqueue_sending(db, hook_ids, now)
