"""Create an organisation with the invitation of its first administrator."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Role, Viewer
from core.errors import Conflict
from core.i18n import N_
from data.administration.people.actions.invitations import invite
from data.administration.people.rules import check_kind, name_in, siren_in
from data.administration.people.types import NewOrganisation
from data.identity.accounts.actions import create_organisation
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note


def create_with_administrator(
    db: Session, viewer: Viewer, new: NewOrganisation, *, now: datetime
) -> int:
    """Create an organisation and invite its first administrator, both or neither; return its id.

    Raise Invalid, or Conflict when it exists: same SIREN, or same name without one.
    """
    viewer.require(Permission.ORGANISATIONS_WRITE)
    check_kind(new.kind)
    name, siren = name_in(new.name), siren_in(new.siren)
    # Serial, so that pressing twice does not create two.
    home = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(home.with_for_update())
    _check_new(db, name, siren)
    organisation_id = create_organisation(db, name, new.kind, now, siren=siren)
    actor = (viewer.user_id, organisation_id)
    detail = {"kind": new.kind.value}
    note(
        db,
        now,
        "organisations.created",
        ("organisation", organisation_id),
        actor=actor,
        detail=detail,
    )
    first = replace(new.first, organisation_id=organisation_id, role=Role.ADMINISTRATOR)
    invite(db, viewer, first, now=now)
    return organisation_id


def _check_new(db: Session, name: str, siren: str | None) -> None:
    if siren is not None:
        same_siren = select(Organisation.name).where(Organisation.siren == siren)
        if (other := db.scalar(same_siren.limit(1))) is not None:
            raise Conflict(N_("Le SIREN {siren} est celui de {name}."), siren=siren, name=other)
        return
    same = select(Organisation.id).where(func.lower(Organisation.name) == name.lower())
    if db.scalar(same.limit(1)) is not None:
        raise Conflict(
            N_("Une organisation s’appelle déjà {name} : indiquez le SIREN de celle-ci."),
            name=name,
        )
