"""Invite people from a sheet: each line is sent, or refused with what to do."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import OrganisationKind, Viewer, roles_of
from core.database import blocks
from core.i18n import N_
from data.administration.people.actions.invitation_limits import SentInvitations
from data.administration.people.actions.invitations import invite
from data.administration.people.files.columns import EMAIL, TAGS
from data.administration.people.files.parser import people_in
from data.administration.people.queries.invitations import is_pending_invitation
from data.administration.people.queries.limits import list_tags
from data.administration.people.queries.visible import get_organisation
from data.administration.people.types import AdministeredOrganisation, PersonLine
from data.identity.accounts.models import Invitation, User
from data.identity.accounts.rules import folded
from data.runs.types import SheetProblem, SheetSorted, SheetTable

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
) -> SheetSorted[PersonLine]:
    """Preview the invitations of `table` into an organisation; write nothing.

    The people of other organisations are treated as unknown.
    """
    place = get_organisation(db, viewer, organisation_id)
    read = people_in(table, roles_of(place.kind))
    emails = [line.invitation.email for line in read.new]
    known_emails: set[str] = set()
    own_emails = select(User.email).where(User.organisation_id == place.id)
    for block in blocks(sorted(emails)):
        known_emails |= set(db.scalars(own_emails.where(User.email.in_(block))))
    colleagues = known_emails
    waits = _waiting(db, emails, place.id, now)
    sent = SentInvitations(db, place.id, now)
    tags = [tag for tag, _count in list_tags(db, viewer, place.id)]
    known_tags = {folded(tag): tag for tag in tags} | {tag: tag for tag in tags}
    lines: list[PersonLine] = []
    problems = list(read.problems)
    for line in read.new:
        email = line.invitation.email
        sentence = _COLLEAGUE if email in colleagues else _WAITING if email in waits else None
        if sentence is not None:
            problems.append(_problem(line, sentence))
        elif (wrong := _wrong_tag(line, known_tags, place)) is not None:
            problems.append(wrong)
        elif not sent.take(email):
            problems.append(_problem(line, _ENOUGH))
        else:
            named = line.invitation.tags
            tag_names = dict.fromkeys(
                known_tags.get(tag) or known_tags[folded(tag)] for tag in named
            )
            new = replace(line.invitation, organisation_id=place.id, tags=tuple(tag_names))
            lines.append(replace(line, invitation=new))
    problems.sort(key=lambda problem: problem.line)
    return SheetSorted(tuple(lines), problems=tuple(problems))


def _problem(line: PersonLine, sentence: str) -> SheetProblem:
    params = {"line": line.line, "column": EMAIL, "email": line.invitation.email}
    return SheetProblem(line.line, EMAIL, sentence, params)


def _wrong_tag(
    line: PersonLine, known_tags: Collection[str], place: AdministeredOrganisation
) -> SheetProblem | None:
    """Return the problem of a line's tags; `known_tags` are the organisation's, also folded."""
    params = {"line": line.line, "column": TAGS}
    if line.invitation.tags and place.kind is OrganisationKind.DISTRIBUTOR:
        return SheetProblem(line.line, TAGS, _STAFF, params)
    named = line.invitation.tags
    strange = next((tag for tag in named if {tag, folded(tag)}.isdisjoint(known_tags)), None)
    if strange is None:
        return None
    return SheetProblem(line.line, TAGS, _NO_TAG, {**params, "tag": strange[:40]})


def invite_all(db: Session, viewer: Viewer, sheet: SheetSorted[PersonLine], now: datetime) -> None:
    """Invite everybody on a validated sheet, all or none."""
    for line in sheet.new:
        invite(db, viewer, line.invitation, now=now)


def _waiting(db: Session, emails: Collection[str], organisation_id: int, now: datetime) -> set[str]:
    waiting_emails: set[str] = set()
    own_invitations = select(Invitation.email).where(
        Invitation.organisation_id == organisation_id,
        is_pending_invitation(),
        Invitation.expires_at > now,
    )
    for block in blocks(sorted(emails)):
        waiting_emails |= set(db.scalars(own_invitations.where(Invitation.email.in_(block))))
    return waiting_emails
