"""The holder answers, or takes the answer back: by a link without an account, or signed in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import User
from data.db import blocks
from data.errors import Conflict, Invalid, NotFound
from data.rights.actions import letters
from data.rights.actions.following import follow_holders
from data.rights.actions.moving import By, locked, move
from data.rights.actions.telling import confirm_answer, tell
from data.rights.models import AccessRight
from data.rights.queries.due import OPEN
from data.rights.queries.held import held
from data.rights.queries.lists import few_enough
from data.rights.queries.one import HIDDEN
from data.rights.queries.passport import NO_LINK, opened_by
from data.rights.queries.silent import silent_in
from data.rights.rules.states import advance
from data.rights.types import (
    Actor,
    Changed,
    Evidence,
    LetterAnswer,
    LetterKind,
    RightState,
    Trigger,
)
from i18n import N_, PARIS

NOTHING_LEFT = N_("Il n’y a plus rien à répondre : ce droit a changé entre-temps.")
NO_LONGER = N_(
    "Cette adresse ne répond plus pour le titulaire : la personne qui décide chez lui répond dans"
    " son espace."
)
_BLOCK = 500
_GATHERS = timedelta(minutes=2)  # more than the blocks of one answer take
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
    named = set(uids)
    asked = locked(db, opened_by(token), *([AccessRight.uid.in_(named)] if named else []))
    if not asked or len(asked) < len(named):
        raise NotFound(NO_LINK)
    rights = _fit(db, asked, answer, now, whole=bool(uids))
    return _answer_by_link(db, token, rights, answer, By(Actor.HOLDER, now, evidence=evidence))


@dataclass(frozen=True, slots=True)
class LetterAnswering:
    """An answer for many rights of a link, given block by block, each in its transaction.

    Receipts and words to who declared gather over the blocks. Stopped between two blocks, what
    was answered has its receipt, and the others wait as before.
    """

    token: str
    answer: Trigger
    evidence: Evidence
    now: datetime
    gathering: letters.Gathering

    @staticmethod
    def begin(token: str, answer: Trigger, evidence: Evidence, now: datetime) -> "LetterAnswering":
        return LetterAnswering(token, answer, evidence, now, letters.Gathering(now + _GATHERS))

    def answer_block(self, db: Session, ids: Collection[int]) -> LetterAnswer:
        """Answer the rights *ids* that still wait for it; those that changed are left, counted."""
        asked = locked(db, opened_by(self.token), AccessRight.id.in_(ids))
        follow_holders(db, self.now, {right.pce_id for right in asked})
        fit = [right for right in asked if _applies(right, self.answer, self.now)]
        if fit:
            others = _others(db, fit) if self.answer is Trigger.WITHDRAWN else []
            by = By(Actor.HOLDER, self.now, evidence=self.evidence)
            rights = fit, others
            _answer_by_link(db, self.token, rights, self.answer, by, gathering=self.gathering)
        return LetterAnswer(len(fit), len(ids) - len(fit))


def _answer_by_link(  # noqa: PLR0913 (each by its name)
    db: Session,
    token: str,
    rights: tuple[Sequence[AccessRight], Sequence[AccessRight]],
    answer: Trigger,
    by: By,
    *,
    gathering: letters.Gathering | None = None,
) -> list[Changed]:
    """Answer the rights that it applies to, and those that it closes besides."""
    fit, others = rights
    _still_answers(db, fit)
    letters.join(db, token, [right.id for right in others])
    every = [*fit, *others]
    changed = _answer(db, every, answer, by, leaves=gathering.leaves if gathering else None)
    _receipts(db, every, by.now, gathering)
    return changed


def _still_answers(db: Session, rights: Sequence[AccessRight]) -> None:
    """Conflict for the mailbox of an account of the holder that may decide nothing today."""
    for block in blocks(sorted(right.id for right in rights)):
        if silent_in(db, AccessRight.id.in_(block)):
            raise Conflict(NO_LONGER)


def answer_as_holder(  # noqa: PLR0913 (each by its name)
    db: Session,
    viewer: Viewer,
    answer: Trigger,
    uids: Collection[str],
    *,
    evidence: Evidence,
    now: datetime,
) -> list[Changed]:
    """The same by an account of the holder, for *uids* on PCE that its organisation holds.

    NotFound when one of them is not; its receipt goes to that account as well.
    """
    viewer.require(Permission.RIGHTS_ANSWER)
    asked = _chosen(db, viewer, uids)
    if answer is Trigger.WITHDRAWN and not all(right.role.authorised for right in asked):
        raise Conflict(N_("Le distributeur reconnaît un autre titulaire sur ce PCE : appelez-le."))
    fit, others = _fit(db, asked, answer, now, whole=True)
    rights = [*fit, *others]
    changed = _answer(db, rights, answer, By(Actor.HOLDER, now, viewer, evidence))
    confirm_answer(db, viewer, rights, answer, now)
    own = db.scalar(select(User.email).where(User.id == viewer.user_id))
    _receipts(db, [right for right in rights if right.email != own], now)
    return changed


def _chosen(db: Session, viewer: Viewer, uids: Collection[str]) -> list[AccessRight]:
    wanted = few_enough(uids)
    if not wanted:
        raise Invalid(N_("Choisissez au moins un droit."))
    ids: list[int] = []
    for block in blocks(wanted):
        mine = held(viewer).with_only_columns(AccessRight.id)
        ids += db.scalars(mine.where(AccessRight.uid.in_(block)))
    if len(ids) != len(wanted):
        raise NotFound(HIDDEN)
    return [
        right for block in blocks(sorted(ids)) for right in locked(db, AccessRight.id.in_(block))
    ]


def _fit(
    db: Session, asked: Sequence[AccessRight], answer: Trigger, now: datetime, *, whole: bool
) -> tuple[list[AccessRight], list[AccessRight]]:
    """What the answer applies to, all of it when *whole*, and what it closes besides."""
    follow_holders(db, now, {right.pce_id for right in asked})
    fit = [right for right in asked if _applies(right, answer, now)]
    if not fit or (whole and len(fit) < len(asked)):
        raise Conflict(NOTHING_LEFT)
    return fit, _others(db, fit) if answer is Trigger.WITHDRAWN else []


def _answer(
    db: Session,
    rights: Sequence[AccessRight],
    answer: Trigger,
    by: By,
    *,
    leaves: datetime | None = None,
) -> list[Changed]:
    for right in rights:
        right.answered_at = by.now
    changed = move(db, rights, answer, by)
    tell(db, rights, answer, by.now, leaves=leaves)
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


def _receipts(
    db: Session,
    rights: Sequence[AccessRight],
    now: datetime,
    gathering: letters.Gathering | None = None,
) -> None:
    by_organisation: dict[int, list[letters.Addressed]] = {}
    for right in rights:
        by_organisation.setdefault(right.organisation_id, []).append((right.id, right.email))
    for organisation_id, addressed in by_organisation.items():
        letters.write(db, organisation_id, LetterKind.RECEIPT, addressed, now, gathering=gathering)
