"""Organisations: created with the invitation of their first administrator."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.access import Permission, Role, Viewer
from data.accounts.actions import create_organisation
from data.accounts.models import Organisation
from data.audit.actions import note
from data.errors import Conflict
from data.people.actions.invitations import invite
from data.people.rules import check_kind, name_in, siren_in
from data.people.types import NewOrganisation
from i18n import N_


def found(db: Session, viewer: Viewer, new: NewOrganisation, *, now: datetime) -> int:
    """Create an organisation and invite its first administrator, both or neither; its id.

    Raises Invalid, or Conflict when it is known: by its SIREN, or by its name without one.
    """
    viewer.require(Permission.ORGANISATIONS_WRITE)
    check_kind(new.kind)
    name, siren = name_in(new.name), siren_in(new.siren)
    # One after the other, so that two presses do not make two of them.
    home = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(home.with_for_update())
    _check_new(db, name, siren)
    made = create_organisation(db, name, new.kind, now, siren=siren)
    actor = (viewer.user_id, made)
    detail = {"kind": new.kind.value}
    note(db, now, "organisations.created", ("organisation", made), actor=actor, detail=detail)
    first = replace(new.first, organisation_id=made, role=Role.ADMINISTRATOR)
    invite(db, viewer, first, now=now)
    return made


def _check_new(db: Session, name: str, siren: str | None) -> None:
    if siren is not None:
        known = select(Organisation.name).where(Organisation.siren == siren)
        if (other := db.scalar(known.limit(1))) is not None:
            raise Conflict(N_("Le SIREN {siren} est celui de {name}."), siren=siren, name=other)
        return
    same = select(Organisation.id).where(func.lower(Organisation.name) == name.lower())
    if db.scalar(same.limit(1)) is not None:
        raise Conflict(
            N_("Une organisation s’appelle déjà {name} : indiquez le SIREN de celle-ci."),
            name=name,
        )
