"""Notify the other side of a control by mail and inbox; the only module that selects recipients."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import upsert
from core.i18n import N_
from data.controls.actions.inbox_notices import InboxNotice, Known, accounts_of, controls_of, notify
from data.controls.models import Campaign, Control, Message, MessageMark
from data.controls.rules.labels import MOTIVES
from data.controls.types import ControlVerdict, Motive, Side
from data.identity.accounts.models import Organisation, User
from data.metering.pces.queries import load_visible_numbers
from data.notifications.actions import queue, who_stopped
from data.notifications.rules import plain
from data.notifications.types import JSON, NotificationKind, Severity
from data.rights.actions.third_party_notices import About, named, queue_each
from data.rights.models import AccessRight

FIRST_WORDS = 140  # characters of a message quoted in mail and inbox
Rights = Mapping[int, AccessRight]  # by control id
_SENTENCES: Mapping[ControlVerdict, str] = {
    ControlVerdict.ACCEPT: N_(
        "La preuve du consentement est validée : rien d’autre n’est attendu."
    ),
    ControlVerdict.AGAIN: N_("Le distributeur demande une nouvelle pièce, jusqu’au {due} inclus :"),
    ControlVerdict.REJECT: N_("La preuve du consentement est refusée : ces droits sont clos."),
}


def ask(db: Session, rights: Collection[AccessRight], due_on: date, now: datetime) -> None:
    """Ask for a proof of each of `rights`, with one mail to each person."""
    due = due_on.isoformat()
    _each(db, rights, NotificationKind.PROOF_ASKED, {"due": due}, now)
    _ring_each(db, rights, InboxNotice(NotificationKind.PROOF_ASKED, {"due": due}), now)


def remind(db: Session, rights: Collection[AccessRight], due_on: date, now: datetime) -> None:
    """Remind that the deadline is near and nothing was sent."""
    _each(db, rights, NotificationKind.PROOF_DUE, {"due": due_on.isoformat()}, now)


def notify_decided(
    db: Session,
    rights: Collection[AccessRight],
    ruling: tuple[ControlVerdict, Motive | None, str, date | None],
    now: datetime,
    *,
    upstream: bool = False,
) -> None:
    """Notify the decision on `rights`, with its motive and any new deadline.

    `upstream`: by another distributor, in its words.
    """
    verdict, motive, text, due_on = ruling
    due, why = due_on.isoformat() if due_on else "", MOTIVES[motive] if motive else ""
    params: dict[str, object] = {
        "sentence": _SENTENCES[verdict],
        "motive": why,
        "text": text,
        "due": due,
    }
    _each(db, rights, NotificationKind.PROOF_DECIDED, params, now)
    severity = Severity.INFO if verdict is ControlVerdict.ACCEPT else Severity.WARNING
    details: dict[str, JSON] = {"verdict": verdict.value, "due": due, "motive": why, "text": text}
    details |= {"upstream": True} if upstream else {}
    _ring_each(db, rights, InboxNotice(NotificationKind.PROOF_DECIDED, details, severity), now)


def notify_written(db: Session, message: Message, control: Control, right: AccessRight) -> None:
    """Notify a message on a control, quoting its first words; the rest stays on the portal.

    On the distributor's side, the person in charge of the control is notified, else the one who
    opened its campaign. People with an unread notice get no second mail.
    """
    to_staff = message.side is Side.THIRD_PARTY
    controls_by_right = {right.id: (control.id, control.uid)}
    who, words = _home_of(db, message.author_id)[1], _first_words(message.text)
    people = set(_in_charge(db, control) if to_staff else _people(db, [right], controls_by_right))
    params = named(
        {"who": who, "text": words}, {}, {right.number: _about(right, controls_by_right)}
    )
    for user_id in _to_mail(db, control, people, message):
        queue(db, user_id, NotificationKind.PROOF_MESSAGE, message.at, params=params)
        key = {"user_id": user_id, "control_id": control.id}
        statement = upsert(db, MessageMark).values(**key, message_id=0, told_id=message.id)
        db.execute(
            statement.on_conflict_do_update(index_elements=list(key), set_={"told_id": message.id})
        )
    notice = InboxNotice(NotificationKind.PROOF_MESSAGE, {"who": who, "text": words}, Severity.INFO)
    if not to_staff:
        _ring_each(db, [right], notice, message.at)
    for user_id in people if to_staff else ():
        home, readers = _home_of(db, user_id)[0], [user_id]
        notify(db, notice, [right], controls_by_right, home=home, readers=readers, now=message.at)


def notify_returned(
    db: Session, by_decider: Mapping[int, Sequence[AccessRight]], now: datetime
) -> None:
    """Notify each decider that a new deposit takes back an unannounced decision."""
    for user_id, rights in sorted(by_decider.items()):
        controls_by_right = controls_of(db, rights)
        who = db.get_one(Organisation, rights[0].organisation_id).name
        details = {right.number: _about(right, controls_by_right) for right in rights}
        _mail(db, {user_id: details}, NotificationKind.PROOF_RETURNED, {"who": who}, now)
        notice = InboxNotice(NotificationKind.PROOF_RETURNED, {"who": who})
        home, readers = _home_of(db, user_id)[0], [user_id]
        notify(db, notice, rights, controls_by_right, home=home, readers=readers, now=now)


def _first_words(text: str) -> str:
    first = plain(text.strip().partition("\n")[0])
    return first if len(first) <= FIRST_WORDS else first[: FIRST_WORDS - 1].rstrip() + "…"


def _to_mail(db: Session, control: Control, people: Collection[int], message: Message) -> list[int]:
    mark, same_control = MessageMark, MessageMark.control_id == control.id
    notified_users = select(mark.user_id).where(same_control, mark.told_id > mark.message_id)
    stopped = who_stopped(db, NotificationKind.PROOF_MESSAGE, people, message.at)
    return sorted(set(people) - set(db.scalars(notified_users)) - stopped)


def _home_of(db: Session, user_id: int | None) -> tuple[int, str]:
    """Return the organisation of a user and its name."""
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
    kind: NotificationKind,
    params: Mapping[str, object],
    now: datetime,
) -> None:
    _mail(db, _people(db, rights, controls_of(db, rights)), kind, params, now)


def _mail(
    db: Session,
    people: Mapping[int, Mapping[str, About]],
    kind: NotificationKind,
    params: Mapping[str, object],
    now: datetime,
) -> None:
    """Send one mail to each person, except those who receive this kind in the inbox only."""
    stopped = who_stopped(db, kind, people, now)
    recipients = {user: about for user, about in people.items() if user not in stopped}
    queue_each(db, recipients, kind, params, now)


def _ring_each(
    db: Session, rights: Collection[AccessRight], notice: InboxNotice, now: datetime
) -> None:
    """Add one notice for each third party to the inboxes of people who can answer for it."""
    homes: dict[int, list[AccessRight]] = {}
    for right in rights:
        homes.setdefault(right.organisation_id, []).append(right)
    accounts, controls_by_right = accounts_of(db, homes), controls_of(db, rights)
    for home, home_rights in sorted(homes.items()):
        home_accounts = accounts.get(home, {})
        readers = [user for user, may in home_accounts.items() if may] or list(home_accounts)
        for group, group_rights in _heard_by(db, readers, home_rights):
            notify(db, notice, group_rights, controls_by_right, home=home, readers=group, now=now)


def _heard_by(
    db: Session, readers: Collection[int], rights: Collection[AccessRight]
) -> list[tuple[Collection[int], list[AccessRight]]]:
    """Group recipients by the `rights` they can see: all of them, or those with their tags."""
    limits = load_visible_numbers(db, readers, {right.number for right in rights})
    unlimited_users = [user for user in readers if user not in limits]
    groups: list[tuple[Collection[int], list[AccessRight]]] = [(unlimited_users, list(rights))]
    for user, numbers in limits.items():
        groups.append(([user], [right for right in rights if right.number in numbers]))
    return [(users, group_rights) for users, group_rights in groups if users and group_rights]


def _people(
    db: Session, rights: Collection[AccessRight], controls_by_right: Known
) -> dict[int, dict[str, About]]:
    """Return the PCEs to report to each person: the right's author, else all who can answer.

    People restricted to tags are only told of PCEs with these tags, and count as absent for others.
    """
    accounts_by_home = accounts_of(db, {right.organisation_id for right in rights})
    everybody = {user for accounts in accounts_by_home.values() for user in accounts}
    limits = load_visible_numbers(db, everybody, {right.number for right in rights})
    details_by_user: dict[int, dict[str, About]] = {}
    for right in rights:
        accounts = {
            user: may
            for user, may in accounts_by_home.get(right.organisation_id, {}).items()
            if user not in limits or right.number in limits[user]
        }
        able = [user for user, may in accounts.items() if may]
        declared = right.created_by if right.created_by in accounts else None
        for user in [declared] if declared is not None else able or list(accounts):
            details_by_user.setdefault(user, {})[right.number] = _about(right, controls_by_right)
    return details_by_user


def _about(right: AccessRight, controls_by_right: Known) -> About:
    """Return the site, the holder as the declaration names them, and the uid of the control."""
    return right.site, right.company or right.person, controls_by_right[right.id][1]
