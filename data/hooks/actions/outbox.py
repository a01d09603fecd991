"""Deliveries on their way: claimed by a counted UPDATE, and how each went."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from data.access import Role
from data.accounts.models import User
from data.db import is_silent
from data.hooks.models import Hook, HookDelivery
from data.hooks.queries.hooks import OVER
from data.hooks.rules import fate_of
from data.hooks.types import OFF, HookState, Sending
from data.notifications.actions import post
from data.notifications.rules import STUCK_AFTER
from data.notifications.types import (
    ChannelKind,
    Delivery,
    Event,
    Grouping,
    Kind,
    Recipient,
    Severity,
)
from i18n import PARIS

_WAYS = frozenset(ChannelKind)


def claim(db: Session, delivery_id: int, now: datetime) -> Sending | None:
    """Take one delivery to send it; None when another process was quicker, or its webhook is off.

    One that came into the queue while its webhook was turned off is no more in it: see
    `release_stuck`.
    """
    row = HookDelivery
    taken = db.execute(
        update(row)
        .where(row.id == delivery_id, row.state == Delivery.QUEUED, ~_stopped())
        .values(state=Delivery.SENDING, claimed_at=now, attempts=row.attempts + 1)
        .returning(row.hook_id, row.event_id, row.body, row.attempts, row.created_at)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        return None
    hook = db.scalars(select(Hook).where(Hook.id == taken.hook_id)).one()
    old = hook.sealed_old if hook.old_until is not None and now < hook.old_until else ""
    keys = tuple(one for one in (hook.sealed_secret, old) if one)
    hook_id, event_id, body, attempts, created_at = taken
    return Sending(
        delivery_id, hook_id, event_id, body, attempts, created_at, hook.sealed_url, keys
    )


def record_sent(db: Session, sending: Sending, now: datetime) -> None:
    """It was taken."""
    _leave(db, sending, state=Delivery.SENT, sent_at=now, error="")
    hook = update(Hook).where(Hook.id == sending.hook_id)
    db.execute(hook.values(last_sent_at=now).execution_options(synchronize_session=False))


def record_failure(db: Session, sending: Sending, error: str, now: datetime) -> None:
    """It was not: for later, or given up, and then its webhook is off if it takes nothing."""
    error = error[:200]
    hook = db.scalars(select(Hook).where(Hook.id == sending.hook_id).with_for_update()).one()
    served = hook.last_sent_at is not None and hook.last_sent_at >= sending.created_at
    fate = fate_of(error, sending.attempts, now, served=served)
    alive = hook.state is HookState.ON and hook.removed_at is None
    if fate.again is not None and alive:
        _leave(db, sending, state=Delivery.QUEUED, next_attempt_at=fate.again, error=error)
        return
    _leave(db, sending, state=Delivery.FAILED, error=error)
    if fate.off and alive:
        switch_off(db, hook, error)
        _tell(db, hook, (sending.id, error), now)


def switch_off(db: Session, hook: Hook, reason: str = "") -> None:
    """Nothing more goes there; what waited is kept, to be sent again."""
    hook.state, hook.off_reason = HookState.OFF, reason
    db.flush()
    drop_queue(db, hook.id)


def drop_queue(db: Session, hook_id: int) -> None:
    """What waited for a webhook leaves no more by itself."""
    _drop(db, HookDelivery.hook_id == hook_id)


def _drop(db: Session, which: ColumnElement[bool]) -> None:
    waits = which, HookDelivery.state == Delivery.QUEUED
    gone = update(HookDelivery).where(*waits).values(state=Delivery.FAILED, error=OFF)
    db.execute(gone.execution_options(synchronize_session=False))


def send_again(db: Session, where: Collection[ColumnElement[bool]], now: datetime) -> int:
    """Have leave now what is over, or was tried in vain and waits; counted: two presses send once.

    It is tried as often as what is new.
    """
    row = HookDelivery
    waits = and_(row.state == Delivery.QUEUED, row.attempts > 0)
    values = {
        "state": Delivery.QUEUED,
        "next_attempt_at": now,
        "resent_at": now,
        "attempts": 0,
        "error": "",
    }
    moved = update(row).where(*where, or_(row.state.in_(OVER), waits)).values(values)
    again = moved.returning(row.id).execution_options(synchronize_session=False)
    return len(db.execute(again).all())


def _stopped() -> ColumnElement[bool]:
    return HookDelivery.hook_id.in_(select(Hook.id).where(Hook.state == HookState.OFF))


def _leave(db: Session, sending: Sending, **values: object) -> None:
    mine = HookDelivery.id == sending.id, HookDelivery.state == Delivery.SENDING
    left = update(HookDelivery).where(*mine).values(claimed_at=None, **values)
    db.execute(left.execution_options(synchronize_session=False))


def release_stuck(db: Session, now: datetime) -> int:
    """Put back what a crashed process had claimed; return how many.

    It may have left already: it leaves again under the same number. What came into the queue while
    its webhook was turned off leaves no more, nor does that.
    """
    row = HookDelivery
    rows = db.execute(
        update(row)
        .where(row.state == Delivery.SENDING, is_silent(row.claimed_at, now, STUCK_AFTER))
        .values(state=Delivery.QUEUED, claimed_at=None, next_attempt_at=now)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    ).all()
    _drop(db, _stopped())
    return len(rows)


def _tell(db: Session, hook: Hook, why: tuple[int, str], now: datetime) -> None:
    """Tell the administrators of its organisation, by their own ways."""
    delivery_id, error = why
    query = select(User.id).where(
        User.organisation_id == hook.organisation_id,
        User.role == Role.ADMINISTRATOR,
        User.disabled_at.is_(None),
    )
    event = Event(
        key=f"hook:{hook.id}:{delivery_id}:{now.isoformat()}:off",
        kind=Kind.CHANNEL_OFF,
        organisation_id=hook.organisation_id,
        pce_number="",
        site=hook.name,
        severity=Severity.WARNING,
        gas_day=now.astimezone(PARIS).date(),
        params={"error": error},
        path="/admin?part=hooks",
        subject=("hook", hook.id),
    )
    people = [Recipient(id_, None, _WAYS, Grouping.IMMEDIATE) for id_ in db.scalars(query)]
    post(db, [(event, people)], now)
