"""Reading the outbox; for the machinery, not for a screen."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import Session

from data.accounts.models import Invitation, User
from data.notifications.models import (
    Notice,
    NoticeAddress,
    NoticeBatch,
    NoticeChannel,
    NoticeEvent,
    Notification,
)
from data.notifications.rules import still_ahead
from data.notifications.types import (
    BITS,
    Batch,
    ChannelKind,
    Delivery,
    Digest,
    Kind,
    Letter,
    Line,
    Link,
    Linked,
    Reader,
    Severity,
    SiteLines,
    Verb,
)

_WAITING = (Delivery.QUEUED, Delivery.SENDING)
# Written out, so that SQLite knows its partial index to hold it.
PENDING: ColumnElement[bool] = Notice.state == literal_column("'PENDING'")
SITES = 40  # that one message shows; it says how many more there are
LINES = 5  # of one site


def count_waiting(db: Session) -> int:
    """How many messages have not left yet."""
    waiting = select(func.count()).where(Notification.state.in_(_WAITING))
    return db.scalar(waiting) or 0


def waiting_since(db: Session) -> datetime | None:
    """When the oldest message that has not left was written."""
    since: datetime | None = db.scalar(
        select(func.min(Notification.created_at)).where(Notification.state.in_(_WAITING))
    )
    return since


def list_due(
    db: Session, now: datetime, way: ChannelKind = ChannelKind.EMAIL, limit: int = 500
) -> tuple[int, ...]:
    """The messages whose time has come by one way, oldest first."""
    due = (
        Notification.state == Delivery.QUEUED,
        Notification.channel == way,
        Notification.next_attempt_at <= now,
    )
    query = select(Notification.id).where(*due)
    order = query.order_by(Notification.next_attempt_at, Notification.id)
    return tuple(db.scalars(order.limit(limit)))


def get_letter(db: Session, notification_id: int) -> Letter:
    """What is to be written, and to whom."""
    row = db.execute(
        select(
            Notification.id,
            Notification.kind,
            Notification.params,
            Notification.message_id,
            Notification.attempts,
            func.coalesce(User.email, NoticeAddress.email, Invitation.email),
            func.coalesce(User.name, Invitation.name, ""),
            func.coalesce(User.language, NoticeAddress.language, Invitation.language),
            Notification.created_at,
            Notification.channel,
            Notification.channel_id,
            Notification.batch_id,
        )
        .outerjoin(User, User.id == Notification.user_id)
        .outerjoin(NoticeAddress, NoticeAddress.id == Notification.address_id)
        .outerjoin(Invitation, Invitation.id == Notification.invitation_id)
        .where(Notification.id == notification_id)
    ).one()
    return Letter(*row)


def get_target(db: Session, channel_id: int) -> tuple[str, str]:
    """The sealed address and the sealed secret of a channel."""
    query = select(NoticeChannel.sealed_url, NoticeChannel.sealed_secret)
    row = db.execute(query.where(NoticeChannel.id == channel_id)).one()
    return row.sealed_url, row.sealed_secret


def list_waiting(db: Session, now: datetime) -> list[Batch]:
    """Who has notices whose time has come, and how many: one row a reader."""
    notice = Notice
    query = (
        select(
            notice.user_id,
            notice.address_id,
            func.min(notice.created_at),
            func.max(notice.created_at),
            func.max(NoticeEvent.severity),
            func.count(),
        )
        .join(NoticeEvent, NoticeEvent.id == notice.event_id)
        .where(PENDING, notice.due_at <= now)
        .group_by(notice.user_id, notice.address_id)
    )
    return [
        Batch(Reader(user_id, address_id), oldest, newest, Severity(worst), count)
        for user_id, address_id, oldest, newest, worst, count in db.execute(query)
    ]


def of_reader(table: Any, reader: Reader) -> ColumnElement[bool]:  # noqa: ANN401 (of readers)
    """The rows of one reader, a user or an extra address."""
    found: ColumnElement[bool] = (
        table.user_id == reader.user_id
        if reader.user_id is not None
        else table.address_id == reader.address_id
    )
    return found


def about(subject: tuple[str, int]) -> ColumnElement[bool]:
    """The notices that tell of one subject."""
    kind, number = subject
    return Notice.event_id.in_(
        select(NoticeEvent.id).where(
            NoticeEvent.subject_kind == kind, NoticeEvent.subject_id == number
        )
    )


def in_batch(batch_id: int, way: ChannelKind) -> ColumnElement[bool]:
    """The notices of a batch that were to leave by *way*."""
    return (Notice.batch_id == batch_id) & (Notice.ways.op("&")(BITS[way]) != 0)


def get_digest(db: Session, batch_id: int, way: ChannelKind, today: date) -> Digest:
    """What a batch tells by one way on *today*: the gravest sites first, a few lines of each."""
    told = in_batch(batch_id, way)
    kinds: dict[Kind, int] = {}
    worst = Severity.INFO
    rows = _told(NoticeEvent.kind, func.count(), func.max(NoticeEvent.severity)).where(told)
    for kind, count, gravest in db.execute(rows.group_by(NoticeEvent.kind)):
        kinds[kind] = count
        worst = max(worst, Severity(gravest))
    site = (NoticeEvent.pce_number, NoticeEvent.site)
    sites = _told(*site, func.count()).where(told).group_by(*site)
    total = db.scalar(select(func.count()).select_from(sites.subquery())) or 0
    first = sites.order_by(func.max(NoticeEvent.severity).desc(), func.count().desc(), site[1])
    shown = db.execute(first.limit(SITES)).all()
    lines = _lines(db, told, [pce for pce, _site, _count in shown], today)
    return Digest(
        count=sum(kinds.values()),
        sites_count=total,
        kinds=kinds,
        worst=worst,
        sites=tuple(
            SiteLines(name, pce, count, tuple(lines.get((pce, name), ())))
            for pce, name, count in shown
        ),
    )


def _told(*columns: Any) -> Select[Any]:  # noqa: ANN401 (columns of any type)
    return select(*columns).join_from(Notice, NoticeEvent, NoticeEvent.id == Notice.event_id)


def _lines(
    db: Session, told: ColumnElement[bool], pces: list[str], today: date
) -> dict[tuple[str, str], list[Line]]:
    """A few lines of each site, the gravest first, then the latest."""
    event = NoticeEvent
    order = (event.severity.desc(), event.gas_day.desc(), event.id.desc())
    rank = func.row_number().over(partition_by=(event.pce_number, event.site), order_by=order)
    ranked = _told(event.id, rank.label("rank")).where(told, event.pce_number.in_(pces)).subquery()
    query = select(event).join(ranked, ranked.c.id == event.id).where(ranked.c.rank <= LINES)
    found: dict[tuple[str, str], list[Line]] = {}
    for row in db.scalars(query.order_by(*order)):
        found.setdefault((row.pce_number, row.site), []).append(_line(row, today))
    return found


def _line(row: NoticeEvent, today: date) -> Line:
    return Line(
        kind=row.kind,
        severity=Severity(row.severity),
        pce_number=row.pce_number,
        site=row.site,
        gas_day=row.gas_day,
        params=still_ahead(row.params, today),
        path=row.path,
        key=row.key,
        subject=(row.subject_kind, row.subject_id),
    )


def get_linked(db: Session, link: Link) -> Linked | None:
    """What a signed link stands for; None when it is no more."""
    if link.verb in {Verb.CONFIRM, Verb.REFUSE}:
        address = db.get(NoticeAddress, link.id)
        if address is None or (link.verb is Verb.CONFIRM and address.stopped_at is not None):
            return None
        return Linked(Reader(None, address.id), address.language, (), (), 0)
    batch = db.get(NoticeBatch, link.id)
    person = None if batch is None else _person(db, batch)
    if batch is None or person is None:
        return None
    organisation, language = person
    ours = (Notice.batch_id == batch.id) & (NoticeEvent.organisation_id == organisation)
    kinds = _told(NoticeEvent.kind).where(ours).distinct()
    subjects = _told(NoticeEvent.subject_kind, NoticeEvent.subject_id).where(ours).distinct()
    return Linked(
        Reader(batch.user_id, batch.address_id),
        language,
        tuple(sorted(db.scalars(kinds))),
        tuple((kind, number) for kind, number in db.execute(subjects)),
        db.scalar(_told(func.count()).where(ours)) or 0,
    )


def _person(db: Session, batch: NoticeBatch) -> tuple[int, str] | None:
    """The organisation and the language of who may still act, else None."""
    user = select(User.organisation_id, User.language).where(
        User.id == batch.user_id, User.disabled_at.is_(None)
    )
    address = select(NoticeAddress.organisation_id, NoticeAddress.language).where(
        NoticeAddress.id == batch.address_id, NoticeAddress.stopped_at.is_(None)
    )
    row = db.execute(user if batch.user_id is not None else address).one_or_none()
    return None if row is None else (row.organisation_id, row.language)
