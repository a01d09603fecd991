"""Add a mobile number, confirmed by a code sent to it."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import wait_for_turn
from core.errors import Conflict
from core.i18n import N_
from data.notifications.actions.channels import (
    add_channel,
    clean_name,
    note_channel,
    opened,
    own,
    sealed,
)
from data.notifications.actions.outbox import enqueue_message
from data.notifications.models import NoticeChannel, Notification
from data.notifications.rules.sms import (
    DIGITS,
    LASTS,
    MOST_CODES,
    MOST_CODES_OF_ALL,
    MOST_CODES_TOGETHER,
    SmsCode,
    hidden_mobile,
    mark_of_mobile,
    mobile_in,
    read_code,
)
from data.notifications.types import (
    ChannelKind,
    ChannelState,
    MobileDraft,
    NotificationKind,
    SmsProof,
)

DAY = timedelta(days=1)


def add_sms(
    db: Session,
    viewer: Viewer,
    draft: MobileDraft,
    *,
    countries: Sequence[str],
    key: bytes,
    now: datetime,
) -> int:
    """Add a mobile number of `countries`, by dialling code, and send it a code.

    Raise Invalid, Conflict.
    """
    viewer.require(Permission.NOTICES)
    digits = mobile_in(draft.number, countries)
    masked = hidden_mobile(digits)
    channel = NoticeChannel(
        user_id=viewer.user_id,
        kind=ChannelKind.SMS,
        name=clean_name(draft.name) or masked,
        target=masked,
        sealed_url=sealed(digits, key),
        number_mark=mark_of_mobile(key, digits),
        state=ChannelState.UNCONFIRMED,
        created_at=now,
    )
    add_channel(db, viewer, channel, now)
    _send_code(db, viewer, channel, key, now)
    return channel.id


def send_sms_code(
    db: Session, viewer: Viewer, channel_id: int, *, key: bytes, now: datetime
) -> None:
    """Send another code to a number, which replaces the one before. Raise NotFound, Conflict."""
    channel = own(db, viewer, channel_id, is_locked=True)
    if channel.kind is not ChannelKind.SMS:
        raise Conflict(N_("Ce canal n’attend pas de code."))
    channel.state, channel.off_reason = ChannelState.UNCONFIRMED, ""
    channel.number_mark = mark_of_mobile(key, opened(channel.sealed_url, key))
    _send_code(db, viewer, channel, key, now)


def confirm_sms(
    db: Session, viewer: Viewer, channel_id: int, code: str, *, key: bytes, now: datetime
) -> SmsProof:
    """Turn a number on if `code` is the one it received; a wrong one costs a try.

    Return the outcome rather than raise it: the caller commits in all cases.
    """
    channel = own(db, viewer, channel_id, is_locked=True)
    sent_code = read_code(opened(channel.sealed_secret, key))
    if channel.state is not ChannelState.UNCONFIRMED or sent_code is None:
        return SmsProof.OVER
    if sent_code.expires_at <= now or not sent_code.tries:
        channel.sealed_secret = ""
        return SmsProof.OVER
    typed = "".join(code.split())
    if not hmac.compare_digest(typed.encode(), sent_code.code.encode()):
        tried_code = SmsCode(sent_code.code, sent_code.expires_at, sent_code.tries - 1)
        channel.sealed_secret = sealed(tried_code.text, key)
        return SmsProof.WRONG
    channel.state, channel.sealed_secret = ChannelState.ON, ""
    note_channel(db, viewer, "notifications.sms_confirmed", channel, now)
    return SmsProof.CONFIRMED


def _send_code(
    db: Session, viewer: Viewer, channel: NoticeChannel, key: bytes, now: datetime
) -> None:
    _require_room(db, viewer, channel.number_mark, now)
    code = SmsCode(str(secrets.randbelow(10**DIGITS)).zfill(DIGITS), now + LASTS)
    channel.sealed_secret = sealed(code.text, key)
    facts = {"user_id": channel.user_id, "organisation_id": viewer.organisation_id}
    way = {"channel": ChannelKind.SMS, "channel_id": channel.id}
    enqueue_message(db, ChannelKind.SMS, now, kind=NotificationKind.SMS_CODE, **facts, **way)


def _require_room(db: Session, viewer: Viewer, number_mark: str, now: datetime) -> None:
    """Raise Conflict when a person, an organisation, a number or the portal had enough codes today.

    The sentence is the same: it does not say that somebody else adds that number.
    """
    wait_for_turn(db, "codes by SMS")
    recent = select(func.count(Notification.id)).where(
        Notification.kind == NotificationKind.SMS_CODE, Notification.created_at > now - DAY
    )
    to_number = recent.join(NoticeChannel, NoticeChannel.id == Notification.channel_id)
    quotas = (
        (recent.where(Notification.user_id == viewer.user_id), MOST_CODES),
        (to_number.where(NoticeChannel.number_mark == number_mark), MOST_CODES),
        (recent.where(Notification.organisation_id == viewer.organisation_id), MOST_CODES_TOGETHER),
        (recent, MOST_CODES_OF_ALL),
    )
    if any((db.scalar(query) or 0) >= most for query, most in quotas):
        raise Conflict(N_("Assez de codes sont partis aujourd’hui : reprenez demain."))
