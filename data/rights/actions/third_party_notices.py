"""Notify third parties of their rights' transitions; the only module that knows how."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from core.i18n import N_
from data.identity.accounts.models import Organisation, User
from data.metering.pces.models import Pce
from data.metering.pces.queries import load_visible_numbers
from data.notifications.actions import queue
from data.notifications.models import Notification
from data.notifications.types import MessageDelivery, NotificationKind
from data.rights.models import AccessRight
from data.rights.types import RightTrigger

About = tuple[str, str, str]  # site and holder as the recipient knows them, uid of the right
NAMED = 20  # PCEs named in a mail; the others are counted
_SENTENCES: Mapping[RightTrigger, str] = {
    RightTrigger.ACCEPTED: N_(
        "Le titulaire a accepté : les données de ces PCE vous sont ouvertes."
    ),
    RightTrigger.REFUSED: N_("Le titulaire a refusé l’accès aux données de ces PCE."),
    RightTrigger.WITHDRAWN: N_("Le titulaire a retiré son accord : vous ne lisez plus ces PCE."),
    RightTrigger.REVOKED: N_("Le distributeur a révoqué ces droits à la demande du titulaire."),
    RightTrigger.CONFIRMED: N_("L’identité du titulaire est confirmée : ces droits sont ouverts."),
    RightTrigger.ASKED: N_("L’identité du titulaire est confirmée : il est maintenant sollicité."),
    RightTrigger.DENIED: N_(
        "Le titulaire déclaré n’est pas celui du contrat : ces droits sont clos."
    ),
    RightTrigger.TURNED_DOWN: N_(
        "Le distributeur n’a pas accepté ces déclarations : voyez sa réponse."
    ),
    RightTrigger.UNANSWERED: N_("Personne n’a répondu à temps : ces déclarations sont closes."),
    RightTrigger.EXPIRED: N_("Ces droits sont arrivés à leur fin."),
    RightTrigger.MOVED: N_(
        "Le titulaire a quitté ces sites, ou ils sont hors service : droits clos."
    ),
    RightTrigger.CONTRACT_ENDED: N_("Votre contrat avec le distributeur est fini : droits clos."),
}


_SUBJECTS: Mapping[RightTrigger, str] = {
    RightTrigger.ACCEPTED: N_("accès accepté par le titulaire"),
    RightTrigger.REFUSED: N_("accès refusé par le titulaire"),
    RightTrigger.WITHDRAWN: N_("accord retiré par le titulaire"),
    RightTrigger.REVOKED: N_("droits d’accès révoqués"),
    RightTrigger.CONFIRMED: N_("identité confirmée, droits ouverts"),
    RightTrigger.ASKED: N_("identité confirmée, titulaire sollicité"),
    RightTrigger.DENIED: N_("identité non reconnue, droits clos"),
    RightTrigger.TURNED_DOWN: N_("déclarations refusées par le distributeur"),
    RightTrigger.UNANSWERED: N_("demandes d’accès sans réponse"),
    RightTrigger.EXPIRED: N_("droits d’accès arrivés à leur fin"),
    RightTrigger.MOVED: N_("droits clos, le titulaire est parti"),
    RightTrigger.CONTRACT_ENDED: N_("droits clos, contrat terminé"),
}


def tell(
    db: Session,
    rights: Iterable[AccessRight],
    trigger: RightTrigger,
    now: datetime,
    *,
    leaves: datetime | None = None,
) -> None:
    """Send one mail to each person who declared some of `rights`."""
    params = {"sentence": _SENTENCES[trigger], "subject": _SUBJECTS[trigger]}
    _tell(db, rights, NotificationKind.RIGHTS_MOVED, params, now, leaves=leaves)


_CONFIRMED: Mapping[RightTrigger, str] = {
    RightTrigger.ACCEPTED: N_("Vous avez accepté que {who} lise les données de ces PCE :"),
    RightTrigger.REFUSED: N_("Vous avez refusé que {who} lise les données de ces PCE :"),
    RightTrigger.WITHDRAWN: N_("Vous avez retiré votre accord : {who} ne lit plus ces PCE :"),
}


def confirm_answer(
    db: Session, viewer: Viewer, rights: Iterable[AccessRight], answer: RightTrigger, now: datetime
) -> None:
    """Send a receipt to the person who answered for the holder: one mail for each third party."""
    numbers: dict[int, dict[str, About]] = {}
    rights = list(rights)
    # The holder's alias of each PCE
    aliases = {
        pce_id: alias
        for block in blocks(sorted({right.pce_id for right in rights}))
        for pce_id, alias in db.execute(select(Pce.id, Pce.alias).where(Pce.id.in_(block)))
    }
    for right in rights:
        about = aliases.get(right.pce_id, ""), "", ""
        numbers.setdefault(right.organisation_id, {})[right.number] = about
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(numbers))
    for asker, name in db.execute(query.order_by(Organisation.id)):
        params = {"sentence": _CONFIRMED[answer], "who": name}
        queue_each(
            db, {viewer.user_id: numbers[asker]}, NotificationKind.RIGHTS_ANSWERED, params, now
        )


def remind(db: Session, rights: Iterable[AccessRight], days: int, now: datetime) -> None:
    """Remind the authors that these rights end in at most `days`."""
    _tell(db, rights, NotificationKind.RIGHTS_ENDING, {"days": days}, now)


def _tell(
    db: Session,
    rights: Iterable[AccessRight],
    kind: NotificationKind,
    params: Mapping[str, object],
    now: datetime,
    *,
    leaves: datetime | None = None,
) -> None:
    numbers: dict[int, dict[str, About]] = {}
    for right in rights:
        if right.created_by is not None:
            # the declarant's own words
            about = right.site, right.company or right.person, right.uid
            numbers.setdefault(right.created_by, {})[right.number] = about
    queue_each(db, numbers, kind, params, now, leaves=leaves)


def queue_each(
    db: Session,
    numbers: Mapping[int, Mapping[str, About]],
    kind: NotificationKind,
    params: Mapping[str, object],
    now: datetime,
    *,
    leaves: datetime | None = None,
) -> None:
    """Queue one mail to each user with an open account, naming their PCEs.

    People restricted to tags only see their PCEs. A delayed mail (`leaves`) also collects later
    news of the same kind.
    """
    numbers = cut_to_limits(db, numbers)
    open_accounts = select(User.id).where(User.id.in_(numbers), User.disabled_at.is_(None))
    users = db.scalars(open_accounts.order_by(User.id)).all()
    waiting = _waiting(db, users, kind, params, now) if leaves else {}
    for user_id in users:
        details = numbers[user_id]
        mail = waiting.get(user_id)
        if mail:
            mail.params = named(params, mail.params, details)
        else:
            queue(db, user_id, kind, now, params=named(params, {}, details), leaves=leaves)


def cut_to_limits(
    db: Session, numbers: Mapping[int, Mapping[str, About]]
) -> dict[int, Mapping[str, About]]:
    """Restrict `numbers` to the PCEs that each person can see; people without any are left out."""
    limits = load_visible_numbers(
        db, numbers, {number for details in numbers.values() for number in details}
    )
    cut = {
        user_id: {number: about for number, about in details.items() if number in limits[user_id]}
        if user_id in limits
        else details
        for user_id, details in numbers.items()
    }
    return {user_id: details for user_id, details in cut.items() if details}


def _waiting(
    db: Session,
    user_ids: Sequence[int],
    kind: NotificationKind,
    params: Mapping[str, object],
    now: datetime,
) -> Mapping[int, Notification]:
    """Return the unsent mails with the same message, by user, locked."""
    mails: dict[int, Notification] = {}
    for block in blocks(user_ids):
        query = select(Notification).where(
            Notification.user_id.in_(block),
            Notification.kind == kind,
            Notification.state == MessageDelivery.QUEUED,
            Notification.attempts == 0,
            Notification.next_attempt_at > now,
        )
        locked = query.order_by(Notification.id).with_for_update()
        for mail in db.scalars(locked.execution_options(populate_existing=True)):
            if mail.user_id is not None and params.items() <= mail.params.items():
                mails[mail.user_id] = mail
    return mails


def named(
    params: Mapping[str, object], before: Mapping[str, Any], told: Mapping[str, About]
) -> dict[str, object]:
    """Return the params of a mail about the PCEs `told` added to those of `before`."""
    previous_numbers = before.get("pces", [])
    new = [number for number in sorted(told) if number not in previous_numbers]
    named = sorted([*previous_numbers, *new[: NAMED - len(previous_numbers)]])
    more = before.get("more", 0) + len(previous_numbers) + len(new) - len(named)
    about = {**before.get("about", {}), **told}
    named_details = {number: list(about[number]) for number in named if number in about}
    return {**params, "pces": named, "more": more, "about": named_details}
