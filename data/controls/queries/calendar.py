"""Query calendar deadlines: a person's links, and the controls of one."""

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_
from data.controls.models import CalendarLink, Control
from data.controls.queries.visible import get_control_standing, is_open, third_party, visible
from data.controls.types import CalendarRow, Deadline, Feed
from data.identity.accounts.models import Organisation, User
from data.rights.models import AccessRight
from data.rights.types import ProofState
from data.tag_limits import is_limited

NO_LINK = N_("Ce lien n’existe pas, ou plus.")
MOST_DEADLINES = 2000


def get_link_digest(token: str) -> str:
    """Return the stored SHA-256 of a link."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def list_calendars(db: Session, viewer: Viewer) -> tuple[CalendarRow, ...]:
    """Return the viewer's own links that are not revoked."""
    viewer.require(Permission.CONTROLS_READ)
    query = (
        select(CalendarLink.id, CalendarLink.created_at)
        .where(CalendarLink.user_id == viewer.user_id, CalendarLink.revoked_at.is_(None))
        .order_by(CalendarLink.id)
    )
    return tuple(CalendarRow(id_, at) for id_, at in db.execute(query))


def get_calendar_feed(db: Session, token: str, today: date) -> Feed:
    """Return the feed of a link; raise NotFound once it or its account is closed.

    A third party gets what it must send, an account manager what is assigned to them.
    """
    query = (
        select(User, Organisation, is_limited(User.id).label("limited"))
        .join(CalendarLink, CalendarLink.user_id == User.id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(
            CalendarLink.token_hash == get_link_digest(token),
            CalendarLink.revoked_at.is_(None),
            User.disabled_at.is_(None),
        )
    )
    row = db.execute(query).one_or_none()
    if row is None:
        raise NotFound(NO_LINK)
    user, organisation, limited = row
    viewer_fields = user.id, organisation.id, organisation.kind, user.role, today
    viewer = Viewer(*viewer_fields, limited=bool(limited))
    return Feed(user.language, _deadlines(db, viewer))


def _deadlines(db: Session, viewer: Viewer) -> tuple[Deadline, ...]:
    viewer_standing = get_control_standing(viewer)
    query = (
        visible(viewer)
        .join(AccessRight, AccessRight.id == Control.right_id)
        .join(third_party, third_party.id == Control.organisation_id)
        .where(is_open(viewer_standing.state))
    )
    if viewer.staff:
        query = query.where(Control.owner_id == viewer.user_id)
    else:
        query = query.where(viewer_standing.state == ProofState.AWAITED)
    rows: Any = query.with_only_columns(
        *(Control.uid, AccessRight.number, AccessRight.site, third_party.name),
        *(viewer_standing.state, viewer_standing.due_on),
        *(Control.opened_at, Control.sent_at, viewer_standing.decided_at),
    ).order_by(viewer_standing.due_on, Control.id)
    return tuple(_deadline(tuple(row)) for row in db.execute(rows.limit(MOST_DEADLINES)))


def _deadline(row: tuple[Any, ...]) -> Deadline:
    uid, number, site, who, state, due_on, *moves = row
    changed_at = max(at for at in moves if at is not None)
    return Deadline(uid, number, site, who, state, due_on, changed_at)
