"""Correct a person's name, by themselves or an administrator; the account's address stays."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.administration.people.queries.visible import get_person
from data.administration.people.rules import person_in
from data.identity.accounts.models import User
from data.identity.audit.actions import note


def rename_self(db: Session, viewer: Viewer, name: str, *, now: datetime) -> str:
    """Change the viewer's own name; return it as stored. Raise Invalid."""
    viewer.require(Permission.ACCOUNT)
    new_name = person_in(name)
    mine = select(User).where(User.id == viewer.user_id)
    _rename(db, viewer, db.scalars(mine.with_for_update()).one(), new_name, now)
    return new_name


def rename(db: Session, viewer: Viewer, user_id: int, name: str, *, now: datetime) -> str:
    """Change the name of somebody the viewer administers; return it as stored.

    Raise NotFound, or Invalid.
    """
    new_name = person_in(name)
    _rename(db, viewer, get_person(db, viewer, user_id, lock=True), new_name, now)
    return new_name


def _rename(db: Session, viewer: Viewer, person: User, name: str, now: datetime) -> None:
    """Rename a person; the journal, which outlives the account, records who did it, no name."""
    if person.name == name:
        return
    person.name = name
    db.flush()
    actor = (viewer.user_id, person.organisation_id)
    note(db, now, "people.renamed", ("user", person.id), actor=actor)
