"""List what is due of each webhook and record the outcome of each delivery."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from core import queue
from core.database import change_rows
from core.i18n import PARIS
from core.queue_types import NewItem, RetryPolicy, WorkKind
from data.exchange.hooks.models import Hook, HookDelivery
from data.exchange.hooks.queries.hooks import OVER
from data.exchange.hooks.rules import failure_outcome
from data.exchange.hooks.types import OFF, HookSending, HookState
from data.identity.accounts.queries import get_administrators_query
from data.notifications.actions import post_to_accounts
from data.notifications.types import MessageDelivery, NotificationEvent, NotificationKind

SEND_WEBHOOKS = WorkKind("send_webhooks", "webhooks", RetryPolicy())


def enqueue_sending(db: Session, hook_ids: Collection[int], now: datetime) -> None:
    """Enqueue sending for these webhooks, in the transaction that makes deliveries due."""
    query = select(Hook.id, Hook.organisation_id).where(Hook.id.in_(hook_ids))
    for row in db.execute(query):
        item = NewItem(row.organisation_id, {"hook": row.id}, key=str(row.id))
        queue.wake(db, SEND_WEBHOOKS, item, now)


def find_next(db: Session, hook_id: int, now: datetime) -> HookSending | None:
    """Return the first delivery of a webhook that is due; None if none is, or it is off."""
    hook = db.scalar(select(Hook).where(Hook.id == hook_id, Hook.state == HookState.ON))
    if hook is None:
        return None
    due = (
        select(HookDelivery)
        .where(*_waits(hook_id), HookDelivery.next_attempt_at <= now)
        .order_by(HookDelivery.next_attempt_at, HookDelivery.id)
    )
    row = db.scalar(due.limit(1))
    if row is None:
        return None
    old = hook.sealed_old if hook.old_until is not None and now < hook.old_until else ""
    keys = tuple(secret for secret in (hook.sealed_secret, old) if secret)
    number = row.id, hook_id, row.event_id
    return HookSending(*number, row.body, row.attempts + 1, row.created_at, hook.sealed_url, keys)


def is_on(db: Session, hook_id: int) -> bool:
    """Return whether a webhook is on."""
    on = select(Hook.id).where(Hook.id == hook_id, Hook.state == HookState.ON)
    return db.scalar(on) is not None


def next_due(db: Session, hook_id: int) -> datetime | None:
    """Return when the next delivery of a webhook is due; None if nothing waits."""
    return db.scalar(select(func.min(HookDelivery.next_attempt_at)).where(*_waits(hook_id)))


def _waits(hook_id: int) -> tuple[ColumnElement[bool], ...]:
    return HookDelivery.hook_id == hook_id, HookDelivery.state == MessageDelivery.QUEUED


def record_sent(db: Session, sending: HookSending, now: datetime) -> None:
    """Record that a delivery was accepted."""
    sent = {
        "state": MessageDelivery.SENT,
        "sent_at": now,
        "error": "",
        "attempts": sending.attempts,
    }
    mine = update(HookDelivery).where(HookDelivery.id == sending.id)
    change_rows(db, mine.values(**sent))
    hook = update(Hook).where(Hook.id == sending.hook_id)
    change_rows(db, hook.values(last_sent_at=now))


def record_failure(db: Session, sending: HookSending, error: str, now: datetime) -> None:
    """Record a failed attempt: schedule another, or give up and perhaps turn the webhook off.

    The webhook is turned off when it has accepted nothing since, or rejects for good.
    """
    error = error[:200]
    hook = db.scalars(select(Hook).where(Hook.id == sending.hook_id).with_for_update()).one()
    served = hook.last_sent_at is not None and hook.last_sent_at >= sending.created_at
    fate = failure_outcome(error, sending.attempts, now, served=served)
    alive = hook.state is HookState.ON and hook.removed_at is None
    if fate.retry_at is not None and alive:
        _fail(db, sending, next_attempt_at=fate.retry_at, error=error)
        return
    _fail(db, sending, state=MessageDelivery.FAILED, error=error)
    if fate.off and alive:
        switch_off(db, hook, error)
        _tell(db, hook, sending.id, error, now)


def switch_off(db: Session, hook: Hook, reason: str = "") -> None:
    """Turn a webhook off; its waiting deliveries fail, and can be resent later."""
    hook.state, hook.off_reason = HookState.OFF, reason
    db.flush()
    drop_queue(db, hook.id)


def drop_queue(db: Session, hook_id: int) -> None:
    """Mark the waiting deliveries of a webhook as failed."""
    gone = update(HookDelivery).where(*_waits(hook_id))
    gone = gone.values(state=MessageDelivery.FAILED, error=OFF)
    change_rows(db, gone)


def send_again(db: Session, where: Collection[ColumnElement[bool]], now: datetime) -> int:
    """Make finished deliveries, or waiting ones that failed before, due now; return how many.

    Each gets as many attempts as a new one. A second press finds nothing left to resend.
    """
    row = HookDelivery
    waits = and_(row.state == MessageDelivery.QUEUED, row.attempts > 0)
    values = {
        "state": MessageDelivery.QUEUED,
        "next_attempt_at": now,
        "resent_at": now,
        "attempts": 0,
        "error": "",
    }
    moved = update(row).where(*where, or_(row.state.in_(OVER), waits)).values(values)
    statement = moved.returning(row.hook_id).execution_options(synchronize_session=False)
    hook_ids = db.scalars(statement).all()
    enqueue_sending(db, set(hook_ids), now)
    return len(hook_ids)


def _fail(db: Session, sending: HookSending, **values: object) -> None:
    """Record a failure, unless its webhook was stopped meanwhile."""
    mine = HookDelivery.id == sending.id, HookDelivery.state == MessageDelivery.QUEUED
    failed = update(HookDelivery).where(*mine).values(attempts=sending.attempts, **values)
    change_rows(db, failed)


def _tell(db: Session, hook: Hook, delivery_id: int, error: str, now: datetime) -> None:
    """Notify the administrators of the organisation that the webhook failed."""
    event = NotificationEvent(
        key=f"hook:{hook.id}:{delivery_id}:{now.isoformat()}:off",
        kind=NotificationKind.CHANNEL_OFF,
        organisation_id=hook.organisation_id,
        site=hook.name,
        gas_day=now.astimezone(PARIS).date(),
        params={"error": error},
        path="/admin?part=hooks",
        subject=("hook", hook.id),
    )
    administrators = db.scalars(get_administrators_query(hook.organisation_id))
    post_to_accounts(db, event, administrators, now)
