"""Manage personal channels: a webhook, or a service that Apprise reaches."""

import base64
import secrets
from datetime import datetime

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from core.unicode_safety import undirected
from data.identity.audit.actions import note
from data.notifications.actions.dead_channels import drop_queue
from data.notifications.actions.outbox import enqueue_message
from data.notifications.models import NoticeChannel, Notification
from data.notifications.rules import problems_in_url, target_of
from data.notifications.types import (
    ChannelKind,
    ChannelState,
    MessageDelivery,
    NewWebhook,
    NotificationKind,
)

MOST = 10  # channels of one person
_NAME = 60


def add_webhook(
    db: Session, viewer: Viewer, name: str, url: str, *, key: bytes, now: datetime
) -> NewWebhook:
    """Add an `https://` webhook and send it a signed test message. Raise Invalid, Conflict."""
    secret = new_secret()
    channel = _add(db, viewer, (ChannelKind.WEBHOOK, name, url), secret, key=key, now=now)
    return NewWebhook(channel.id, secret)


def add_apprise(
    db: Session, viewer: Viewer, name: str, url: str, *, key: bytes, now: datetime
) -> int:
    """Add an Apprise address and send it a test message. Raise Invalid, Conflict."""
    return _add(db, viewer, (ChannelKind.APPRISE, name, url), "", key=key, now=now).id


def _add(
    db: Session,
    viewer: Viewer,
    what: tuple[ChannelKind, str, str],
    secret: str,
    *,
    key: bytes,
    now: datetime,
) -> NoticeChannel:
    viewer.require(Permission.NOTICES)
    kind, name, url = what[0], clean_name(what[1]), what[2].strip()
    problem = problems_in_url(url, webhook=kind is ChannelKind.WEBHOOK)
    if problem is not None:
        raise Invalid(problem)
    channel = NoticeChannel(
        user_id=viewer.user_id,
        kind=kind,
        name=name or target_of(url),
        target=target_of(url),
        sealed_url=sealed(url, key),
        sealed_secret=sealed(secret, key),
        state=ChannelState.TESTING,
        created_at=now,
    )
    add_channel(db, viewer, channel, now)
    _queue_test(db, viewer, channel, now)
    return channel


def clean_name(name: str) -> str:
    """Return a channel's name on one line, without marks of direction, cut to its length."""
    return " ".join(undirected(name).split())[:_NAME]


def add_channel(db: Session, viewer: Viewer, channel: NoticeChannel, now: datetime) -> None:
    """Store a new channel of the viewer. Raise Conflict beyond `MOST`."""
    viewer.require(Permission.NOTICES)
    mine = select(func.count()).where(
        NoticeChannel.user_id == viewer.user_id, NoticeChannel.removed_at.is_(None)
    )
    if (db.scalar(mine) or 0) >= MOST:
        raise Conflict(N_("Vous avez déjà {most} canaux : supprimez-en un."), most=MOST)
    db.add(channel)
    db.flush()
    note_channel(db, viewer, "notifications.channel_added", channel, now)


def test_channel(db: Session, viewer: Viewer, channel_id: int, now: datetime) -> None:
    """Send a test message by a channel. Raise NotFound."""
    channel = own(db, viewer, channel_id)
    _refuse_sms(channel)
    _queue_test(db, viewer, channel, now)


def turn_on_channel(db: Session, viewer: Viewer, channel_id: int, now: datetime) -> None:
    """Turn a channel on again, once a test message arrives. Raise NotFound."""
    channel = own(db, viewer, channel_id)
    _refuse_sms(channel)
    channel.state = ChannelState.TESTING
    channel.off_reason = ""
    _queue_test(db, viewer, channel, now)


def remove_channel(db: Session, viewer: Viewer, channel_id: int, now: datetime) -> None:
    """Remove a channel; its deliveries stay in the journal. Raise NotFound."""
    channel = own(db, viewer, channel_id)
    channel.state = ChannelState.OFF
    channel.removed_at = now
    channel.sealed_url = channel.sealed_secret = ""
    drop_queue(db, Notification.channel_id == channel.id)
    note_channel(db, viewer, "notifications.channel_removed", channel, now)


def own(db: Session, viewer: Viewer, channel_id: int, *, is_locked: bool = False) -> NoticeChannel:
    """Return a channel of the viewer, locked where its state is checked first. Raise NotFound."""
    viewer.require(Permission.NOTICES)
    channel = (
        db.get(
            NoticeChannel,
            channel_id,
            with_for_update=is_locked or None,
            populate_existing=is_locked,
        )
        if 0 < channel_id < NO_ID
        else None
    )
    if channel is None or channel.user_id != viewer.user_id or channel.removed_at is not None:
        raise NotFound(N_("Ce canal est introuvable."))
    return channel


def _refuse_sms(channel: NoticeChannel) -> None:
    """Raise Conflict for a mobile number, which only a code turns on."""
    if channel.kind is ChannelKind.SMS:
        raise Conflict(N_("Un numéro de mobile se confirme par un code."))


def _queue_test(db: Session, viewer: Viewer, channel: NoticeChannel, now: datetime) -> None:
    """Queue a test message, unless one is already waiting."""
    waiting = select(Notification.id).where(
        Notification.channel_id == channel.id,
        Notification.kind == NotificationKind.CHANNEL_TEST,
        Notification.state == MessageDelivery.QUEUED,
    )
    if db.scalar(waiting) is not None:
        return
    facts = {"user_id": channel.user_id, "organisation_id": viewer.organisation_id}
    way = {"channel": channel.kind, "channel_id": channel.id}
    kind = NotificationKind.CHANNEL_TEST
    enqueue_message(db, channel.kind, now, kind=kind, **facts, **way)


def note_channel(
    db: Session, viewer: Viewer, what: str, channel: NoticeChannel, now: datetime
) -> None:
    """Journal what happened to a channel."""
    note(db, now, what, ("channel", channel.id), actor=viewer.actor, detail={"kind": channel.kind})


def new_secret() -> str:
    """Return a secret that signs a webhook, in the Standard Webhooks format."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def sealed(text: str, key: bytes) -> str:
    """Return `text` sealed for a row; only `opened` with the same `key` reads it."""
    return _box(key).encrypt(text.encode()).decode() if text else ""


def opened(kept: str, key: bytes) -> str:
    """Return the text of `sealed`; raise `cryptography.fernet.InvalidToken` for another key."""
    return _box(key).decrypt(kept.encode()).decode() if kept else ""


def _box(key: bytes) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"notice channels").derive(key)
    return Fernet(base64.urlsafe_b64encode(derived))
