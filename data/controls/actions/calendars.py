"""Create, show once and revoke private calendar links."""

import secrets
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import change_rows
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.controls.models import CalendarLink
from data.controls.queries.calendar import get_link_digest, list_calendars
from data.identity.audit.actions import note

MOST_CALENDARS = 5  # links of one person
_OCTETS = 32


def create_calendar(db: Session, viewer: Viewer, *, now: datetime) -> str:
    """Create a private link and return its token, which is shown once."""
    viewer.require(Permission.CONTROLS_READ)
    if len(list_calendars(db, viewer)) >= MOST_CALENDARS:
        raise Conflict(N_("Au plus {most} liens d’agenda : supprimez-en un."), most=MOST_CALENDARS)
    token = secrets.token_urlsafe(_OCTETS)
    link = CalendarLink(token_hash=get_link_digest(token), user_id=viewer.user_id, created_at=now)
    db.add(link)
    db.flush()
    note(db, now, "controls.calendar_created", ("control_calendar", link.id), actor=viewer.actor)
    return token


def revoke_calendar(db: Session, viewer: Viewer, link_id: int, *, now: datetime) -> None:
    """Revoke a link; raise NotFound when it is not one of the viewer's."""
    viewer.require(Permission.CONTROLS_READ)
    revoked = change_rows(
        db,
        update(CalendarLink)
        .where(
            CalendarLink.id == link_id,
            CalendarLink.user_id == viewer.user_id,
            CalendarLink.revoked_at.is_(None),
        )
        .values(revoked_at=now),
    )
    if revoked != 1:
        raise NotFound(N_("Ce lien d’agenda est introuvable."))
    note(db, now, "controls.calendar_revoked", ("control_calendar", link_id), actor=viewer.actor)
