"""Whom an organisation cannot do without."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import OrganisationKind, Role, Viewer
from data.accounts.models import User


def is_needed(db: Session, viewer: Viewer, user_id: int) -> bool:
    """Whether *user_id*, of the viewer's organisation, is its last administrator.

    Who is alone there leaves nobody behind; the distributor is never without one.
    """
    person = db.get(User, user_id)
    if person is None or person.role is not Role.ADMINISTRATOR or person.disabled_at is not None:
        return False
    query = select(User.role).where(
        User.organisation_id == viewer.organisation_id,
        User.id != user_id,
        User.disabled_at.is_(None),
    )
    others = set(db.scalars(query))
    staff = viewer.kind is OrganisationKind.DISTRIBUTOR
    return Role.ADMINISTRATOR not in others and (bool(others) or staff)
