"""Name the people of a control as its reader may see them."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.identity.accounts.models import ApiCredential, Organisation, User


def load_names(
    db: Session, viewer: Viewer, ids: Collection[int | None]
) -> Mapping[int | None, str]:
    """Return names by user id: colleagues by name, others by organisation, "" for the clock."""
    user_ids = {user_id for user_id in ids if user_id is not None}
    query = (
        select(User.id, User.name, User.organisation_id, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.id.in_(user_ids))
    )
    names: dict[int | None, str] = {
        row.id: row.name if row.organisation_id == viewer.organisation_id else row.organisation
        for row in db.execute(query)
    }
    names |= _programs(db, viewer, [-user_id for user_id in user_ids if user_id < 0])
    return {user_id: names.get(user_id, "") for user_id in (*user_ids, None)}


def _programs(db: Session, viewer: Viewer, ids: Collection[int]) -> Mapping[int | None, str]:
    """Return the same for programs, whose ids are negative: see Viewer."""
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
