"""From notices that wait to messages that leave: one a reader and way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from data.accounts.models import User
from data.limits import is_limited, reaches
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
from data.notifications.queries.outbox import PENDING, in_batch, of_reader
from data.notifications.queries.people import wishes_of
from data.notifications.rules import batch_message_id, is_quiet, is_settled
from data.notifications.types import (
    BITS,
    OPEN_KINDS,
    Batch,
    ChannelKind,
    ChannelState,
    Delivery,
    Kind,
    NoticeState,
    Preferences,
    Reader,
    Severity,
)
from i18n import PARIS

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way out of one reader."""

    kind: ChannelKind
    channel_id: int | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.channel_id or ''}"


def gather(db: Session, batch: Batch, now: datetime) -> int:
    """Put what waits for one reader into messages; how many there are.

    What they muted or snoozed stays in the inbox only; what is about a PCE that they are limited
    not to see is told nowhere: an extra address has the limit of who added it. In their quiet
    hours, only what is urgent leaves. Nothing is done while more is likely to follow.
    """
    reader = batch.reader
    preferences = Preferences()
    if reader.user_id is not None:
        preferences = wishes_of(db, reader.user_id)
    quiet = is_quiet(preferences, now)
    if quiet and not (preferences.urgent_breaks and batch.worst is Severity.URGENT):
        return 0
    if not is_settled(batch, *_recent(db, reader, now), now):
        return 0
    due = and_(PENDING, Notice.due_at <= now, of_reader(Notice, reader))
    if quiet:
        due = and_(due, Notice.event_id.in_(_urgent()))
    _silence(db, and_(due, or_(_muted(reader, now), _snoozed(reader, now))))
    limited = _limited(db, reader)
    if limited is not None:
        _silence(db, and_(due, _outside(limited)))
    ways = _ways(db, reader, preferences, due)
    if not ways:
        _silence(db, due)
        return 0
    return _send_out(db, reader, ways, due, now)


def _recent(db: Session, reader: Reader, now: datetime) -> tuple[int, datetime | None]:
    """How many messages they had within the hour, and when the last one was made."""
    query = select(func.count(), func.max(NoticeBatch.created_at))
    row = db.execute(
        query.where(of_reader(NoticeBatch, reader), NoticeBatch.created_at > now - _HOUR)
    ).one()
    return row[0], row[1]


def _urgent() -> Any:  # noqa: ANN401 (a select)
    return select(NoticeEvent.id).where(NoticeEvent.severity >= int(Severity.URGENT))


def _muted(reader: Reader, now: datetime) -> ColumnElement[bool]:
    held = or_(NoticeMute.until.is_(None), NoticeMute.until >= now.astimezone(PARIS).date())
    kinds = select(NoticeMute.kind).where(
        of_reader(NoticeMute, reader), NoticeMute.ended_at.is_(None), held
    )
    return Notice.event_id.in_(select(NoticeEvent.id).where(NoticeEvent.kind.in_(kinds)))


def _snoozed(reader: Reader, now: datetime) -> ColumnElement[bool]:
    """What is still open of a snoozed subject; that it clears is told anyway."""
    snooze = NoticeSnooze
    events = select(NoticeEvent.id).join(
        snooze,
        and_(
            snooze.subject_kind == NoticeEvent.subject_kind,
            snooze.subject_id == NoticeEvent.subject_id,
        ),
    )
    held = or_(snooze.until.is_(None), snooze.until > now)
    return Notice.event_id.in_(
        events.where(
            of_reader(snooze, reader),
            snooze.ended_at.is_(None),
            held,
            NoticeEvent.kind.in_(sorted(OPEN_KINDS)),
        )
    )


def _limited(db: Session, reader: Reader) -> int | None:
    """Whose limit holds for a reader, if any: their own, or that of who added the address."""
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
    told = reaches(event.organisation_id, user_id, event.pce_number)
    return Notice.event_id.in_(select(event.id).where(~told, event.id == Notice.event_id))


def _silence(db: Session, which: ColumnElement[bool]) -> None:
    db.execute(
        update(Notice)
        .where(which)
        .values(state=NoticeState.SILENT)
        .execution_options(synchronize_session=False)
    )


def _ways(
    db: Session, reader: Reader, preferences: Preferences, due: ColumnElement[bool]
) -> Sequence[_Way]:
    """By which ways the waiting notices can reach their reader today."""
    masks = set(db.scalars(select(Notice.ways).where(due).distinct()))
    asked = {kind for kind, bit in BITS.items() if any(mask & bit for mask in masks)}
    ways: list[_Way] = []
    if reader.user_id is None:
        confirmed = select(NoticeAddress.id).where(
            NoticeAddress.id == reader.address_id,
            NoticeAddress.confirmed_at.is_not(None),
            NoticeAddress.stopped_at.is_(None),
        )
        return [_Way(ChannelKind.EMAIL)] if asked and db.scalar(confirmed) else []
    active = select(User.id).where(User.id == reader.user_id, User.disabled_at.is_(None))
    if db.scalar(active) is None:
        return []
    if ChannelKind.EMAIL in asked and preferences.email and not preferences.email_off:
        ways.append(_Way(ChannelKind.EMAIL))
    channels = select(NoticeChannel.kind, NoticeChannel.id).where(
        NoticeChannel.user_id == reader.user_id,
        NoticeChannel.state == ChannelState.ON,
        NoticeChannel.removed_at.is_(None),
        NoticeChannel.kind.in_(sorted(asked)),
    )
    return ways + [_Way(*row) for row in db.execute(channels.order_by(NoticeChannel.id))]


def _send_out(
    db: Session, reader: Reader, ways: Sequence[_Way], due: ColumnElement[bool], now: datetime
) -> int:
    """Close the batch and write one message a way, in one transaction."""
    batch = NoticeBatch(user_id=reader.user_id, address_id=reader.address_id, created_at=now)
    db.add(batch)
    db.flush()
    taken: Any = db.execute(
        update(Notice)
        .where(due)
        .values(state=NoticeState.GROUPED, batch_id=batch.id)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # another process was quicker
        db.execute(delete(NoticeBatch).where(NoticeBatch.id == batch.id))
        return 0
    host = _email_of(db, reader).rpartition("@")[2]
    messages = [*filter(None, (_message(db, batch, way, host) for way in ways))]
    db.add_all(messages)
    db.flush()
    return len(messages)


def _message(db: Session, batch: NoticeBatch, way: _Way, host: str) -> Notification | None:
    """The message of one way; None when no notice of the batch was to leave by it."""
    told = (
        select(NoticeEvent.key, NoticeEvent.site)
        .join_from(Notice, NoticeEvent, NoticeEvent.id == Notice.event_id)
        .where(in_batch(batch.id, way.kind))
        .order_by(NoticeEvent.severity.desc(), NoticeEvent.id)
    )
    rows = db.execute(told).all()
    if not rows:
        return None
    reader = Reader(batch.user_id, batch.address_id)
    keys = [row.key for row in rows]
    return Notification(
        message_id=batch_message_id(keys, reader, way.name, host),
        user_id=batch.user_id,
        address_id=batch.address_id,
        channel=way.kind,
        channel_id=way.channel_id,
        batch_id=batch.id,
        kind=Kind.NOTICES,
        params={},
        site=rows[0].site,
        count=len(rows),
        state=Delivery.QUEUED,
        created_at=batch.created_at,
        next_attempt_at=batch.created_at,
    )


def _email_of(db: Session, reader: Reader) -> str:
    if reader.user_id is not None:
        return db.scalars(select(User.email).where(User.id == reader.user_id)).one()
    address = select(NoticeAddress.email).where(NoticeAddress.id == reader.address_id)
    return db.scalars(address).one()
