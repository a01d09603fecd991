"""Select the people that a viewer administers: their organisation's, or all for the operator."""

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from data.administration.people.types import AdministeredOrganisation
from data.identity.accounts.models import Invitation, Organisation, User

HIDDEN = N_("Cette personne est introuvable.")
_NO_ORGANISATION = N_("Cette organisation est introuvable.")


def visible_rows(viewer: Viewer, table: type[User | Invitation]) -> ColumnElement[bool]:
    """Return the condition of the rows of `table` that the viewer administers."""
    viewer.require(Permission.PEOPLE_WRITE)
    if viewer.may(Permission.ORGANISATIONS_WRITE):
        return true()
    return table.organisation_id == viewer.organisation_id


def visible(viewer: Viewer) -> Select[User]:
    """Select the people the viewer may administer: also disabled ones, not erased ones."""
    return select(User).where(visible_rows(viewer, User), User.erased_at.is_(None))


def get_person(db: Session, viewer: Viewer, user_id: int, *, lock: bool = False) -> User:
    """Return a person the viewer administers; `lock` locks the row. Raise NotFound."""
    query = visible(viewer).where(User.id == user_id)
    row = None
    if 0 < user_id < NO_ID:
        row = db.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound(HIDDEN)
    return row


def get_organisation(
    db: Session, viewer: Viewer, organisation_id: int | None
) -> AdministeredOrganisation:
    """Return an organisation the viewer administers, by default their own. Raise NotFound."""
    viewer.require(Permission.PEOPLE_WRITE)
    target_id = viewer.organisation_id if organisation_id is None else organisation_id
    is_administered = target_id == viewer.organisation_id or viewer.may(
        Permission.ORGANISATIONS_WRITE
    )
    query = select(Organisation.id, Organisation.name, Organisation.kind)
    is_reachable = 0 < target_id < NO_ID and is_administered
    row = (
        db.execute(query.where(Organisation.id == target_id)).one_or_none()
        if is_reachable
        else None
    )
    if row is None:
        raise NotFound(_NO_ORGANISATION)
    return AdministeredOrganisation(row.id, row.name, row.kind)
