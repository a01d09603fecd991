"""Invitations that wait, and what the holder of a link may read."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import Invitation, Organisation, User
from data.accounts.queries import fingerprint
from data.people.queries.visible import within
from data.people.types import InvitationRow, Invited

MAX_ROWS = 500
_COLUMNS: tuple[Any, ...] = (
    Invitation.id,
    Invitation.email,
    Invitation.name,
    Invitation.role,
    Invitation.created_at,
    Invitation.sent_at,
    Invitation.expires_at,
    User.name,
    Invitation.tags,
)


def waiting() -> ColumnElement[bool]:
    """Nobody has answered it, and it was not taken back; it may have expired."""
    return and_(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))


def list_invitations(
    db: Session, viewer: Viewer, organisation_id: int
) -> tuple[InvitationRow, ...]:
    """Those of an organisation that wait, the latest first."""
    query = (
        select(*_COLUMNS)
        .join(User, User.id == Invitation.invited_by)
        .where(within(viewer, Invitation), Invitation.organisation_id == organisation_id, waiting())
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(MAX_ROWS)
    )
    return tuple(replace(InvitationRow(*row), tags=tuple(row.tags)) for row in db.execute(query))


def count_waiting(db: Session, viewer: Viewer, organisation_id: int) -> int:
    query = select(func.count(Invitation.id)).where(
        within(viewer, Invitation), Invitation.organisation_id == organisation_id, waiting()
    )
    return db.scalar(query) or 0


def find_invited(db: Session, token: str, now: datetime) -> Invited | None:
    """For the holder of a link: who is invited, where; None once it is spent, taken back or old."""
    query = (
        select(Invitation.email, Invitation.name, Organisation.name, Invitation.expires_at)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.token_hash == fingerprint(token), waiting(), Invitation.expires_at > now)
    )
    row = db.execute(query).one_or_none()
    return None if row is None else Invited(*row)
