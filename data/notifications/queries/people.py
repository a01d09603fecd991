"""Query a person's preferences, channels, mutes and delivery journal."""

from sqlalchemy import ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import Permission, Viewer
from core.records import copy_fields
from data.notifications.models import (
    Notice,
    NoticeAddress,
    NoticeChannel,
    NoticeMute,
    NoticePreference,
    Notification,
)
from data.notifications.queries.inbox import visible
from data.notifications.queries.outbox import PENDING
from data.notifications.types import (
    AddressRow,
    ChannelRow,
    MessageDelivery,
    MessageDeliveryRow,
    MuteRow,
    Preferences,
    Waiting,
)
from data.tag_limits import own_since

_DELIVERIES = 50  # messages listed
_LEAVING = 8  # pending messages shown in the journal


def get_preferences(db: Session, viewer: Viewer) -> Preferences:
    return get_stored_preferences(db, viewer.user_id)


def get_stored_preferences(db: Session, user_id: int) -> Preferences:
    row = db.get(NoticePreference, user_id, populate_existing=True)
    return Preferences() if row is None else read_preferences(row)


def read_preferences(row: NoticePreference) -> Preferences:
    return copy_fields(Preferences, row)


def list_mutes(db: Session, viewer: Viewer) -> list[MuteRow]:
    """Return the viewer's mutes in force today."""
    is_active = and_(
        NoticeMute.ended_at.is_(None),
        or_(NoticeMute.until.is_(None), NoticeMute.until >= viewer.today),
    )
    mute = NoticeMute
    query = select(mute.id, mute.kind, mute.reason, mute.until, mute.created_at)
    mine = query.where(mute.user_id == viewer.user_id, is_active).order_by(mute.id)
    return [MuteRow(*row) for row in db.execute(mine)]


def list_channels(db: Session, viewer: Viewer) -> list[ChannelRow]:
    """Return the viewer's webhooks and Apprise addresses."""
    channel, message = NoticeChannel, aliased(Notification)
    next_attempt = case((message.state == MessageDelivery.QUEUED, message.next_attempt_at))
    query = select(
        channel.id,
        channel.kind,
        channel.name,
        channel.target,
        channel.state,
        channel.off_reason,
        channel.created_at,
        channel.last_sent_at,
        func.coalesce(message.error, ""),
        next_attempt,
    ).outerjoin(message, message.id == _last_tried())
    mine = query.where(channel.user_id == viewer.user_id, channel.removed_at.is_(None))
    return [ChannelRow(*row) for row in db.execute(mine.order_by(channel.id))]


def _last_tried() -> ScalarSelect[int | None]:
    """Select the latest tried message of a channel."""
    tried = or_(Notification.sent_at.is_not(None), Notification.error != "")
    last = select(func.max(Notification.id)).where(tried)
    mine = last.where(Notification.channel_id == NoticeChannel.id).correlate(NoticeChannel)
    return mine.scalar_subquery()


def list_deliveries(db: Session, viewer: Viewer) -> list[MessageDeliveryRow]:
    """List the viewer's sent and pending messages on every channel, latest first.

    For a viewer restricted to tags, only messages since the restriction: earlier ones can name
    other PCEs.
    """
    message = Notification
    query = (
        select(message, NoticeChannel.name)
        .outerjoin(NoticeChannel, NoticeChannel.id == message.channel_id)
        .where(
            message.user_id == viewer.user_id,
            own_since(viewer, message.user_id, message.created_at),
        )
        .order_by(message.id.desc())
        .limit(_DELIVERIES)
    )
    return [
        copy_fields(
            MessageDeliveryRow,
            row,
            channel_name=name or "",
            next_attempt_at=row.next_attempt_at if row.state is MessageDelivery.QUEUED else None,
        )
        for row, name in db.execute(query)
    ]


def list_pending(db: Session, viewer: Viewer) -> list[Waiting]:
    """Return the viewer's pending notices by sending time, the next first."""
    waiting = visible(viewer).where(PENDING, Notice.ways != 0)
    counts = waiting.with_only_columns(func.count(), Notice.due_at).group_by(Notice.due_at)
    query = counts.order_by(Notice.due_at)
    return [Waiting(*row) for row in db.execute(query.limit(_LEAVING))]


def list_addresses(db: Session, viewer: Viewer) -> list[AddressRow]:
    """List the extra addresses of the viewer's organisation."""
    viewer.require(Permission.THRESHOLDS_READ)
    address = NoticeAddress
    query = select(
        address.id,
        address.email,
        address.language,
        address.created_at,
        address.confirmed_at,
        address.stopped_at,
        address.stop_reason,
    )
    own_addresses = query.where(address.organisation_id == viewer.organisation_id)
    return [AddressRow(*row) for row in db.execute(own_addresses.order_by(address.email))]
