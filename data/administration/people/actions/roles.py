"""Set roles, deactivate and reactivate accounts; an administrator always remains."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.access import Role, Viewer
from core.errors import Conflict, Invalid
from core.i18n import N_
from data.administration.people.queries.limits import get_tag_limit, list_tags
from data.administration.people.queries.lists import is_last_administrator
from data.administration.people.queries.visible import get_organisation, get_person
from data.administration.people.rules import LAST_ADMINISTRATOR, check_role, tags_in
from data.identity.accounts.actions import disable_user
from data.identity.accounts.models import Organisation, User, UserTag
from data.identity.audit.actions import note


def give_role(db: Session, viewer: Viewer, user_id: int, role: Role, *, now: datetime) -> bool:
    """Change a person's role from their next request on; return False when unchanged.

    A new administrator is no longer limited to tags. Raise NotFound, Invalid for a role of another
    kind of organisation, Conflict for the last administrator.
    """
    person = _locked(db, viewer, user_id)
    check_role(role, get_organisation(db, viewer, person.organisation_id).kind)
    if person.role is role:
        return False
    _keep_one(db, viewer, person)
    before, person.role = person.role, role
    if role is Role.ADMINISTRATOR:
        keep_tags(db, person.id, (), now)
    db.flush()
    _note(db, viewer, "role_given", person, now, before=before.value, after=role.value)
    return True


def limit(db: Session, viewer: Viewer, user_id: int, tags: Sequence[str], *, now: datetime) -> bool:
    """Limit a person to the PCEs with these tags from their next request on; none: every PCE.

    Return False when unchanged. Raise NotFound, Invalid for an administrator, for the distributor's
    staff, or for a tag without a PCE in their organisation.
    """
    person = _locked(db, viewer, user_id)
    kind = get_organisation(db, viewer, person.organisation_id).kind
    new_tags = tags_in(tags, person.role, kind)
    before = get_tag_limit(db, viewer, person.id).tags
    if new_tags == before:
        return False
    check_known(db, viewer, person.organisation_id, set(new_tags) - set(before))
    keep_tags(db, person.id, new_tags, now)
    _note(db, viewer, "limited", person, now, before=before, after=new_tags)
    return True


def check_known(db: Session, viewer: Viewer, organisation_id: int, tags: Collection[str]) -> None:
    """Raise Invalid unless each of `tags` has a PCE of the organisation."""
    known_tags = {tag for tag, _count in list_tags(db, viewer, organisation_id)}
    for tag in sorted(set(tags) - known_tags):
        raise Invalid(N_("Aucun PCE n’a l’étiquette « {tag} »."), tag=tag[:40])


def keep_tags(db: Session, user_id: int, tags: Sequence[str], now: datetime) -> None:
    """Replace the tags of a user, all with the same time."""
    db.execute(delete(UserTag).where(UserTag.user_id == user_id))
    if tags:
        db.execute(insert(UserTag), [{"user_id": user_id, "tag": tag, "at": now} for tag in tags])


def disable(db: Session, viewer: Viewer, user_id: int, *, now: datetime) -> None:
    """Disable an account and end its sessions in this transaction.

    Raise Conflict for the viewer's own account or the last administrator.
    """
    person = _locked(db, viewer, user_id)
    if person.id == viewer.user_id:
        raise Conflict(
            N_(
                "Vous ne pouvez pas désactiver votre propre compte : un autre administrateur"
                " le peut."
            )
        )
    _keep_one(db, viewer, person)
    disable_user(db, person.id, now)
    db.expire(person)
    _note(db, viewer, "disabled", person, now)


def enable(db: Session, viewer: Viewer, user_id: int, *, now: datetime) -> None:
    """Reactivate an account, with its password and role. Raise Conflict when it is active."""
    person = _locked(db, viewer, user_id)
    if person.disabled_at is None:
        raise Conflict(N_("Ce compte est déjà actif."))
    person.disabled_at = None
    db.flush()
    _note(db, viewer, "enabled", person, now)


def _locked(db: Session, viewer: Viewer, user_id: int) -> User:
    """Lock the organisation, then return the person in its current state.

    Without the lock on the organisation, two administrators could demote each other: the second one
    now sees what the first one did.
    """
    home = get_person(db, viewer, user_id).organisation_id
    db.execute(select(Organisation.id).where(Organisation.id == home).with_for_update())
    db.expire_all()
    return get_person(db, viewer, user_id, lock=True)


def _keep_one(db: Session, viewer: Viewer, person: User) -> None:
    if is_last_administrator(db, viewer, person):
        raise Conflict(LAST_ADMINISTRATOR)


def _note(
    db: Session, viewer: Viewer, verb: str, person: User, now: datetime, **detail: object
) -> None:
    """Record the event in the journal of the person's organisation, for any actor."""
    actor = (viewer.user_id, person.organisation_id)
    note(db, now, f"people.{verb}", ("user", person.id), actor=actor, detail=detail)
