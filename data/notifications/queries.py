"""Reading the outbox; for the machinery, not for a screen yet."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.accounts.models import User
from data.notifications.models import Notification
from data.notifications.types import Delivery, Letter


def count_waiting(db: Session) -> int:
    """How many messages have not left yet."""
    waiting = (Delivery.QUEUED, Delivery.SENDING)
    return (
        db.scalar(
            select(func.count()).select_from(Notification).where(Notification.state.in_(waiting))
        )
        or 0
    )


def waiting_since(db: Session) -> datetime | None:
    """When the oldest message that has not left was written."""
    waiting = (Delivery.QUEUED, Delivery.SENDING)
    since: datetime | None = db.scalar(
        select(func.min(Notification.created_at)).where(Notification.state.in_(waiting))
    )
    return since


def list_due(db: Session, now: datetime, limit: int = 100) -> tuple[int, ...]:
    """The messages whose time has come, oldest first."""
    return tuple(
        db.scalars(
            select(Notification.id)
            .where(Notification.state == Delivery.QUEUED, Notification.next_attempt_at <= now)
            .order_by(Notification.next_attempt_at, Notification.id)
            .limit(limit)
        )
    )


def get_letter(db: Session, notification_id: int) -> Letter:
    """What is to be written, and to whom."""
    row = db.execute(
        select(
            Notification.id,
            Notification.kind,
            Notification.params,
            Notification.message_id,
            Notification.attempts,
            User.email,
            User.name,
            User.language,
        )
        .join(User, User.id == Notification.user_id)
        .where(Notification.id == notification_id)
    ).one()
    return Letter(*row)
