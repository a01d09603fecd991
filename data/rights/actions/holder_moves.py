"""End the consents of a holder who leaves a PCE (domain.md §2.4)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.i18n import PARIS
from data.metering.pces.models import Pce
from data.rights.actions import letters
from data.rights.actions.grants import keep_grants
from data.rights.actions.third_party_notices import tell
from data.rights.actions.transitions import RightAuthor, locked, move
from data.rights.models import AccessRight
from data.rights.queries.due import OPEN, is_before_present_holder
from data.rights.rules.states import advance
from data.rights.types import Changed, LetterKind, RightActor, RightTrigger


def follow_holders(db: Session, now: datetime, pce_ids: Collection[int]) -> list[Changed]:
    """End the rights on these PCEs given by an earlier holder, or whose site is out of service."""
    today = now.astimezone(PARIS).date()
    gone = select(AccessRight.id).join(Pce, Pce.id == AccessRight.pce_id)
    gone = gone.where(
        AccessRight.pce_id.in_(pce_ids), or_(Pce.ended_on < today, is_before_present_holder())
    )
    return end(db, list(db.scalars(gone)), RightTrigger.MOVED, now)


def holders_moved(db: Session, pce_ids: Collection[int], *, now: datetime) -> list[Changed]:
    """End the rights that the previous holder of these PCEs allowed.

    Called in the transaction that changes the holder; a right that the new holder declared for
    itself stays.
    """
    query = (
        select(AccessRight.id)
        .join(Pce, Pce.id == AccessRight.pce_id)
        .where(
            AccessRight.pce_id.in_(pce_ids),
            AccessRight.state.in_(OPEN),
            or_(Pce.holder_id.is_(None), AccessRight.organisation_id != Pce.holder_id),
        )
    )
    changed = end(db, list(db.scalars(query)), RightTrigger.MOVED, now)
    pairs = select(AccessRight.pce_id, AccessRight.organisation_id).distinct()
    holder_pairs = db.execute(pairs.where(AccessRight.pce_id.in_(pce_ids)))
    keep_grants(db, {(pce_id, organisation_id) for pce_id, organisation_id in holder_pairs})
    return changed


def end(db: Session, ids: Collection[int], trigger: RightTrigger, now: datetime) -> list[Changed]:
    """End rights for an external reason and notify both sides; closed ones are skipped."""
    locked_rights = locked(db, AccessRight.id.in_(ids))
    rights = [right for right in locked_rights if advance(right.state, trigger, RightActor.SYSTEM)]
    if not rights:
        return []
    changed = move(db, rights, trigger, RightAuthor(RightActor.SYSTEM, now))
    tell(db, rights, trigger, now)
    if trigger is RightTrigger.EXPIRED:
        say_ended(db, rights, now)
    return changed


def say_ended(
    db: Session,
    rights: Collection[AccessRight],
    now: datetime,
    gathering: letters.Gathering | None = None,
) -> None:
    """Notify the holders who had consented that the rights have ended."""
    by_organisation: dict[int, list[letters.Addressed]] = {}
    for right in rights:
        if right.answered_at is not None:
            by_organisation.setdefault(right.organisation_id, []).append((right.id, right.email))
    for organisation_id, addressed in by_organisation.items():
        letters.write(db, organisation_id, LetterKind.ENDED, addressed, now, gathering=gathering)
