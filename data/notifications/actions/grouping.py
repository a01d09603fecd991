"""Group pending notices into messages, one for each reader and channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from core.database import change_rows
from core.i18n import PARIS
from data.identity.accounts.models import User
from data.notifications.actions.outbox import wake
from data.notifications.models import (
    Notice,
    NoticeAddress,
    NoticeBatch,
    NoticeChannel,
    NoticeEvent,
    NoticeMute,
    NoticeSnooze,
    Notification,
)
from data.notifications.queries.outbox import PENDING, is_in_batch, is_of_reader
from data.notifications.queries.people import get_stored_preferences
from data.notifications.rules import batch_message_id, is_quiet, is_settled
from data.notifications.types import (
    BITS,
    OPEN_KINDS,
    ChannelKind,
    ChannelState,
    MessageDelivery,
    NoticeReader,
    NoticeState,
    NotificationKind,
    Preferences,
    ReaderBatch,
    Severity,
)
from data.tag_limits import is_limited, reaches

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Way:
    """A channel of one reader."""

    kind: ChannelKind
    channel_id: int | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.channel_id or ''}"


def gather(db: Session, batch: ReaderBatch, now: datetime) -> int:
    """Group a reader's pending notices into messages; return how many messages.

    Muted or snoozed notices stay in the inbox only. A notice about a PCE outside the reader's tags
    is not sent; an extra address has the tags of the person who added it. In quiet hours, only
    urgent notices are sent. Nothing is done while more notices are likely to follow.
    """
    reader = batch.reader
    preferences = Preferences()
    if reader.user_id is not None:
        preferences = get_stored_preferences(db, reader.user_id)
    quiet = is_quiet(preferences, now)
    if quiet and not (preferences.urgent_breaks and batch.worst is Severity.URGENT):
        return 0
    if not is_settled(batch, *_recent(db, reader, now), now):
        return 0
    due = and_(PENDING, Notice.due_at <= now, is_of_reader(Notice, reader))
    if quiet:
        due = and_(
            due,
            Notice.event_id.in_(
                select(NoticeEvent.id).where(NoticeEvent.severity >= int(Severity.URGENT))
            ),
        )
    _silence(db, and_(due, or_(_muted(reader, now), _snoozed(reader, now))))
    limited = _limited(db, reader)
    if limited is not None:
        _silence(db, and_(due, _outside(limited)))
    ways = _ways(db, reader, preferences, due)
    if not ways:
        _silence(db, due)
        return 0
    return _send_out(db, reader, ways, due, now)


def _recent(db: Session, reader: NoticeReader, now: datetime) -> tuple[int, datetime | None]:
    """Return the number of messages in the last hour, and when the last one was created."""
    query = select(func.count(), func.max(NoticeBatch.created_at))
    row = db.execute(
        query.where(is_of_reader(NoticeBatch, reader), NoticeBatch.created_at > now - _HOUR)
    ).one()
    return row[0], row[1]


def _muted(reader: NoticeReader, now: datetime) -> ColumnElement[bool]:
    is_active = or_(NoticeMute.until.is_(None), NoticeMute.until >= now.astimezone(PARIS).date())
    kinds = select(NoticeMute.kind).where(
        is_of_reader(NoticeMute, reader), NoticeMute.ended_at.is_(None), is_active
    )
    return Notice.event_id.in_(select(NoticeEvent.id).where(NoticeEvent.kind.in_(kinds)))


def _snoozed(reader: NoticeReader, now: datetime) -> ColumnElement[bool]:
    """Return the condition of open notices of a snoozed subject; its end is sent anyway."""
    snooze = NoticeSnooze
    events = select(NoticeEvent.id).join(
        snooze,
        and_(
            snooze.subject_kind == NoticeEvent.subject_kind,
            snooze.subject_id == NoticeEvent.subject_id,
        ),
    )
    is_active = or_(snooze.until.is_(None), snooze.until > now)
    return Notice.event_id.in_(
        events.where(
            is_of_reader(snooze, reader),
            snooze.ended_at.is_(None),
            is_active,
            NoticeEvent.kind.in_(sorted(OPEN_KINDS)),
        )
    )


def _limited(db: Session, reader: NoticeReader) -> int | None:
    """Return the user whose tag restriction applies: the reader, or the address's author."""
    if reader.user_id is not None:
        who = select(User.id).where(User.id == reader.user_id, is_limited(User.id))
    else:
        address = NoticeAddress
        who = select(address.added_by).where(
            address.id == reader.address_id, is_limited(address.added_by)
        )
    return db.scalar(who)


def _outside(user_id: int) -> ColumnElement[bool]:
    event = NoticeEvent
    is_within = reaches(event.organisation_id, user_id, event.pce_number)
    return Notice.event_id.in_(select(event.id).where(~is_within, event.id == Notice.event_id))


def _silence(db: Session, which: ColumnElement[bool]) -> None:
    change_rows(db, update(Notice).where(which).values(state=NoticeState.SILENT))


def _ways(
    db: Session, reader: NoticeReader, preferences: Preferences, due: ColumnElement[bool]
) -> Sequence[_Way]:
    """Return the channels by which the pending notices can reach their reader today."""
    masks = set(db.scalars(select(Notice.ways).where(due).distinct()))
    channel_kinds = {kind for kind, bit in BITS.items() if any(mask & bit for mask in masks)}
    ways: list[_Way] = []
    if reader.user_id is None:
        confirmed = select(NoticeAddress.id).where(
            NoticeAddress.id == reader.address_id,
            NoticeAddress.confirmed_at.is_not(None),
            NoticeAddress.stopped_at.is_(None),
        )
        return [_Way(ChannelKind.EMAIL)] if channel_kinds and db.scalar(confirmed) else []
    active = select(User.id).where(User.id == reader.user_id, User.disabled_at.is_(None))
    if db.scalar(active) is None:
        return []
    if ChannelKind.EMAIL in channel_kinds and preferences.email and not preferences.email_off:
        ways.append(_Way(ChannelKind.EMAIL))
    channels = select(NoticeChannel.kind, NoticeChannel.id).where(
        NoticeChannel.user_id == reader.user_id,
        NoticeChannel.state == ChannelState.ON,
        NoticeChannel.removed_at.is_(None),
        NoticeChannel.kind.in_(sorted(channel_kinds)),
    )
    return ways + [_Way(*row) for row in db.execute(channels.order_by(NoticeChannel.id))]


def _send_out(
    db: Session, reader: NoticeReader, ways: Sequence[_Way], due: ColumnElement[bool], now: datetime
) -> int:
    """Close the batch and write one message per channel, in one transaction."""
    batch = NoticeBatch(user_id=reader.user_id, address_id=reader.address_id, created_at=now)
    db.add(batch)
    db.flush()
    result = change_rows(
        db,
        update(Notice).where(due).values(state=NoticeState.GROUPED, batch_id=batch.id),
    )
    if not result:  # another process was faster
        db.execute(delete(NoticeBatch).where(NoticeBatch.id == batch.id))
        return 0
    address = _address_of(db, reader)
    messages = [*filter(None, (_message(db, batch, way, address) for way in ways))]
    db.add_all(messages)
    db.flush()
    for message in messages:
        wake(db, message, now)
    return len(messages)


def _message(
    db: Session, batch: NoticeBatch, way: _Way, address: tuple[str, int]
) -> Notification | None:
    """Return the message of one channel; None when no notice of the batch uses it."""
    query = (
        select(NoticeEvent.key, NoticeEvent.site)
        .join_from(Notice, NoticeEvent, NoticeEvent.id == Notice.event_id)
        .where(is_in_batch(batch.id, way.kind))
        .order_by(NoticeEvent.severity.desc(), NoticeEvent.id)
    )
    rows = db.execute(query).all()
    if not rows:
        return None
    reader = NoticeReader(batch.user_id, batch.address_id)
    keys = [row.key for row in rows]
    host, organisation_id = address
    return Notification(
        message_id=batch_message_id(keys, reader, way.name, host),
        organisation_id=organisation_id,
        user_id=batch.user_id,
        address_id=batch.address_id,
        channel=way.kind,
        channel_id=way.channel_id,
        batch_id=batch.id,
        kind=NotificationKind.NOTICES,
        params={},
        site=rows[0].site,
        count=len(rows),
        state=MessageDelivery.QUEUED,
        created_at=batch.created_at,
        next_attempt_at=batch.created_at,
    )


def _address_of(db: Session, reader: NoticeReader) -> tuple[str, int]:
    """Return the domain of a reader's address, and the organisation."""
    address = NoticeAddress
    query = select(User.email, User.organisation_id).where(User.id == reader.user_id)
    if reader.user_id is None:
        query = select(address.email, address.organisation_id).where(
            address.id == reader.address_id
        )
    email, organisation_id = db.execute(query).one()
    return email.rpartition("@")[2], organisation_id
