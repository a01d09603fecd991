"""The holder answers, or takes the answer back: a link, no account."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import tuple_
from sqlalchemy.orm import Session

from data.errors import Conflict, NotFound
from data.rights.actions import letters
from data.rights.actions.following import follow_holders
from data.rights.actions.moving import By, locked, move
from data.rights.actions.telling import tell
from data.rights.models import AccessRight
from data.rights.queries.due import OPEN
from data.rights.queries.passport import NO_LINK, opened_by
from data.rights.rules.states import advance
from data.rights.types import Actor, Changed, Evidence, LetterKind, RightState, Trigger
from i18n import N_, PARIS

NOTHING_LEFT = N_("Il n’y a plus rien à répondre : ce droit a changé entre-temps.")
_BLOCK = 500
ANSWERS = frozenset({Trigger.ACCEPTED, Trigger.REFUSED, Trigger.WITHDRAWN})


def answer_by_link(  # noqa: PLR0913 (each by its name)
    db: Session,
    token: str,
    answer: Trigger,
    *,
    evidence: Evidence,
    now: datetime,
    uids: Sequence[str] = (),
) -> list[Changed]:
    """Accept, refuse or withdraw: *uids* of the link, or all that the answer applies to.

    NotFound for an unknown link, or a right that is not of it; Conflict when there is nothing to
    answer any more. A receipt goes to the holder, a word to who declared.
    """
    rights = locked(db, opened_by(token))
    if not rights or not set(uids) <= {right.uid for right in rights}:
        raise NotFound(NO_LINK)
    asked = [right for right in rights if not uids or right.uid in uids]
    follow_holders(db, now, {right.pce_id for right in asked})
    fit = [right for right in asked if _applies(right, answer, now)]
    if not fit or (uids and len(fit) < len(asked)):
        raise Conflict(NOTHING_LEFT)
    if answer is Trigger.WITHDRAWN:
        others = _others(db, fit)
        letters.join(db, token, [right.id for right in others])
        fit += others
    for right in fit:
        right.answered_at = now
    changed = move(db, fit, answer, By(Actor.HOLDER, now, evidence=evidence))
    tell(db, fit, answer, now)
    _receipts(db, fit, now)
    return changed


def _others(db: Session, withdrawn: Sequence[AccessRight]) -> list[AccessRight]:
    """All else that the same third parties have, or ask for, on the same PCE: renewals too.

    But what they hold in their own name, and the distributor checked: it is not this holder's.
    """
    pairs = sorted({(right.pce_id, right.organisation_id) for right in withdrawn})
    known = {right.id for right in withdrawn}
    found: list[AccessRight] = []
    for start in range(0, len(pairs), _BLOCK):
        at = tuple_(AccessRight.pce_id, AccessRight.organisation_id)
        block = at.in_(pairs[start : start + _BLOCK])
        found += locked(db, block, AccessRight.state.in_(OPEN))
    return [
        right
        for right in found
        if right.id not in known and (right.role.authorised or right.state is not RightState.ACTIVE)
    ]


def _applies(right: AccessRight, answer: Trigger, now: datetime) -> bool:
    """Whether it can still be answered: the clock may not have closed what is already late."""
    if answer not in ANSWERS or advance(right.state, answer, Actor.HOLDER) is None:
        return False
    if answer is Trigger.WITHDRAWN and right.state is not RightState.ACTIVE:
        return False
    today = now.astimezone(PARIS).date()
    late = right.answer_due is not None and right.answer_due < today
    waits = right.state is RightState.PENDING
    return right.ends_key >= today and not (waits and late)


def _receipts(db: Session, rights: Sequence[AccessRight], now: datetime) -> None:
    by_organisation: dict[int, list[letters.Addressed]] = {}
    for right in rights:
        by_organisation.setdefault(right.organisation_id, []).append((right.id, right.email))
    for organisation_id, addressed in by_organisation.items():
        letters.write(db, organisation_id, LetterKind.RECEIPT, addressed, now)
