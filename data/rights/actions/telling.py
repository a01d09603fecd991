"""Telling the third party what became of its rights: the one place that knows how."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.accounts.models import User
from data.notifications.actions import queue
from data.notifications.types import Kind
from data.rights.models import AccessRight
from data.rights.types import Trigger
from i18n import N_

NAMED = 20  # PCE named in a mail; of the others, how many
_SENTENCES: Mapping[Trigger, str] = {
    Trigger.ACCEPTED: N_("Le titulaire a accepté : les données de ces PCE vous sont ouvertes."),
    Trigger.REFUSED: N_("Le titulaire a refusé l’accès aux données de ces PCE."),
    Trigger.WITHDRAWN: N_("Le titulaire a retiré son accord : vous ne lisez plus ces PCE."),
    Trigger.REVOKED: N_("Le distributeur a révoqué ces droits à la demande du titulaire."),
    Trigger.CONFIRMED: N_("L’identité du titulaire est confirmée : ces droits sont ouverts."),
    Trigger.ASKED: N_("L’identité du titulaire est confirmée : il est maintenant sollicité."),
    Trigger.DENIED: N_("Le titulaire déclaré n’est pas celui du contrat : ces droits sont clos."),
    Trigger.UNANSWERED: N_("Personne n’a répondu à temps : ces déclarations sont closes."),
    Trigger.EXPIRED: N_("Ces droits sont arrivés à leur fin."),
    Trigger.MOVED: N_("Le titulaire a quitté ces sites, ou ils sont hors service : droits clos."),
    Trigger.PROOF_REJECTED: N_("La preuve du consentement est rejetée : ces droits sont clos."),
    Trigger.CONTRACT_ENDED: N_("Votre contrat avec le distributeur est fini : droits clos."),
}


def tell(db: Session, rights: Iterable[AccessRight], trigger: Trigger, now: datetime) -> None:
    """One mail to each person who declared some of *rights*, whatever their number."""
    params = {"sentence": _SENTENCES[trigger]}
    _tell(db, rights, Kind.RIGHTS_MOVED, params, now)


def remind(db: Session, rights: Iterable[AccessRight], days: int, now: datetime) -> None:
    """These rights end in *days* at most."""
    _tell(db, rights, Kind.RIGHTS_ENDING, {"days": days}, now)


def _tell(
    db: Session,
    rights: Iterable[AccessRight],
    kind: Kind,
    params: Mapping[str, object],
    now: datetime,
) -> None:
    numbers: dict[int, list[str]] = {}
    for right in rights:
        if right.created_by is not None:
            numbers.setdefault(right.created_by, []).append(right.number)
    queue_each(db, numbers, kind, params, now)


def queue_each(
    db: Session,
    numbers: Mapping[int, Collection[str]],
    kind: Kind,
    params: Mapping[str, object],
    now: datetime,
) -> None:
    """One mail to each user who still has an account, that names the PCE of theirs."""
    there = select(User.id).where(User.id.in_(numbers), User.disabled_at.is_(None))
    for user_id in db.scalars(there.order_by(User.id)).all():
        found = sorted(set(numbers[user_id]))
        told = {**params, "pces": found[:NAMED], "more": max(0, len(found) - NAMED)}
        queue(db, user_id, kind, now, params=told)
