"""Query the organisation's webhooks and their delivery journal."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.exchange.hooks.models import Hook, HookDelivery
from data.exchange.hooks.types import CHOSEN, HookDeliveryRow, HookRow, HookState, Journal
from data.notifications.types import MessageDelivery

SHOWN = 50  # rows of the journal
OVER = frozenset({MessageDelivery.SENT, MessageDelivery.FAILED})


def visible(viewer: Viewer) -> Select[Hook]:
    """Select the organisation's webhooks; they cover every PCE.

    Raise Forbidden without the permission, or for a viewer restricted to tags.
    """
    viewer.require(Permission.API_CREDENTIALS)
    viewer.require_whole()
    return select(Hook).where(Hook.organisation_id == viewer.organisation_id)


def get_standing_hooks_query(viewer: Viewer) -> Select[Hook]:
    """Select the webhooks that are not removed."""
    return visible(viewer).where(Hook.removed_at.is_(None))


def list_hooks(db: Session, viewer: Viewer) -> tuple[HookRow, ...]:
    """Return the webhooks in the order in which they were added. Raise Forbidden."""
    return tuple(
        _row(hook) for hook in db.scalars(get_standing_hooks_query(viewer).order_by(Hook.id))
    )


def _row(hook: Hook) -> HookRow:
    return HookRow(
        hook.id,
        hook.name,
        hook.target,
        tuple(topic for topic in CHOSEN if getattr(hook, topic.value)),
        hook.state,
        hook.off_reason,
        hook.created_at,
        hook.last_sent_at,
        hook.old_until,
    )


def get_journal(db: Session, viewer: Viewer, before: int | None = None) -> Journal:
    """Return the latest deliveries, or those older than the id `before`. Raise Forbidden."""
    sent = visible(viewer).with_only_columns(HookDelivery, Hook).select_from(Hook)
    mine = sent.join(HookDelivery, HookDelivery.hook_id == Hook.id)
    older = mine if before is None else mine.where(HookDelivery.id < before)
    rows = db.execute(older.order_by(HookDelivery.id.desc()).limit(SHOWN + 1)).all()
    failed, stopped = (
        get_resendable_query(viewer, state).with_only_columns(func.count())
        for state in (HookState.ON, HookState.OFF)
    )
    waits = mine.where(HookDelivery.state == MessageDelivery.QUEUED, HookDelivery.attempts > 0)
    return Journal(
        tuple(_line(delivery, hook) for delivery, hook in rows[:SHOWN]),
        db.scalar(failed) or 0,
        len(rows) > SHOWN,
        db.scalar(waits.with_only_columns(func.count())) or 0,
        db.scalar(stopped) or 0,
    )


def get_resendable_query(viewer: Viewer, state: HookState = HookState.ON) -> Select[HookDelivery]:
    """Select the failed deliveries of the webhooks in `state`."""
    return (
        get_standing_hooks_query(viewer)
        .with_only_columns(HookDelivery)
        .select_from(Hook)
        .join(HookDelivery, HookDelivery.hook_id == Hook.id)
        .where(Hook.state == state, HookDelivery.state == MessageDelivery.FAILED)
    )


def _line(row: HookDelivery, hook: Hook) -> HookDeliveryRow:
    waits = row.state is MessageDelivery.QUEUED
    alive = hook.state is HookState.ON and hook.removed_at is None
    can_resend = row.state in OVER or (waits and row.attempts > 0)
    return HookDeliveryRow(
        row.id,
        row.event_id,
        hook.name,
        alive and can_resend,
        row.topic,
        row.number,
        row.said,
        row.count,
        row.state,
        row.created_at,
        row.next_attempt_at if waits else None,
        row.sent_at,
        row.resent_at,
        row.attempts,
        row.error,
        hook.removed_at is not None,
    )
