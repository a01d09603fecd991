"""Query the outbox for jobs, without a viewer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select
from sqlalchemy.orm import Session

from core.records import copy_fields
from data.identity.accounts.models import Invitation, User
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
    ChannelKind,
    ClaimedNotification,
    Digest,
    Linked,
    LinkVerb,
    MessageDelivery,
    NoticeLine,
    NoticeReader,
    NotificationKind,
    ReaderBatch,
    Severity,
    SignedLink,
    SiteLines,
)

_WAITING = (MessageDelivery.QUEUED, MessageDelivery.SENDING)
# A literal, so that SQLite uses its partial index.
PENDING: ColumnElement[bool] = Notice.state == literal_column("'PENDING'")
SITES = 40  # shown in one message, with the number of others
LINES = 5  # of one site


def count_waiting(db: Session) -> int:
    """Return the number of messages not sent yet."""
    waiting = select(func.count()).where(Notification.state.in_(_WAITING))
    return db.scalar(waiting) or 0


def find_oldest_unsent_at(db: Session) -> datetime | None:
    """Return when the oldest unsent message was written."""
    since: datetime | None = db.scalar(
        select(func.min(Notification.created_at)).where(Notification.state.in_(_WAITING))
    )
    return since


def is_in_line(line: Mapping[str, int]) -> ColumnElement[bool]:
    """Return the condition of messages sent by one item of the work queue, from its payload."""
    if "channel" in line:
        return Notification.channel_id == line["channel"]
    mine = Notification.organisation_id == line["organisation"]
    return and_(mine, Notification.channel_id.is_(None))


def list_due(
    db: Session, line: Mapping[str, int], now: datetime, limit: int = 500
) -> tuple[int, ...]:
    """Return the due messages of a line, oldest first."""
    due = select(Notification.id).where(*_is_queued(line), Notification.next_attempt_at <= now)
    order = due.order_by(Notification.next_attempt_at, Notification.id)
    return tuple(db.scalars(order.limit(limit)))


def find_next_due_at(db: Session, line: Mapping[str, int]) -> datetime | None:
    """Return when the next message of a line is due; None if none waits."""
    return db.scalar(select(func.min(Notification.next_attempt_at)).where(*_is_queued(line)))


def _is_queued(line: Mapping[str, int]) -> tuple[ColumnElement[bool], ...]:
    return is_in_line(line), Notification.state == MessageDelivery.QUEUED


def get_notification(db: Session, notification_id: int) -> ClaimedNotification:
    """Return the content and the recipient of a message to write."""
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
    return ClaimedNotification(*row)


def get_target(db: Session, channel_id: int) -> tuple[str, str]:
    """Return the sealed address and the sealed secret of a channel."""
    query = select(NoticeChannel.sealed_url, NoticeChannel.sealed_secret)
    row = db.execute(query.where(NoticeChannel.id == channel_id)).one()
    return row.sealed_url, row.sealed_secret


def list_waiting(db: Session, now: datetime) -> list[ReaderBatch]:
    """Return the readers with due notices, and their number; one row per reader."""
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
        ReaderBatch(NoticeReader(user_id, address_id), oldest, newest, Severity(worst), count)
        for user_id, address_id, oldest, newest, worst, count in db.execute(query)
    ]


def is_of_reader(table: Any, reader: NoticeReader) -> ColumnElement[bool]:  # noqa: ANN401 (of readers)
    """Return the condition of rows of one reader, a user or an extra address."""
    condition: ColumnElement[bool] = (
        table.user_id == reader.user_id
        if reader.user_id is not None
        else table.address_id == reader.address_id
    )
    return condition


def is_about_subject(subject: tuple[str, int]) -> ColumnElement[bool]:
    """Return the condition of notices about one subject."""
    kind, number = subject
    return Notice.event_id.in_(
        select(NoticeEvent.id).where(
            NoticeEvent.subject_kind == kind, NoticeEvent.subject_id == number
        )
    )


def is_in_batch(batch_id: int, way: ChannelKind) -> ColumnElement[bool]:
    """Return the condition of notices in a batch for the channel `way`."""
    return (Notice.batch_id == batch_id) & (Notice.ways.op("&")(BITS[way]) != 0)


def get_digest(db: Session, batch_id: int, way: ChannelKind, today: date) -> Digest:
    """Return the contents of a batch for one channel on `today`, the most serious sites first."""
    batch_condition = is_in_batch(batch_id, way)
    kinds: dict[NotificationKind, int] = {}
    worst = Severity.INFO
    rows = _select_notices(NoticeEvent.kind, func.count(), func.max(NoticeEvent.severity)).where(
        batch_condition
    )
    for kind, count, gravest in db.execute(rows.group_by(NoticeEvent.kind)):
        kinds[kind] = count
        worst = max(worst, Severity(gravest))
    site = (NoticeEvent.pce_number, NoticeEvent.site)
    sites = _select_notices(*site, func.count()).where(batch_condition).group_by(*site)
    total = db.scalar(select(func.count()).select_from(sites.subquery())) or 0
    first = sites.order_by(func.max(NoticeEvent.severity).desc(), func.count().desc(), site[1])
    site_rows = db.execute(first.limit(SITES)).all()
    lines = _lines(db, batch_condition, [pce for pce, _site, _count in site_rows], today)
    return Digest(
        count=sum(kinds.values()),
        sites_count=total,
        kinds=kinds,
        worst=worst,
        sites=tuple(
            SiteLines(name, pce, count, tuple(lines.get((pce, name), ())))
            for pce, name, count in site_rows
        ),
    )


def _select_notices(*columns: Any) -> Select[Any]:  # noqa: ANN401 (columns of any type)
    return select(*columns).join_from(Notice, NoticeEvent, NoticeEvent.id == Notice.event_id)


def _lines(
    db: Session, batch_condition: ColumnElement[bool], pces: list[str], today: date
) -> dict[tuple[str, str], list[NoticeLine]]:
    """Return a few lines per site, the most serious first, then the latest."""
    event = NoticeEvent
    order = (event.severity.desc(), event.gas_day.desc(), event.id.desc())
    rank = func.row_number().over(partition_by=(event.pce_number, event.site), order_by=order)
    ranked = (
        _select_notices(event.id, rank.label("rank"))
        .where(batch_condition, event.pce_number.in_(pces))
        .subquery()
    )
    query = select(event).join(ranked, ranked.c.id == event.id).where(ranked.c.rank <= LINES)
    lines_by_site: dict[tuple[str, str], list[NoticeLine]] = {}
    for row in db.scalars(query.order_by(*order)):
        lines_by_site.setdefault((row.pce_number, row.site), []).append(
            copy_fields(
                NoticeLine,
                row,
                severity=Severity(row.severity),
                params=still_ahead(row.params, today),
                subject=(row.subject_kind, row.subject_id),
            )
        )
    return lines_by_site


def get_linked(db: Session, link: SignedLink) -> Linked | None:
    """Return the target of a signed link; None when it is gone."""
    if link.verb in {LinkVerb.CONFIRM, LinkVerb.REFUSE}:
        address = db.get(NoticeAddress, link.id)
        if address is None or (link.verb is LinkVerb.CONFIRM and address.stopped_at is not None):
            return None
        return Linked(NoticeReader(None, address.id), address.language, (), (), 0)
    batch = db.get(NoticeBatch, link.id)
    person = None if batch is None else _person(db, batch)
    if batch is None or person is None:
        return None
    organisation, language = person
    condition = (Notice.batch_id == batch.id) & (NoticeEvent.organisation_id == organisation)
    kinds = _select_notices(NoticeEvent.kind).where(condition).distinct()
    subjects = (
        _select_notices(NoticeEvent.subject_kind, NoticeEvent.subject_id)
        .where(condition)
        .distinct()
    )
    return Linked(
        NoticeReader(batch.user_id, batch.address_id),
        language,
        tuple(sorted(db.scalars(kinds))),
        tuple((kind, number) for kind, number in db.execute(subjects)),
        db.scalar(_select_notices(func.count()).where(condition)) or 0,
    )


def _person(db: Session, batch: NoticeBatch) -> tuple[int, str] | None:
    """Return the organisation and the language of the recipient; None if disabled or stopped."""
    user = select(User.organisation_id, User.language).where(
        User.id == batch.user_id, User.disabled_at.is_(None)
    )
    address = select(NoticeAddress.organisation_id, NoticeAddress.language).where(
        NoticeAddress.id == batch.address_id, NoticeAddress.stopped_at.is_(None)
    )
    row = db.execute(user if batch.user_id is not None else address).one_or_none()
    return None if row is None else (row.organisation_id, row.language)
