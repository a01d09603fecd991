"""Resend a delivery in any state: the same event with the same number."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import NO_ID
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.exchange.hooks.actions.administration import OFF
from data.exchange.hooks.actions.outbox import send_again
from data.exchange.hooks.models import Hook, HookDelivery
from data.exchange.hooks.queries.hooks import get_resendable_query, get_standing_hooks_query
from data.exchange.hooks.rules import RESENT
from data.exchange.hooks.types import HookState
from data.identity.audit.actions import note


def resend(db: Session, viewer: Viewer, delivery_id: int, now: datetime) -> None:
    """Send one delivery again, or at once if it waits; do nothing if it is already due.

    Raise Forbidden, NotFound, or Conflict when its webhook is off.
    """
    mine = get_standing_hooks_query(viewer).join(HookDelivery, HookDelivery.hook_id == Hook.id)
    which = HookDelivery.id == (delivery_id if 0 < delivery_id < NO_ID else 0)
    hook = db.scalars(mine.where(which)).first()
    if hook is None:
        raise NotFound(N_("Cet envoi est introuvable, ou son webhook est supprimé."))
    if hook.state is HookState.OFF:
        raise Conflict(OFF)
    if send_again(db, [which], now):
        _note(db, viewer, delivery_id, now, 1)


def resend_failed(db: Session, viewer: Viewer, now: datetime) -> int:
    """Resend the `RESENT` oldest failed deliveries of active webhooks; return how many.

    Raise Forbidden.
    """
    failed = get_resendable_query(viewer).with_only_columns(HookDelivery.id)
    ids = failed.order_by(HookDelivery.id).limit(RESENT)
    count = send_again(db, [HookDelivery.id.in_(select(ids.subquery().c.id))], now)
    if count:
        _note(db, viewer, "failed", now, count)
    return count


def _note(db: Session, viewer: Viewer, which: object, now: datetime, count: int) -> None:
    subject = ("hook_delivery", which)
    note(db, now, "hooks.resent", subject, actor=viewer.actor, detail={"count": count})
