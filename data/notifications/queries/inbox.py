"""Query the inbox; each person reads their own only."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from core.records import copy_fields
from data.notifications.models import Notice, NoticeEvent, NoticeSnooze
from data.notifications.rules import still_ahead
from data.notifications.types import Inbox, InboxFilter, NoticeRow, Severity
from data.tag_limits import within_number

MAX_ROWS = 200
EVERYTHING = InboxFilter()


def visible(viewer: Viewer) -> Select[Any]:
    """Select the viewer's notices, sent while they were in this organisation.

    For a viewer restricted to tags, notices about other PCEs, or about several at once, are left
    out.
    """
    return (
        select(Notice)
        .join(NoticeEvent, NoticeEvent.id == Notice.event_id)
        .where(
            Notice.user_id == viewer.user_id,
            NoticeEvent.organisation_id == viewer.organisation_id,
            within_number(viewer, NoticeEvent.pce_number),
        )
    )


def list_inbox(
    db: Session,
    viewer: Viewer,
    filters: InboxFilter = EVERYTHING,
    *,
    page: int = 1,
    size: int = 50,
    now: datetime,
) -> Inbox:
    """Return one page of the inbox, latest first."""
    size = min(max(1, size), MAX_ROWS)
    filtered_query = _filtered(visible(viewer), filters)
    total = db.scalar(filtered_query.with_only_columns(func.count())) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    query = _columns(filtered_query, viewer, now).order_by(Notice.id.desc())
    rows = db.execute(query.limit(size).offset((page - 1) * size))
    unread = count_unread(db, viewer)
    notices = tuple(_notice_row(row, viewer.today) for row in rows)
    return Inbox(notices, total, unread, page, pages)


def get_notice(db: Session, viewer: Viewer, notice_id: int, *, now: datetime) -> NoticeRow:
    """Return a notice. Raise NotFound when it is absent or somebody else's."""
    is_valid_id = 0 < notice_id < NO_ID
    query = _columns(visible(viewer).where(Notice.id == notice_id), viewer, now)
    row = db.execute(query).one_or_none() if is_valid_id else None
    if row is None:
        raise NotFound(N_("Cette notification est introuvable."))
    return _notice_row(row, viewer.today)


def count_unread(db: Session, viewer: Viewer) -> int:
    """Return the number of unread notices, from an index, for every page."""
    unread = visible(viewer).where(Notice.read_at.is_(None))
    return db.scalar(unread.with_only_columns(func.count())) or 0


def _filtered(query: Select[Any], filters: InboxFilter) -> Select[Any]:
    if filters.unread:
        query = query.where(Notice.read_at.is_(None))
    if filters.kinds:
        query = query.where(NoticeEvent.kind.in_(sorted(filters.kinds)))
    if filters.pce:
        text = filters.pce[:200].replace("\x00", "")
        like = NoticeEvent.site.icontains(text, autoescape=True)
        query = query.where(or_(NoticeEvent.pce_number == text, like))
    return query


def _columns(query: Select[Any], viewer: Viewer, now: datetime) -> Select[Any]:
    """Select the columns of a row, with the viewer's snooze of its subject at `now`."""
    mine = and_(
        NoticeSnooze.user_id == viewer.user_id,
        NoticeSnooze.subject_kind == NoticeEvent.subject_kind,
        NoticeSnooze.subject_id == NoticeEvent.subject_id,
        NoticeSnooze.ended_at.is_(None),
        or_(NoticeSnooze.until.is_(None), NoticeSnooze.until > now),
    )
    until = select(func.max(NoticeSnooze.until)).where(mine).scalar_subquery()
    event = NoticeEvent
    return query.with_only_columns(
        Notice.id,
        event.kind,
        event.severity,
        event.pce_number,
        event.site,
        event.gas_day,
        event.params,
        event.path,
        event.subject_kind,
        event.subject_id,
        Notice.created_at,
        Notice.read_at,
        until.label("snoozed_until"),
        exists(select(NoticeSnooze.id).where(mine)).label("snoozed"),
    )


def _notice_row(row: Row[Any], today: date) -> NoticeRow:
    return copy_fields(
        NoticeRow,
        row,
        severity=Severity(row.severity),
        params=still_ahead(row.params, today),
        subject=(row.subject_kind, row.subject_id),
        snoozed=bool(row.snoozed),
    )
