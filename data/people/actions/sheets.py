"""People invited from a sheet: each line is sent, or refused with what to do."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import Invitation, User
from data.db import blocks
from data.people.actions.invitations import invite
from data.people.files.columns import EMAIL
from data.people.queries.invitations import waiting
from data.people.queries.visible import get_organisation
from data.people.types import Line, Problem, Sheet
from i18n import N_

_COLLEAGUE = N_(
    "Ligne {line}, colonne « {column} » : {email} a déjà un compte dans cette organisation. Ôtez"
    " cette ligne."
)
_WAITING = N_(
    "Ligne {line}, colonne « {column} » : {email} a déjà une invitation en attente. Ôtez cette"
    " ligne, ou renvoyez l’invitation."
)


def sort_out(
    db: Session, viewer: Viewer, sheet: Sheet, organisation_id: int | None, *, now: datetime
) -> Sheet:
    """What *sheet* would send into an organisation; nothing is written.

    Of other organisations' people nothing is said.
    """
    place = get_organisation(db, viewer, organisation_id)
    emails = [one.invitation.email for one in sheet.lines]
    colleagues = _among(db, emails, place.id)
    waits = _waiting(db, emails, place.id, now)
    kept: list[Line] = []
    problems = list(sheet.problems)
    for one in sheet.lines:
        email = one.invitation.email
        said = _COLLEAGUE if email in colleagues else _WAITING if email in waits else None
        if said is None:
            kept.append(replace(one, invitation=replace(one.invitation, organisation_id=place.id)))
        else:
            params = {"line": one.line, "column": EMAIL, "email": email}
            problems.append(Problem(one.line, EMAIL, said, params))
    return Sheet(tuple(kept), tuple(sorted(problems, key=lambda problem: problem.line)))


def invite_all(db: Session, viewer: Viewer, sheet: Sheet, *, now: datetime) -> int:
    """Invite everybody whom a sheet that was sorted out keeps, all or none; how many."""
    for one in sheet.lines:
        invite(db, viewer, one.invitation, now=now)
    return len(sheet.lines)


def _among(db: Session, emails: Collection[str], organisation_id: int) -> set[str]:
    found: set[str] = set()
    ours = select(User.email).where(User.organisation_id == organisation_id)
    for block in blocks(sorted(emails)):
        found |= set(db.scalars(ours.where(User.email.in_(block))))
    return found


def _waiting(db: Session, emails: Collection[str], organisation_id: int, now: datetime) -> set[str]:
    found: set[str] = set()
    ours = select(Invitation.email).where(
        Invitation.organisation_id == organisation_id, waiting(), Invitation.expires_at > now
    )
    for block in blocks(sorted(emails)):
        found |= set(db.scalars(ours.where(Invitation.email.in_(block))))
    return found
