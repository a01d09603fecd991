"""Query pending invitations, and what a link's bearer can read."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.administration.people.queries.visible import visible_rows
from data.administration.people.types import InvitationRow, Invited
from data.identity.accounts.models import Invitation, Organisation, User
from data.identity.accounts.queries import get_token_digest

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


def is_pending_invitation() -> ColumnElement[bool]:
    """Return whether an invitation was neither answered nor withdrawn; it may have expired."""
    return and_(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))


def list_invitations(
    db: Session, viewer: Viewer, organisation_id: int
) -> tuple[InvitationRow, ...]:
    """Return the pending invitations of an organisation, latest first."""
    query = (
        select(*_COLUMNS)
        .join(User, User.id == Invitation.invited_by)
        .where(
            visible_rows(viewer, Invitation),
            Invitation.organisation_id == organisation_id,
            is_pending_invitation(),
        )
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        .limit(MAX_ROWS)
    )
    return tuple(replace(InvitationRow(*row), tags=tuple(row.tags)) for row in db.execute(query))


def count_waiting(db: Session, viewer: Viewer, organisation_id: int) -> int:
    query = select(func.count(Invitation.id)).where(
        visible_rows(viewer, Invitation),
        Invitation.organisation_id == organisation_id,
        is_pending_invitation(),
    )
    return db.scalar(query) or 0


def find_invited(db: Session, token: str, now: datetime) -> Invited | None:
    """Return the content of an invitation by its link; None once used, withdrawn or expired."""
    query = (
        select(Invitation.email, Invitation.name, Organisation.name, Invitation.expires_at)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            Invitation.token_hash == get_token_digest(token),
            is_pending_invitation(),
            Invitation.expires_at > now,
        )
    )
    row = db.execute(query).one_or_none()
    return None if row is None else Invited(*row)
