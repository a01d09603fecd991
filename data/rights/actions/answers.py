"""Record a holder's answer or its withdrawal, by a letter's link or signed in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, PARIS
from data.identity.accounts.models import User
from data.rights.actions import letters
from data.rights.actions.holder_moves import follow_holders
from data.rights.actions.third_party_notices import confirm_answer, tell
from data.rights.actions.transitions import RightAuthor, locked, move
from data.rights.models import AccessRight
from data.rights.queries.closed_addresses import list_silent_rights
from data.rights.queries.detail import HIDDEN
from data.rights.queries.due import OPEN
from data.rights.queries.lists import read_chosen_uids
from data.rights.queries.passport import NO_LINK, is_opened_by_link
from data.rights.queries.readers_of_held import visible_held_rights
from data.rights.rules.states import advance
from data.rights.types import (
    Changed,
    ConsentEvidence,
    LetterAnswer,
    LetterKind,
    RightActor,
    RightState,
    RightTrigger,
)

NOTHING_LEFT = N_("Il n’y a plus rien à répondre : ce droit a changé entre-temps.")
NO_LONGER = N_(
    "Cette adresse ne répond plus pour le titulaire : la personne qui décide chez lui répond dans"
    " son espace."
)
_BLOCK = 500
_GATHERS = timedelta(minutes=2)  # longer than the blocks of one answer take
ANSWERS = frozenset({RightTrigger.ACCEPTED, RightTrigger.REFUSED, RightTrigger.WITHDRAWN})


def answer_by_link(
    db: Session,
    token: str,
    answer: RightTrigger,
    *,
    evidence: ConsentEvidence,
    now: datetime,
    uids: Sequence[str] = (),
) -> list[Changed]:
    """Accept, refuse or withdraw `uids` of a link, or all rights that the answer applies to.

    Raise NotFound for an unknown link or a right outside it, and Conflict when nothing is left to
    answer. The holder gets a receipt and the declarant a notice.
    """
    named = set(uids)
    requested_rights = locked(
        db, is_opened_by_link(token), *([AccessRight.uid.in_(named)] if named else [])
    )
    if not requested_rights or len(requested_rights) < len(named):
        raise NotFound(NO_LINK)
    rights = _fit(db, requested_rights, answer, now, all_or_nothing=bool(uids))
    return _answer_by_link(
        db, token, rights, answer, RightAuthor(RightActor.HOLDER, now, evidence=evidence)
    )


@dataclass(frozen=True, slots=True)
class LetterAnswering:
    """An answer to many rights of a link, applied in blocks, each in its own transaction.

    Receipts and notices to declarants are grouped over the blocks. If it stops between two blocks,
    the answered rights have their receipt and the others still wait.
    """

    token: str
    answer: RightTrigger
    evidence: ConsentEvidence
    now: datetime
    gathering: letters.Gathering

    @staticmethod
    def begin(
        token: str, answer: RightTrigger, evidence: ConsentEvidence, now: datetime
    ) -> "LetterAnswering":
        return LetterAnswering(token, answer, evidence, now, letters.Gathering(now + _GATHERS))

    def answer_block(self, db: Session, ids: Collection[int]) -> LetterAnswer:
        """Answer those of the rights `ids` that still wait for it, and count the others."""
        requested_rights = locked(db, is_opened_by_link(self.token), AccessRight.id.in_(ids))
        follow_holders(db, self.now, {right.pce_id for right in requested_rights})
        fit = [right for right in requested_rights if _applies(right, self.answer, self.now)]
        if fit:
            others = _others(db, fit) if self.answer is RightTrigger.WITHDRAWN else []
            by = RightAuthor(RightActor.HOLDER, self.now, evidence=self.evidence)
            rights = fit, others
            _answer_by_link(db, self.token, rights, self.answer, by, gathering=self.gathering)
        return LetterAnswer(len(fit), len(ids) - len(fit))


def _answer_by_link(
    db: Session,
    token: str,
    rights: tuple[Sequence[AccessRight], Sequence[AccessRight]],
    answer: RightTrigger,
    by: RightAuthor,
    *,
    gathering: letters.Gathering | None = None,
) -> list[Changed]:
    """Answer the rights that the answer applies to, and close those that end with them."""
    fit, others = rights
    _still_answers(db, fit)
    letters.merge_letters(db, token, [right.id for right in others])
    every = [*fit, *others]
    changed = _answer(db, every, answer, by, leaves=gathering.leaves if gathering else None)
    _receipts(db, every, by.now, gathering)
    return changed


def _still_answers(db: Session, rights: Sequence[AccessRight]) -> None:
    """Raise Conflict for the address of a holder's account that may not decide at present."""
    for block in blocks(sorted(right.id for right in rights)):
        if list_silent_rights(db, AccessRight.id.in_(block)):
            raise Conflict(NO_LONGER)


def answer_as_holder(
    db: Session,
    viewer: Viewer,
    answer: RightTrigger,
    uids: Collection[str],
    *,
    evidence: ConsentEvidence,
    now: datetime,
) -> list[Changed]:
    """Answer for the rights `uids` on PCEs that the viewer's organisation holds.

    Raise NotFound when one of them is not visible. The viewer's account gets the receipt as well.
    """
    viewer.require(Permission.RIGHTS_ANSWER)
    requested_rights = _chosen(db, viewer, uids)
    if answer is RightTrigger.WITHDRAWN and not all(
        right.role.authorised for right in requested_rights
    ):
        raise Conflict(N_("Le distributeur reconnaît un autre titulaire sur ce PCE : appelez-le."))
    fit, others = _fit(db, requested_rights, answer, now, all_or_nothing=True)
    rights = [*fit, *others]
    changed = _answer(db, rights, answer, RightAuthor(RightActor.HOLDER, now, viewer, evidence))
    confirm_answer(db, viewer, rights, answer, now)
    own = db.scalar(select(User.email).where(User.id == viewer.user_id))
    _receipts(db, [right for right in rights if right.email != own], now)
    return changed


def _chosen(db: Session, viewer: Viewer, uids: Collection[str]) -> list[AccessRight]:
    unique_uids = read_chosen_uids(uids)
    if not unique_uids:
        raise Invalid(N_("Choisissez au moins un droit."))
    ids: list[int] = []
    for block in blocks(unique_uids):
        mine = visible_held_rights(viewer).with_only_columns(AccessRight.id)
        ids += db.scalars(mine.where(AccessRight.uid.in_(block)))
    if len(ids) != len(unique_uids):
        raise NotFound(HIDDEN)
    return [
        right for block in blocks(sorted(ids)) for right in locked(db, AccessRight.id.in_(block))
    ]


def _fit(
    db: Session,
    requested_rights: Sequence[AccessRight],
    answer: RightTrigger,
    now: datetime,
    *,
    all_or_nothing: bool,
) -> tuple[list[AccessRight], list[AccessRight]]:
    """Return the rights that the answer applies to, and those that it closes besides.

    With `all_or_nothing`, raise Conflict unless it applies to all.
    """
    follow_holders(db, now, {right.pce_id for right in requested_rights})
    fit = [right for right in requested_rights if _applies(right, answer, now)]
    if not fit or (all_or_nothing and len(fit) < len(requested_rights)):
        raise Conflict(NOTHING_LEFT)
    return fit, _others(db, fit) if answer is RightTrigger.WITHDRAWN else []


def _answer(
    db: Session,
    rights: Sequence[AccessRight],
    answer: RightTrigger,
    by: RightAuthor,
    *,
    leaves: datetime | None = None,
) -> list[Changed]:
    for right in rights:
        right.answered_at = by.now
    changed = move(db, rights, answer, by)
    tell(db, rights, answer, by.now, leaves=leaves)
    return changed


def _others(db: Session, withdrawn: Sequence[AccessRight]) -> list[AccessRight]:
    """Return all other open rights of the same third parties on the same PCEs, renewals included.

    Rights that they hold in their own name, verified by the distributor, are left out.
    """
    pairs = sorted({(right.pce_id, right.organisation_id) for right in withdrawn})
    withdrawn_ids = {right.id for right in withdrawn}
    rights: list[AccessRight] = []
    for start in range(0, len(pairs), _BLOCK):
        at = tuple_(AccessRight.pce_id, AccessRight.organisation_id)
        block = at.in_(pairs[start : start + _BLOCK])
        rights += locked(db, block, AccessRight.state.in_(OPEN))
    return [
        right
        for right in rights
        if right.id not in withdrawn_ids
        and (right.role.authorised or right.state is not RightState.ACTIVE)
    ]


def _applies(right: AccessRight, answer: RightTrigger, now: datetime) -> bool:
    """Return whether a right can still be answered; expired ones may not be closed yet."""
    if answer not in ANSWERS or advance(right.state, answer, RightActor.HOLDER) is None:
        return False
    if answer is RightTrigger.WITHDRAWN and right.state is not RightState.ACTIVE:
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
