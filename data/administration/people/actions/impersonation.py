"""Start and end impersonation, with a reason; every read is recorded."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.administration.people.models import Look
from data.administration.people.queries.impersonation import get_current_look_query
from data.administration.people.queries.visible import get_organisation, get_person
from data.administration.people.rules import LOOKS, check_looked_at, reason_in
from data.identity.accounts.models import User
from data.identity.audit.actions import note


def impersonate(db: Session, viewer: Viewer, user_id: int, reason: str, *, now: datetime) -> None:
    """Let the viewer's session see what a person sees, read-only, for half an hour.

    Raise Invalid without a reason or if the person cannot be impersonated, and NotFound.
    """
    viewer.require(Permission.PEOPLE_LOOK)
    person = get_person(db, viewer, user_id)
    kind = get_organisation(db, viewer, person.organisation_id).kind
    check_looked_at(kind, active=person.disabled_at is None)
    why = reason_in(reason)
    _end(db, viewer, now)
    look = Look(
        session_id=viewer.session_id,
        user_id=viewer.user_id,
        target_id=person.id,
        reason=why,
        started_at=now,
        ends_at=now + LOOKS,
    )
    db.add(look)
    db.flush()
    _note(db, viewer, person, "look_begun", now, reason=why)


def stop_impersonating(db: Session, viewer: Viewer, *, now: datetime) -> int | None:
    """End the impersonation; return the person's id, None when it was already over."""
    viewer.require(Permission.PEOPLE_LOOK)
    target = _end(db, viewer, now)
    if target is not None:
        _note(db, viewer, get_person(db, viewer, target), "look_ended", now)
    return target


def record_impersonated_read(
    db: Session, looker: Viewer, detail: Mapping[str, object], *, now: datetime
) -> None:
    """Record in the journal what the person behind `looker` read."""
    actor = (looker.behind, looker.organisation_id)
    note(db, now, "people.looked", ("user", looker.user_id), actor=actor, detail=detail)


def _end(db: Session, viewer: Viewer, now: datetime) -> int | None:
    ended = update(Look).where(get_current_look_query(viewer, now)).values(ended_at=now)
    return next(iter(db.scalars(ended.returning(Look.target_id)).all()), None)


def _note(
    db: Session, viewer: Viewer, person: User, verb: str, now: datetime, **detail: object
) -> None:
    actor = (viewer.user_id, person.organisation_id)
    note(db, now, f"people.{verb}", ("user", person.id), actor=actor, detail=detail)
