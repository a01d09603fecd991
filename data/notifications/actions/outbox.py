"""Queue, claim and update the messages of the outbox, which the work queue sends."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import queue as work_queue
from core.queue_types import NewItem, RetryPolicy, WorkKind
from data.identity.accounts.models import User
from data.notifications.actions.dead_channels import switch_off
from data.notifications.models import NoticeChannel, Notification
from data.notifications.queries.outbox import get_notification, is_in_line
from data.notifications.rules import next_attempt, retry_when_down
from data.notifications.types import (
    ChannelKind,
    ChannelState,
    ClaimedNotification,
    MessageDelivery,
    NotificationKind,
    SendOutcome,
)

SEND_MAILS = WorkKind("send_notifications", "mail", RetryPolicy())
SEND_TO_CHANNEL = WorkKind("send_to_channel", "channels", RetryPolicy())


def queue(
    db: Session,
    user_id: int,
    kind: NotificationKind,
    now: datetime,
    *,
    params: Mapping[str, object] | None = None,
    leaves: datetime | None = None,
) -> int:
    """Put a message in the outbox, in the transaction that caused it; return its id.

    It is sent at `leaves`, by default at once. The Message-ID has the domain of the reader's
    address: it only needs to be unique.
    """
    user = select(User.email, User.organisation_id).where(User.id == user_id)
    email, organisation_id = db.execute(user).one()
    domain = email.rpartition("@")[2]
    facts = {"user_id": user_id, "kind": kind, "params": dict(params or {})}
    at = {"next_attempt_at": leaves or now}
    return enqueue_message(db, domain, now, organisation_id=organisation_id, **at, **facts)


def enqueue_message(db: Session, domain: str, now: datetime, **facts: object) -> int:
    """Put a message without notices in the outbox, with its own Message-ID."""
    row = Notification(
        message_id=f"<{secrets.token_hex(16)}@{domain}>",
        state=MessageDelivery.QUEUED,
        created_at=now,
        **{"next_attempt_at": now, **facts},
    )
    db.add(row)
    db.flush()
    wake(db, row, now)
    return row.id


def wake(db: Session, message: Notification, now: datetime) -> None:
    """Enqueue the sending of a message when due, by its organisation's or channel's item."""
    owner, channel_id = message.organisation_id, message.channel_id
    payload = {"organisation": owner} if channel_id is None else {"channel": channel_id}
    (number,) = payload.values()
    item = NewItem(owner, payload, key=str(number), not_before=message.next_attempt_at)
    work_queue.wake(db, SEND_MAILS if channel_id is None else SEND_TO_CHANNEL, item, now)


def claim(db: Session, notification_id: int) -> ClaimedNotification | None:
    """Claim a message to send it; None when it must not be sent any more."""
    result = db.execute(
        update(Notification)
        .where(Notification.id == notification_id, Notification.state == MessageDelivery.QUEUED)
        .values(state=MessageDelivery.SENDING, attempts=Notification.attempts + 1)
        .returning(Notification.id)
    ).first()
    return None if result is None else get_notification(db, notification_id)


def record_sent(db: Session, notification: ClaimedNotification, now: datetime) -> None:
    """Record that a message was sent, and clear its parameters."""
    _leave_sending(db, notification, state=MessageDelivery.SENT, sent_at=now, params={}, error="")
    if notification.channel_id is not None:
        channel = update(NoticeChannel).where(NoticeChannel.id == notification.channel_id)
        db.execute(channel.values(last_sent_at=now))
        tested = channel.where(NoticeChannel.state == ChannelState.TESTING)
        db.execute(tested.values(state=ChannelState.ON, off_reason=""))


def record_failure(
    db: Session, notification: ClaimedNotification, error: str, now: datetime, outcome: SendOutcome
) -> None:
    """Record a failure: retry later, or give up and switch off a dead channel."""
    if outcome is SendOutcome.DOWN:
        next_attempt_at = retry_when_down(notification.created_at, now)
        values = {"attempts": notification.attempts - 1, "next_attempt_at": next_attempt_at}
        _leave_sending(db, notification, state=MessageDelivery.QUEUED, error=error[:200], **values)
        return
    later = next_attempt(notification.attempts, now) if outcome is SendOutcome.LATER else None
    if later is not None:
        _leave_sending(
            db, notification, state=MessageDelivery.QUEUED, next_attempt_at=later, error=error[:200]
        )
        return
    _leave_sending(db, notification, state=MessageDelivery.FAILED, params={}, error=error[:200])
    if outcome is SendOutcome.GONE or notification.channel is not ChannelKind.EMAIL:
        switch_off(db, notification, error, now)


def _leave_sending(db: Session, notification: ClaimedNotification, **values: object) -> None:
    db.execute(
        update(Notification)
        .where(Notification.id == notification.id, Notification.state == MessageDelivery.SENDING)
        .values(**values)
    )


def requeue_interrupted(db: Session, line: Mapping[str, int]) -> None:
    """Requeue what a dead process was sending of a line, which has one sender.

    It may have been sent already: delivery is at least once, under one Message-ID.
    """
    interrupted = update(Notification).where(
        is_in_line(line), Notification.state == MessageDelivery.SENDING
    )
    db.execute(interrupted.values(state=MessageDelivery.QUEUED))
