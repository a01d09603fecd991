"""People invited from a sheet: each line is sent, or refused with what to do."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import OrganisationKind, Viewer, roles_of
from data.accounts.models import Invitation, User
from data.accounts.rules import folded
from data.db import blocks
from data.people.actions.invitations import invite
from data.people.actions.sparing import Sent
from data.people.files.columns import EMAIL, TAGS
from data.people.files.reading import people_in
from data.people.queries.invitations import waiting
from data.people.queries.limits import list_tags
from data.people.queries.visible import get_organisation
from data.people.types import Line, Place
from data.runs.types import SheetProblem, SheetSorted, SheetTable
from i18n import N_

_COLLEAGUE = N_(
    "Ligne {line}, colonne « {column} » : {email} a déjà un compte dans cette organisation."
    " Retirez cette ligne."
)
_NO_TAG = N_(
    "Ligne {line}, colonne « {column} » : aucun PCE de l’organisation n’a l’étiquette « {tag} »."
    " Corrigez-la, ou retirez-la."
)
_STAFF = N_(
    "Ligne {line}, colonne « {column} » : le personnel du distributeur voit tous les PCE. Retirez"
    " ces étiquettes."
)
_ENOUGH = N_(
    "Ligne {line}, colonne « {column} » : {email} a reçu assez d’invitations de cette"
    " organisation aujourd’hui. Retirez cette ligne, et invitez cette personne demain."
)
_WAITING = N_(
    "Ligne {line}, colonne « {column} » : {email} a déjà une invitation en attente. Retirez cette"
    " ligne, ou renvoyez l’invitation."
)


def sort_out(
    db: Session, viewer: Viewer, table: SheetTable, organisation_id: int | None, now: datetime
) -> SheetSorted[Line]:
    """Whom *table* would invite into an organisation; nothing is written.

    Of other organisations' people nothing is said.
    """
    place = get_organisation(db, viewer, organisation_id)
    read = people_in(table, roles_of(place.kind))
    emails = [one.invitation.email for one in read.new]
    colleagues = _among(db, emails, place.id)
    waits = _waiting(db, emails, place.id, now)
    sent = Sent(db, place.id, now)
    tags = [tag for tag, _count in list_tags(db, viewer, place.id)]
    known = {folded(tag): tag for tag in tags} | {tag: tag for tag in tags}
    kept: list[Line] = []
    problems = list(read.problems)
    for one in read.new:
        email = one.invitation.email
        said = _COLLEAGUE if email in colleagues else _WAITING if email in waits else None
        if said is not None:
            problems.append(_problem(one, said))
        elif (wrong := _wrong_tag(one, known, place)) is not None:
            problems.append(wrong)
        elif not sent.take(email):
            problems.append(_problem(one, _ENOUGH))
        else:
            named = one.invitation.tags
            meant = dict.fromkeys(known.get(tag) or known[folded(tag)] for tag in named)
            new = replace(one.invitation, organisation_id=place.id, tags=tuple(meant))
            kept.append(replace(one, invitation=new))
    problems.sort(key=lambda problem: problem.line)
    return SheetSorted(tuple(kept), problems=tuple(problems))


def _problem(one: Line, said: str) -> SheetProblem:
    params = {"line": one.line, "column": EMAIL, "email": one.invitation.email}
    return SheetProblem(one.line, EMAIL, said, params)


def _wrong_tag(one: Line, known: Collection[str], place: Place) -> SheetProblem | None:
    """Why the tags of a line cannot be taken; *known* are the organisation's, folded too."""
    params = {"line": one.line, "column": TAGS}
    if one.invitation.tags and place.kind is OrganisationKind.DISTRIBUTOR:
        return SheetProblem(one.line, TAGS, _STAFF, params)
    named = one.invitation.tags
    strange = next((tag for tag in named if {tag, folded(tag)}.isdisjoint(known)), None)
    if strange is None:
        return None
    return SheetProblem(one.line, TAGS, _NO_TAG, {**params, "tag": strange[:40]})


def invite_all(db: Session, viewer: Viewer, found: SheetSorted[Line], now: datetime) -> None:
    """Invite everybody whom a sheet that was sorted out keeps, all or none."""
    for one in found.new:
        invite(db, viewer, one.invitation, now=now)


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
