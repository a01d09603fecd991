"""How the people of a control are named to who reads of them."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import ApiCredential, Organisation, User


def names_for(db: Session, viewer: Viewer, ids: Collection[int | None]) -> Mapping[int | None, str]:
    """A colleague by name, the other side by its organisation; nobody for the clock."""
    wanted = {one for one in ids if one is not None}
    query = (
        select(User.id, User.name, User.organisation_id, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.id.in_(wanted))
    )
    found: dict[int | None, str] = {
        row.id: row.name if row.organisation_id == viewer.organisation_id else row.organisation
        for row in db.execute(query)
    }
    found |= _programs(db, viewer, [-one for one in wanted if one < 0])
    return {one: found.get(one, "") for one in (*wanted, None)}


def _programs(db: Session, viewer: Viewer, ids: Collection[int]) -> Mapping[int | None, str]:
    """The same of programs, whose ids are below zero: see Viewer."""
    if not ids:
        return {}
    query = (
        select(ApiCredential.id, ApiCredential.name, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == ApiCredential.organisation_id)
        .where(ApiCredential.id.in_(ids))
    )
    return {
        -credential: name if place == viewer.organisation_id else organisation
        for credential, name, place, organisation in db.execute(query)
    }
