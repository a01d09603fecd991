"""Set roles, deactivate and reactivate accounts; an administrator always remains."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.access import Role, Viewer
from core.errors import Conflict, Invalid
from core.i18n import N_
from data.accounts.actions import disable_user
from data.accounts.models import Organisation, User, UserTag
from data.audit.actions import note
from data.people.queries.limits import get_tag_limit, list_tags
from data.people.queries.lists import is_last_administrator
from data.people.queries.visible import get_organisation, get_person
from data.people.rules import LAST_ADMINISTRATOR, check_role, tags_in


def give_role(db: Session, viewer: Viewer, user_id: int, role: Role, *, now: datetime) -> bool:
    """Give somebody another role, in force with their next request; False when it is theirs.

    Who becomes an administrator is limited to no tag any more. Raises NotFound, Invalid for a role
    of another kind of organisation, Conflict for the last administrator.
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
    """Let somebody see the PCE of these tags alone, with their next request; none, every PCE.

    False when they are limited so already. Raises NotFound, Invalid for an administrator, for the
    distributor's staff, or for a tag that no PCE of their organisation bears.
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
    """Raise Invalid unless some PCE of the organisation bears each of *tags*."""
    known_tags = {tag for tag, _count in list_tags(db, viewer, organisation_id)}
    for tag in sorted(set(tags) - known_tags):
        raise Invalid(N_("Aucun PCE n’a l’étiquette « {tag} »."), tag=tag[:40])


def keep_tags(db: Session, user_id: int, tags: Sequence[str], now: datetime) -> None:
    """These instead of those before, all of one instant."""
    db.execute(delete(UserTag).where(UserTag.user_id == user_id))
    if tags:
        db.execute(insert(UserTag), [{"user_id": user_id, "tag": tag, "at": now} for tag in tags])


def disable(db: Session, viewer: Viewer, user_id: int, *, now: datetime) -> None:
    """Cut somebody at once: their sessions end in this transaction."""
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
    """Let somebody sign in again, with the password and the role they had."""
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
    """Write to the journal of the person's organisation, for any actor."""
    actor = (viewer.user_id, person.organisation_id)
    note(db, now, f"people.{verb}", ("user", person.id), actor=actor, detail=detail)
