"""Telling the other side, by mail and in its inbox: the one place that knows to whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.accounts.models import Organisation, User
from data.controls.actions.ringing import Known, Ring, accounts_of, controls_of, ring
from data.controls.models import Campaign, Control, Message, MessageMark
from data.controls.rules.words import MOTIVES
from data.controls.types import Motive, Side, Verdict
from data.db import upsert
from data.notifications.actions import queue, who_stopped
from data.notifications.rules import plain
from data.notifications.types import JSON, Kind, Severity
from data.pces.queries import told_within
from data.rights.actions.telling import About, named, queue_each
from data.rights.models import AccessRight
from i18n import N_

FIRST_WORDS = 140  # signs of a message that a mail and the inbox give
Rights = Mapping[int, AccessRight]  # by the id of the control
_SENTENCES: Mapping[Verdict, str] = {
    Verdict.ACCEPT: N_("La preuve du consentement est validée : rien d’autre n’est attendu."),
    Verdict.AGAIN: N_("Le distributeur demande une nouvelle pièce, jusqu’au {due} inclus :"),
    Verdict.REJECT: N_("La preuve du consentement est refusée : ces droits sont clos."),
}


def ask(db: Session, rights: Collection[AccessRight], due_on: date, now: datetime) -> None:
    """A proof is asked for each of *rights*: one mail to each person, whatever their number."""
    due = due_on.isoformat()
    _each(db, rights, Kind.PROOF_ASKED, {"due": due}, now)
    _ring_each(db, rights, Ring(Kind.PROOF_ASKED, {"due": due}), now)


def remind(db: Session, rights: Collection[AccessRight], due_on: date, now: datetime) -> None:
    """Nothing was sent yet, and the deadline is near."""
    _each(db, rights, Kind.PROOF_DUE, {"due": due_on.isoformat()}, now)


def say_decided(
    db: Session,
    rights: Collection[AccessRight],
    ruling: tuple[Verdict, Motive | None, str, date | None],
    now: datetime,
    *,
    upstream: bool = False,
) -> None:
    """What was decided of *rights*, with its motive and, for another piece, the new deadline.

    *upstream*: by another distributor, in its words.
    """
    verdict, motive, text, due_on = ruling
    due, why = due_on.isoformat() if due_on else "", MOTIVES[motive] if motive else ""
    params: dict[str, object] = {
        "sentence": _SENTENCES[verdict],
        "motive": why,
        "text": text,
        "due": due,
    }
    _each(db, rights, Kind.PROOF_DECIDED, params, now)
    severity = Severity.INFO if verdict is Verdict.ACCEPT else Severity.WARNING
    told: dict[str, JSON] = {"verdict": verdict.value, "due": due, "motive": why, "text": text}
    told |= {"upstream": True} if upstream else {}
    _ring_each(db, rights, Ring(Kind.PROOF_DECIDED, told, severity), now)


def say_written(db: Session, message: Message, control: Control, right: AccessRight) -> None:
    """A message waits on a control: its first words are told, the rest stays on the portal.

    At the distributor, who has the control in hand is told; while nobody has, who opened its
    campaign. Who was told by mail and has not read since is not told again that way.
    """
    to_staff = message.side is Side.THIRD_PARTY
    known = {right.id: (control.id, control.uid)}
    who, words = _home_of(db, message.author_id)[1], _first_words(message.text)
    people = set(_in_charge(db, control) if to_staff else _people(db, [right], known))
    params = named({"who": who, "text": words}, {}, {right.number: _about(right, known)})
    for user_id in _to_mail(db, control, people, message):
        queue(db, user_id, Kind.PROOF_MESSAGE, message.at, params=params)
        _note_told(db, user_id, control, message)
    told = Ring(Kind.PROOF_MESSAGE, {"who": who, "text": words}, Severity.INFO)
    if not to_staff:
        _ring_each(db, [right], told, message.at)
    for user_id in people if to_staff else ():
        home, readers = _home_of(db, user_id)[0], [user_id]
        ring(db, told, [right], known, home=home, readers=readers, now=message.at)


def say_returned(
    db: Session, by_decider: Mapping[int, Sequence[AccessRight]], now: datetime
) -> None:
    """To who decided: another deposit came before it was told, and takes the decision back."""
    for user_id, rights in sorted(by_decider.items()):
        known = controls_of(db, rights)
        who = db.get_one(Organisation, rights[0].organisation_id).name
        told = {right.number: _about(right, known) for right in rights}
        _mail(db, {user_id: told}, Kind.PROOF_RETURNED, {"who": who}, now)
        said = Ring(Kind.PROOF_RETURNED, {"who": who})
        home, readers = _home_of(db, user_id)[0], [user_id]
        ring(db, said, rights, known, home=home, readers=readers, now=now)


def _first_words(text: str) -> str:
    first = plain(text.strip().partition("\n")[0])
    return first if len(first) <= FIRST_WORDS else first[: FIRST_WORDS - 1].rstrip() + "…"


def _to_mail(db: Session, control: Control, people: Collection[int], message: Message) -> list[int]:
    mark, ours = MessageMark, MessageMark.control_id == control.id
    told = select(mark.user_id).where(ours, mark.told_id > mark.message_id)
    stopped = who_stopped(db, Kind.PROOF_MESSAGE, people, message.at)
    return sorted(set(people) - set(db.scalars(told)) - stopped)


def _note_told(db: Session, user_id: int, control: Control, message: Message) -> None:
    key = {"user_id": user_id, "control_id": control.id}
    kept = upsert(db, MessageMark).values(**key, message_id=0, told_id=message.id)
    db.execute(kept.on_conflict_do_update(index_elements=list(key), set_={"told_id": message.id}))


def _home_of(db: Session, user_id: int | None) -> tuple[int, str]:
    """The organisation of somebody, and its name."""
    query = select(Organisation.id, Organisation.name).join(User).where(User.id == user_id)
    id_, name = db.execute(query).one()
    return id_, name


def _in_charge(db: Session, control: Control) -> Sequence[int]:
    opened_by = select(Campaign.created_by).where(Campaign.id == control.campaign_id)
    user_id = opened_by.scalar_subquery() if control.owner_id is None else control.owner_id
    query = select(User.id).where(User.id == user_id, User.disabled_at.is_(None))
    return db.scalars(query).all()


def _each(
    db: Session,
    rights: Collection[AccessRight],
    kind: Kind,
    params: Mapping[str, object],
    now: datetime,
) -> None:
    _mail(db, _people(db, rights, controls_of(db, rights)), kind, params, now)


def _mail(
    db: Session,
    people: Mapping[int, Mapping[str, About]],
    kind: Kind,
    params: Mapping[str, object],
    now: datetime,
) -> None:
    """One mail to each of these people, but to who wants that kind in the inbox only."""
    stopped = who_stopped(db, kind, people, now)
    told = {user: about for user, about in people.items() if user not in stopped}
    queue_each(db, told, kind, params, now)


def _ring_each(db: Session, rights: Collection[AccessRight], told: Ring, now: datetime) -> None:
    """One line for each third party, in the inbox of all who may answer for it."""
    homes: dict[int, list[AccessRight]] = {}
    for right in rights:
        homes.setdefault(right.organisation_id, []).append(right)
    accounts, known = accounts_of(db, homes), controls_of(db, rights)
    for home, some in sorted(homes.items()):
        there = accounts.get(home, {})
        readers = [user for user, may in there.items() if may] or list(there)
        for alike, heard in _heard_by(db, readers, some):
            ring(db, told, heard, known, home=home, readers=alike, now=now)


def _heard_by(
    db: Session, readers: Collection[int], rights: Collection[AccessRight]
) -> list[tuple[Collection[int], list[AccessRight]]]:
    """Who hears of all of *rights*; and, one by one, who is limited to tags, of which."""
    limits = told_within(db, readers, {right.number for right in rights})
    whole = [user for user in readers if user not in limits]
    found: list[tuple[Collection[int], list[AccessRight]]] = [(whole, list(rights))]
    for user, numbers in limits.items():
        found.append(([user], [right for right in rights if right.number in numbers]))
    return [(alike, heard) for alike, heard in found if alike and heard]


def _people(
    db: Session, rights: Collection[AccessRight], known: Known
) -> dict[int, dict[str, About]]:
    """The PCE that each person is told of: who declared the right, else all who may answer.

    Who is limited to tags is told of theirs alone: of another PCE, it is as if they had left.
    """
    there = accounts_of(db, {right.organisation_id for right in rights})
    everybody = {user for accounts in there.values() for user in accounts}
    limits = told_within(db, everybody, {right.number for right in rights})
    told: dict[int, dict[str, About]] = {}
    for right in rights:
        accounts = {
            user: may
            for user, may in there.get(right.organisation_id, {}).items()
            if user not in limits or right.number in limits[user]
        }
        able = [user for user, may in accounts.items() if may]
        declared = right.created_by if right.created_by in accounts else None
        for user in [declared] if declared is not None else able or list(accounts):
            told.setdefault(user, {})[right.number] = _about(right, known)
    return told


def _about(right: AccessRight, known: Known) -> About:
    """Site and holder in the words of who declared the right, and the uid of its control."""
    return right.site, right.company or right.person, known[right.id][1]
