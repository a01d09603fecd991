"""What people asked for: their own, or all of them for who runs the portal."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import User
from data.db import NO_ID
from data.errors import Conflict, NotFound
from data.limits import own_since
from data.subjects.models import SubjectRequest
from data.subjects.queries.extracts import fate_counts, subject_of
from data.subjects.types import (
    Fate,
    Goes,
    Request,
    RequestKind,
    RequestState,
    Stored,
)
from i18n import N_

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
    """One's own; besides, for who runs the portal, those of people without an account."""
    return select(SubjectRequest).where(_within(viewer))


def _within(viewer: Viewer) -> ColumnElement[bool]:
    viewer.require(Permission.ACCOUNT)
    mine = SubjectRequest.user_id == viewer.user_id
    if not viewer.may(Permission.ORGANISATIONS_WRITE):
        return mine
    return or_(mine, SubjectRequest.user_id.is_(None))


def list_own(db: Session, viewer: Viewer) -> tuple[Request, ...]:
    """What the viewer asked for themselves, the latest first."""
    mine = visible(viewer).where(SubjectRequest.user_id == viewer.user_id)
    return _listed(db, mine, and_(_MADE, ~_within_limit(viewer)))


def list_all(db: Session, viewer: Viewer) -> tuple[Request, ...]:
    """All of them, for who runs the portal: what must be answered within a month."""
    viewer.require(Permission.ORGANISATIONS_WRITE)
    return _listed(db, select(SubjectRequest).where(true()))


def _within_limit(viewer: Viewer) -> ColumnElement[bool]:
    """Of an archive: it names no other PCE than those the viewer sees now."""
    return own_since(viewer, SubjectRequest.user_id, SubjectRequest.ended_at)


def _listed(
    db: Session, query: Select[SubjectRequest], outside: ColumnElement[bool] | None = None
) -> tuple[Request, ...]:
    columns = (*_COLUMNS, false() if outside is None else outside)
    rows = query.with_only_columns(*columns).order_by(SubjectRequest.id.desc()).limit(MAX_ROWS)
    return tuple(Request(*row) for row in db.execute(rows))


def find_erasure(db: Session, viewer: Viewer) -> Request | None:
    """The erasure of the viewer's account that waits."""
    waiting = (
        SubjectRequest.kind == RequestKind.ERASURE,
        SubjectRequest.state == RequestState.WAITING,
    )
    mine = SubjectRequest.user_id == viewer.user_id
    found = _listed(db, visible(viewer).where(mine, *waiting))
    return found[0] if found else None


def get_archive(db: Session, viewer: Viewer, request_id: int, now: datetime) -> Stored:
    """An archive that the viewer asked for; NotFound when it is another's, or kept no more.

    One made before they were limited to tags names other PCE: Conflict, it is to be asked again.
    """
    found = visible(viewer).where(
        SubjectRequest.id == min(request_id, NO_ID - 1),
        SubjectRequest.asked_by == viewer.user_id,
        _MADE,
        SubjectRequest.kept_until > now,
    )
    row = db.scalar(found)
    if row is None or row.ended_at is None:
        raise NotFound(HIDDEN)
    if db.scalar(found.where(_within_limit(viewer))) is None:
        raise Conflict(OUTSIDE)
    return Stored(row.stored_name, row.sha256, row.ended_at)


def what_goes(db: Session, viewer: Viewer) -> tuple[Goes, ...]:
    """What closing the viewer's account would erase, and what it would keep, by class."""
    viewer.require(Permission.ACCOUNT)
    found: dict[Any, Goes] = {}
    for holding, count in fate_counts(db, subject_of(db, viewer.user_id, "")):
        key = holding.data_class, holding.fate is not Fate.KEPT
        before = found.get(key, Goes(*key, 0))
        found[key] = Goes(*key, before.count + count)
    return tuple(found.values())


def has_account(db: Session, viewer: Viewer, email: str) -> bool:
    """Whether somebody signs in with this address: they ask by themselves."""
    viewer.require(Permission.ORGANISATIONS_WRITE)
    return db.scalar(select(User.id).where(User.email == email)) is not None
