"""Find the duties that an organisation cannot leave unattended."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Role, Viewer
from data.administration.people.queries.invitations import is_pending_invitation
from data.administration.subjects.types import OrphanedDuties
from data.identity.accounts.models import Invitation, Organisation, User


def is_needed(db: Session, viewer: Viewer, user_id: int) -> bool:
    """Return whether `user_id`, of the viewer's organisation, is its last administrator.

    Someone alone in an organisation leaves nobody behind, except at the distributor, which always
    needs one.
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


def find_orphaned_duties(db: Session, viewer: Viewer, now: datetime) -> OrphanedDuties | None:
    """Return the duties left without anybody; None if the viewer has an active colleague."""
    mine = viewer.organisation_id
    other = select(User.id).where(
        User.organisation_id == mine, User.id != viewer.user_id, User.disabled_at.is_(None)
    )
    if db.scalar(other.limit(1)) is not None:
        return None
    until = db.get_one(Organisation, mine).contracted_until
    sent = select(func.count(Invitation.id)).where(
        Invitation.organisation_id == mine, is_pending_invitation(), Invitation.expires_at > now
    )
    in_force = until if until is not None and until >= viewer.today else None
    return OrphanedDuties(in_force, db.scalar(sent) or 0)
