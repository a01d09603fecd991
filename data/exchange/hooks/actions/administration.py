"""Administer an organisation's webhooks; each action is in the journal."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from data.exchange.hooks.actions.events import queue
from data.exchange.hooks.actions.outbox import drop_queue, send_again, switch_off
from data.exchange.hooks.models import Hook, HookDelivery
from data.exchange.hooks.queries.hooks import get_standing_hooks_query
from data.exchange.hooks.rules import NOTHING, OLD_SECRET, display_name, problems_in
from data.exchange.hooks.types import CHOSEN, HookEvent, HookState, NewSecret, Topic, WantedHook
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note
from data.notifications.actions import new_secret, sealed
from data.notifications.rules import target_of
from data.notifications.types import MessageDelivery

MOST = 10  # webhooks of one organisation
_ABSENT = N_("Ce webhook est introuvable.")
OFF = N_("Ce webhook est arrêté\u00a0: remettez-le d’abord en marche.")


def add_hook(
    db: Session, viewer: Viewer, wanted: WantedHook, *, key: bytes, now: datetime
) -> NewSecret:
    """Add a webhook, send it a ping and return its secret, which is shown only once.

    Raise Forbidden; Invalid for a wrong or private address, a name already used, or no event;
    Conflict when the organisation has `MOST` webhooks.
    """
    viewer.require(Permission.API_CREDENTIALS)
    viewer.require_whole()
    url = wanted.url.strip()
    _check_room(db, viewer)
    names = db.scalars(get_standing_hooks_query(viewer).with_only_columns(Hook.name)).all()
    if wrong := problems_in(wanted, names):
        raise Invalid(next(iter(wrong.values())))
    secret = new_secret()
    hook = Hook(
        organisation_id=viewer.organisation_id,
        name=display_name(wanted),
        target=target_of(url),
        sealed_url=sealed(url, key),
        sealed_secret=sealed(secret, key),
        state=HookState.ON,
        created_at=now,
        **_columns(wanted.topics),
    )
    db.add(hook)
    db.flush()
    _ping(db, hook, now)
    _note(db, viewer, "hooks.added", hook, now)
    return NewSecret(hook.id, hook.name, secret)


def _check_room(db: Session, viewer: Viewer) -> None:
    """Raise Conflict when the organisation has `MOST` webhooks; concurrent additions are serial."""
    own_organisation = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(own_organisation.with_for_update()).all()
    if (db.scalar(get_standing_hooks_query(viewer).with_only_columns(func.count())) or 0) >= MOST:
        raise Conflict(N_("Il y a déjà {most} webhooks\u00a0: supprimez-en un."), most=MOST)


def _columns(topics: Collection[Topic]) -> dict[str, bool]:
    return {topic.value: topic in topics for topic in CHOSEN}


def choose_topics(
    db: Session, viewer: Viewer, hook_id: int, topics: Collection[Topic], now: datetime
) -> None:
    """Set the topics of a webhook.

    Raise Forbidden, NotFound, or Invalid without an event.
    """
    hook = own(db, viewer, hook_id)
    if not topics:
        raise Invalid(NOTHING)
    for name, value in _columns(topics).items():
        setattr(hook, name, value)
    _note(db, viewer, "hooks.topics_chosen", hook, now)


def ping_hook(db: Session, viewer: Viewer, hook_id: int, now: datetime) -> None:
    """Send a ping to the webhook, or send a waiting one at once.

    Raise Forbidden, NotFound, or Conflict when the webhook is off.
    """
    hook = own(db, viewer, hook_id)
    if hook.state is HookState.OFF:
        raise Conflict(OFF)
    _ping(db, hook, now)
    _note(db, viewer, "hooks.pinged", hook, now)


def _ping(db: Session, hook: Hook, now: datetime) -> None:
    """Queue one ping at a time: while one waits, it is only sent sooner."""
    mine = HookDelivery.hook_id == hook.id, HookDelivery.topic == Topic.PING
    waits = *mine, HookDelivery.state == MessageDelivery.QUEUED
    if db.scalar(select(HookDelivery.id).where(*waits).limit(1)) is None:
        queue(db, [hook.id], HookEvent(Topic.PING, ()), now)
    else:
        send_again(db, waits, now)


def turn_off_hook(db: Session, viewer: Viewer, hook_id: int, now: datetime) -> None:
    """Turn the webhook off: it receives nothing until it is on. Raise Forbidden, NotFound."""
    hook = own(db, viewer, hook_id)
    if hook.state is HookState.ON:
        switch_off(db, hook)
        _note(db, viewer, "hooks.turned_off", hook, now)


def turn_on_hook(db: Session, viewer: Viewer, hook_id: int, now: datetime) -> None:
    """Turn the webhook on and send it a ping. Raise Forbidden, NotFound."""
    hook = own(db, viewer, hook_id)
    if hook.state is HookState.ON:
        return
    hook.state, hook.off_reason = HookState.ON, ""
    _ping(db, hook, now)
    _note(db, viewer, "hooks.turned_on", hook, now)


def rotate_secret(
    db: Session, viewer: Viewer, hook_id: int, *, key: bytes, now: datetime
) -> NewSecret:
    """Replace the secret and return the new one, shown only once.

    The previous secret also signs for `OLD_SECRET`. Raise Forbidden, NotFound.
    """
    hook, secret = own(db, viewer, hook_id), new_secret()
    hook.sealed_old, hook.old_until = hook.sealed_secret, now + OLD_SECRET
    hook.sealed_secret = sealed(secret, key)
    _note(db, viewer, "hooks.secret_rotated", hook, now)
    return NewSecret(hook.id, hook.name, secret)


def remove_hook(db: Session, viewer: Viewer, hook_id: int, now: datetime) -> None:
    """Remove the webhook with its address and secrets; its deliveries stay in the journal.

    Raise Forbidden, NotFound.
    """
    hook = own(db, viewer, hook_id)
    hook.state, hook.removed_at = HookState.OFF, now
    hook.sealed_url = hook.sealed_secret = hook.sealed_old = ""
    db.flush()
    drop_queue(db, hook.id)
    _note(db, viewer, "hooks.removed", hook, now)


def own(db: Session, viewer: Viewer, hook_id: int) -> Hook:
    """Return a webhook of the viewer's organisation, locked. Raise NotFound for any other."""
    query = get_standing_hooks_query(viewer).where(
        Hook.id == (hook_id if 0 < hook_id < NO_ID else 0)
    )
    hook = db.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if hook is None:
        raise NotFound(_ABSENT)
    return hook


def _note(db: Session, viewer: Viewer, what: str, hook: Hook, now: datetime) -> None:
    topics = [topic.value for topic in CHOSEN if getattr(hook, topic.value)]
    note(db, now, what, ("hook", hook.id), actor=viewer.actor, detail={"topics": topics})
