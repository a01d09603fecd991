"""What the distributor decides: who the holder is, what a proof is worth."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.rights.actions import letters
from data.rights.actions.moving import By, chosen, move
from data.rights.actions.telling import tell
from data.rights.rules.waiting import answer_due
from data.rights.types import Actor, Changed, Delays, LetterKind, Trigger


def settle_identity(  # noqa: PLR0913 (each by its name)
    db: Session, viewer: Viewer, uid: str, *, confirmed: bool, delays: Delays, now: datetime
) -> Changed:
    """Say whether the holder declared is the contract's.

    If so, the right of the holder itself is open; somebody else's still needs the holder's yes.
    """
    viewer.require(Permission.RIGHTS_SETTLE)
    (right,) = chosen(db, viewer, [uid])
    trigger = Trigger.DENIED
    if confirmed:
        trigger = Trigger.ASKED if right.role.authorised else Trigger.CONFIRMED
    (changed,) = move(db, [right], trigger, By(Actor.DISTRIBUTOR, now, viewer))
    if trigger is Trigger.ASKED:
        right.answer_due = answer_due(viewer.today, delays)
        addressed = [(right.id, right.email)]
        letters.write(db, right.organisation_id, LetterKind.CONSENT, addressed, now)
    tell(db, [right], trigger, now)
    return changed


def reject_proof(
    db: Session, viewer: Viewer, uids: Collection[str], *, now: datetime
) -> list[Changed]:
    """The proof of the consent is worth nothing: the rights are over."""
    viewer.require(Permission.RIGHTS_SETTLE)
    rights = chosen(db, viewer, uids)
    changed = move(db, rights, Trigger.PROOF_REJECTED, By(Actor.DISTRIBUTOR, now, viewer))
    tell(db, rights, Trigger.PROOF_REJECTED, now)
    return changed
