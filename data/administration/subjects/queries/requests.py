"""Read data and erasure requests: one's own, or all of them for the operator."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.queries.extracts import count_by_fate, get_subject
from data.administration.subjects.types import (
    ErasureCount,
    ErasureFate,
    RequestKind,
    RequestState,
    StoredArchive,
    SubjectRequestRow,
)
from data.identity.accounts.models import User
from data.tag_limits import own_since

MAX_ROWS = 100
OUTSIDE = N_(
    "Cette archive a été faite avant que votre accès soit limité à des étiquettes : elle nomme"
    " d’autres PCE. Demandez-la à nouveau."
)
HIDDEN = N_("Cette demande est introuvable.")
_MADE = and_(SubjectRequest.kind == RequestKind.EXPORT, SubjectRequest.state == RequestState.READY)
_COLUMNS: tuple[Any, ...] = (
    SubjectRequest.id,
    SubjectRequest.kind,
    SubjectRequest.state,
    SubjectRequest.user_id,
    SubjectRequest.email,
    SubjectRequest.check,
    SubjectRequest.created_at,
    SubjectRequest.due_at,
    SubjectRequest.ended_at,
    SubjectRequest.kept_until,
    SubjectRequest.file_size,
    SubjectRequest.problem,
    SubjectRequest.asked_by,
)


def visible(viewer: Viewer) -> Select[SubjectRequest]:
    """Select the viewer's requests; for the operator, also those of people without an account."""
    return select(SubjectRequest).where(_within(viewer))


def _within(viewer: Viewer) -> ColumnElement[bool]:
    viewer.require(Permission.ACCOUNT)
    mine = SubjectRequest.user_id == viewer.user_id
    if not viewer.may(Permission.ORGANISATIONS_WRITE):
        return mine
    return or_(mine, SubjectRequest.user_id.is_(None))


def list_own(db: Session, viewer: Viewer) -> tuple[SubjectRequestRow, ...]:
    """Return the viewer's own requests, latest first."""
    mine = visible(viewer).where(SubjectRequest.user_id == viewer.user_id)
    return _listed(db, mine, and_(_MADE, ~_within_limit(viewer)))


def list_all(db: Session, viewer: Viewer) -> tuple[SubjectRequestRow, ...]:
    """Return all requests, for the operator: each must be answered within a month."""
    viewer.require(Permission.ORGANISATIONS_WRITE)
    return _listed(db, select(SubjectRequest).where(true()))


def _within_limit(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether an archive names only PCEs that the viewer can still see."""
    return own_since(viewer, SubjectRequest.user_id, SubjectRequest.ended_at)


def _listed(
    db: Session, query: Select[SubjectRequest], outside: ColumnElement[bool] | None = None
) -> tuple[SubjectRequestRow, ...]:
    columns = (*_COLUMNS, false() if outside is None else outside)
    rows = query.with_only_columns(*columns).order_by(SubjectRequest.id.desc()).limit(MAX_ROWS)
    return tuple(SubjectRequestRow(*row) for row in db.execute(rows))


def find_erasure(db: Session, viewer: Viewer) -> SubjectRequestRow | None:
    """Return the waiting erasure of the viewer's account; None without one."""
    waiting = (
        SubjectRequest.kind == RequestKind.ERASURE,
        SubjectRequest.state == RequestState.WAITING,
    )
    mine = SubjectRequest.user_id == viewer.user_id
    requests = _listed(db, visible(viewer).where(mine, *waiting))
    return requests[0] if requests else None


def get_archive(db: Session, viewer: Viewer, request_id: int, now: datetime) -> StoredArchive:
    """Return an archive of the viewer.

    Raise NotFound when it is somebody else's or expired, Conflict when it was made before the
    viewer was limited to tags, because it names other PCEs.
    """
    query = visible(viewer).where(
        SubjectRequest.id == min(request_id, NO_ID - 1),
        SubjectRequest.asked_by == viewer.user_id,
        _MADE,
        SubjectRequest.kept_until > now,
    )
    row = db.scalar(query)
    if row is None or row.ended_at is None:
        raise NotFound(HIDDEN)
    if db.scalar(query.where(_within_limit(viewer))) is None:
        raise Conflict(OUTSIDE)
    return StoredArchive(row.stored_name, row.sha256, row.ended_at)


def list_closing_effects(db: Session, viewer: Viewer) -> tuple[ErasureCount, ...]:
    """Return what closing the viewer's account would erase and keep, by class."""
    viewer.require(Permission.ACCOUNT)
    totals: dict[Any, ErasureCount] = {}
    for holding, count in count_by_fate(db, get_subject(db, viewer.user_id, "")):
        key = holding.data_class, holding.fate is not ErasureFate.KEPT
        before = totals.get(key, ErasureCount(*key, 0))
        totals[key] = ErasureCount(*key, before.count + count)
    return tuple(totals.values())


def has_account(db: Session, viewer: Viewer, email: str) -> bool:
    """Return whether an account has this address: its person asks for themselves."""
    viewer.require(Permission.ORGANISATIONS_WRITE)
    return db.scalar(select(User.id).where(User.email == email)) is not None
