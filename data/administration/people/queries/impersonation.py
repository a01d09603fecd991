"""Find the person that a session impersonates."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Permission, Viewer
from data.administration.people.models import Look
from data.identity.accounts.queries import find_person


def get_current_look_query(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Return the condition of the current impersonation of the viewer's session."""
    return and_(
        Look.session_id == viewer.session_id,
        Look.user_id == viewer.user_id,
        Look.ended_at.is_(None),
        Look.ends_at > now,
    )


def find_impersonated_viewer(db: Session, viewer: Viewer, now: datetime) -> Viewer | None:
    """Return the impersonated person as a read-only viewer; None without impersonation.

    The viewer's language and theme stay. A person who was disabled or joined the distributor is no
    longer impersonated.
    """
    if not viewer.may(Permission.PEOPLE_LOOK):
        return None
    query = select(Look.target_id, Look.ends_at).where(get_current_look_query(viewer, now))
    look = db.execute(query.order_by(Look.id.desc()).limit(1)).one_or_none()
    if look is None:
        return None
    target = (
        select(Look.target_id)
        .where(get_current_look_query(viewer, now))
        .order_by(Look.id.desc())
        .limit(1)
    )
    person = find_person(db, target, viewer.today)
    if person is None or person.kind is OrganisationKind.DISTRIBUTOR:
        return None
    return replace(
        person,
        language=viewer.language,
        theme=viewer.theme,
        session_id=viewer.session_id,
        behind=viewer.user_id,
        until=look.ends_at,
    )
