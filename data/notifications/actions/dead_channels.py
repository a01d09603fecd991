"""Disable a channel that fails permanently, and notify its owner by the others."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core.i18n import PARIS
from data.identity.accounts.models import User
from data.notifications.actions.preferences import prefer
from data.notifications.actions.publish import post_to_accounts
from data.notifications.models import NoticeAddress, NoticeChannel, Notification
from data.notifications.types import (
    ChannelKind,
    ChannelState,
    ClaimedNotification,
    MessageDelivery,
    NotificationEvent,
    NotificationKind,
)


def switch_off(db: Session, notification: ClaimedNotification, error: str, now: datetime) -> None:
    """Disable the channel, the address or the notice mails that `notification` could not use.

    Account mails (a forgotten password…) are requested one by one: they disable nothing.
    """
    message = db.get_one(Notification, notification.id, populate_existing=True)
    if message.channel_id is not None:
        channel = db.get_one(NoticeChannel, message.channel_id, populate_existing=True)
        channel.state = ChannelState.OFF
        channel.off_reason = error
        drop_queue(db, Notification.channel_id == channel.id)
        _tell(db, channel.user_id, message, channel.name, error, now)
    elif message.address_id is not None:
        address = db.get_one(NoticeAddress, message.address_id, populate_existing=True)
        address.stopped_at = now
        address.stop_reason = error
        drop_queue(db, Notification.address_id == address.id)
        _tell(db, address.added_by, message, address.email, error, now)
    elif message.kind is NotificationKind.NOTICES and message.user_id is not None:
        prefer(db, message.user_id, email_off=error)
        mails = (
            Notification.kind == NotificationKind.NOTICES,
            Notification.channel == ChannelKind.EMAIL,
        )
        drop_queue(db, Notification.user_id == message.user_id, *mails)
        _tell(db, message.user_id, message, notification.email, error, now)


def drop_queue(db: Session, *which: ColumnElement[bool]) -> None:
    """Fail the messages that wait for a disabled channel; their notices stay in the inbox."""
    waiting = update(Notification).where(*which, Notification.state == MessageDelivery.QUEUED)
    db.execute(waiting.values(state=MessageDelivery.FAILED, error="off", params={}))


def _tell(
    db: Session, user_id: int, message: Notification, name: str, error: str, now: datetime
) -> None:
    """Notify `user_id` about the message, the channel's name and the error."""
    organisation = db.scalars(select(User.organisation_id).where(User.id == user_id)).one()
    event = NotificationEvent(
        key=f"way:{message.id}:off",
        kind=NotificationKind.CHANNEL_OFF,
        organisation_id=organisation,
        site=name,
        gas_day=now.astimezone(PARIS).date(),
        params={"error": error},
        path="/notifications",
        subject=("way", message.id),
    )
    post_to_accounts(db, event, [user_id], now)
