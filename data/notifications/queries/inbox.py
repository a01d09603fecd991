"""Query the inbox; each person reads their own only."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from core.records import copy_fields
from data.notifications.models import Notice, NoticeEvent
from data.notifications.rules import still_ahead
from data.notifications.types import Inbox, NoticeRow, Severity
from data.tag_limits import within_number

SIZE = 25  # rows per page, each with its buttons


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
    text: str = "",
    *,
    only: ColumnElement[bool] | None = None,
    page: int = 1,
) -> Inbox:
    """Return one page of the inbox, latest first.

    `text` searches sites and PCE numbers; `only` is a condition on the events.
    """
    mine = visible(viewer) if only is None else visible(viewer).where(only)
    filtered_query = get_filtered_query(mine, text)
    total = db.scalar(filtered_query.with_only_columns(func.count())) or 0
    pages = max(1, -(-total // SIZE))
    page = min(max(1, page), pages)
    query = _columns(filtered_query).order_by(Notice.id.desc())
    rows = db.execute(query.limit(SIZE).offset((page - 1) * SIZE))
    unread = count_unread(db, viewer, only)
    notices = tuple(_notice_row(row, viewer.today) for row in rows)
    return Inbox(notices, total, unread, page, pages)


def get_notice(db: Session, viewer: Viewer, notice_id: int) -> NoticeRow:
    """Return a notice. Raise NotFound when it is absent or somebody else's."""
    is_valid_id = 0 < notice_id < NO_ID
    query = _columns(visible(viewer).where(Notice.id == notice_id))
    row = db.execute(query).one_or_none() if is_valid_id else None
    if row is None:
        raise NotFound(N_("Cette notification est introuvable."))
    return _notice_row(row, viewer.today)


def count_unread(db: Session, viewer: Viewer, only: ColumnElement[bool] | None = None) -> int:
    """Return the number of unread notices, from an index, for every page."""
    unread = visible(viewer).where(Notice.read_at.is_(None))
    if only is not None:
        unread = unread.where(only)
    return db.scalar(unread.with_only_columns(func.count())) or 0


def get_filtered_query(query: Select[Any], text: str) -> Select[Any]:
    """Restrict to a PCE number or to sites whose name contains `text`."""
    if not text:
        return query
    text = text[:200].replace("\x00", "")
    like = NoticeEvent.site.icontains(text, autoescape=True)
    return query.where(or_(NoticeEvent.pce_number == text, like))


def _columns(query: Select[Any]) -> Select[Any]:
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
    )


def _notice_row(row: Row[Any], today: date) -> NoticeRow:
    return copy_fields(
        NoticeRow,
        row,
        severity=Severity(row.severity),
        params=still_ahead(row.params, today),
        subject=(row.subject_kind, row.subject_id),
    )
