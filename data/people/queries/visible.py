"""Whom a viewer may administer: their own organisation; everybody for who runs the portal."""

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import Invitation, Organisation, User
from data.db import NO_ID
from data.errors import NotFound
from data.people.types import Place
from i18n import N_

HIDDEN = N_("Cette personne est introuvable.")
_NO_ORGANISATION = N_("Cette organisation est introuvable.")


def within(viewer: Viewer, table: type[User | Invitation]) -> ColumnElement[bool]:
    """The rows of *table* that the viewer administers."""
    viewer.require(Permission.PEOPLE_WRITE)
    if viewer.may(Permission.ORGANISATIONS_WRITE):
        return true()
    return table.organisation_id == viewer.organisation_id


def visible(viewer: Viewer) -> Select[User]:
    """The people this viewer may administer, those who are cut included; not who was erased."""
    return select(User).where(within(viewer, User), User.erased_at.is_(None))


def get_person(db: Session, viewer: Viewer, user_id: int, *, lock: bool = False) -> User:
    """One of them; *lock* keeps others from changing it meanwhile. Raises NotFound."""
    query = visible(viewer).where(User.id == user_id)
    row = None
    if 0 < user_id < NO_ID:
        row = db.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound(HIDDEN)
    return row


def get_organisation(db: Session, viewer: Viewer, organisation_id: int | None) -> Place:
    """One that the viewer administers, their own when none is said. Raises NotFound."""
    viewer.require(Permission.PEOPLE_WRITE)
    wanted = viewer.organisation_id if organisation_id is None else organisation_id
    ours = wanted == viewer.organisation_id or viewer.may(Permission.ORGANISATIONS_WRITE)
    query = select(Organisation.id, Organisation.name, Organisation.kind)
    found = 0 < wanted < NO_ID and ours
    row = db.execute(query.where(Organisation.id == wanted)).one_or_none() if found else None
    if row is None:
        raise NotFound(_NO_ORGANISATION)
    return Place(row.id, row.name, row.kind)
