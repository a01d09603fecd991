"""Telling the other side, by mail: the one place that knows to whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, permissions_of
from data.accounts.models import Organisation, User
from data.controls.models import Campaign, Control, Message, MessageMark
from data.controls.rules.words import MOTIVES
from data.controls.types import Motive, Side, Verdict
from data.db import blocks, upsert
from data.notifications.actions import queue
from data.notifications.types import Kind
from data.rights.actions.telling import About, queue_each
from data.rights.models import AccessRight
from i18n import N_

Rights = Mapping[int, AccessRight]  # by the id of the control
_SENTENCES: Mapping[Verdict, str] = {
    Verdict.ACCEPT: N_("La preuve du consentement est validée : rien d’autre n’est attendu."),
    Verdict.AGAIN: N_("Le distributeur demande une nouvelle pièce, avant le {due} :"),
    Verdict.REJECT: N_("La preuve du consentement est refusée : ces droits sont clos."),
}


def ask(db: Session, rights: Collection[AccessRight], due_on: date, now: datetime) -> None:
    """A proof is asked for each of *rights*: one mail to each person, whatever their number."""
    _each(db, rights, Kind.PROOF_ASKED, {"due": due_on.isoformat()}, now)


def remind(db: Session, rights: Collection[AccessRight], due_on: date, now: datetime) -> None:
    """Nothing was sent yet, and the deadline is near."""
    _each(db, rights, Kind.PROOF_DUE, {"due": due_on.isoformat()}, now)


def say_decided(
    db: Session,
    rights: Collection[AccessRight],
    ruling: tuple[Verdict, Motive | None, str, date | None],
    now: datetime,
) -> None:
    """What was decided of *rights*, with its motive and, for another piece, the new deadline."""
    verdict, motive, text, due_on = ruling
    params: dict[str, object] = {
        "sentence": _SENTENCES[verdict],
        "motive": MOTIVES[motive] if motive else "",
        "text": text,
        "due": due_on.isoformat() if due_on else "",
    }
    _each(db, rights, Kind.PROOF_DECIDED, params, now)


def say_written(db: Session, message: Message, control: Control, right: AccessRight) -> None:
    """A message waits on a control: its text stays on the portal.

    At the distributor, who has the control in hand is told; while nobody has, who opened its
    campaign. Who was told and has not read since is not told again.
    """
    params = {"control": control.uid, "pces": [right.number], "more": 0}
    to_staff = message.side is Side.THIRD_PARTY
    people = set(_in_charge(db, control) if to_staff else _people(db, [right]))
    mark, ours = MessageMark, MessageMark.control_id == control.id
    told = select(mark.user_id).where(ours, mark.told_id > mark.message_id)
    for user_id in sorted(people - set(db.scalars(told))):
        queue(db, user_id, Kind.PROOF_MESSAGE, message.at, params=params)
        key = {"user_id": user_id, "control_id": control.id}
        kept = upsert(db, mark).values(**key, message_id=0, told_id=message.id)
        db.execute(
            kept.on_conflict_do_update(index_elements=list(key), set_={"told_id": message.id})
        )


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
    queue_each(db, _people(db, rights), kind, params, now)


def _people(db: Session, rights: Collection[AccessRight]) -> dict[int, dict[str, About]]:
    """The PCE that each person is told of: who declared the right, else all who may answer."""
    there: dict[int, dict[int, bool]] = {}
    for block in blocks(sorted({right.organisation_id for right in rights})):
        query = (
            select(User.id, User.role, User.organisation_id, Organisation.kind)
            .join(Organisation, Organisation.id == User.organisation_id)
            .where(User.organisation_id.in_(block), User.disabled_at.is_(None))
        )
        for row in db.execute(query):
            may = Permission.CONTROLS_ANSWER in permissions_of(row.role, row.kind)
            there.setdefault(row.organisation_id, {})[row.id] = may
    told: dict[int, dict[str, About]] = {}
    for right in rights:
        known = there.get(right.organisation_id, {})
        able = [user for user, may in known.items() if may]
        declared = right.created_by if right.created_by in known else None
        for user in [declared] if declared is not None else able or list(known):
            about = right.site, right.company or right.person, right.uid  # its own words for them
            told.setdefault(user, {})[right.number] = about
    return told
