"""Query whether an import can still be undone, until when, or what prevents it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.notifications.types import MessageDelivery
from data.rights.models import AccessRight, HolderLink, RightEventRow, RightImport, RightLetterRow
from data.rights.types import Depends, Receipt, UndoState
from data.runs.types import RunState


def get_undo(
    db: Session, viewer: Viewer, receipt: Receipt, row: RightImport, *, unleft: bool = False
) -> UndoState:
    """Return whether an import can be undone, as an indication: undoing checks again.

    `unleft` confirms that nothing was sent to the distributor that decides on them.
    """
    own = row.organisation_id == viewer.organisation_id and viewer.may(Permission.RIGHTS_DECLARE)
    if not own or receipt.state is not RunState.DONE or row.undone_at:
        return UndoState()
    created_rights = select(AccessRight.id).where(AccessRight.run_id == row.run_id)
    count = db.scalar(select(func.count()).select_from(created_rights.subquery())) or 0
    letters = (
        select(RightLetterRow.next_attempt_at)
        .join(HolderLink, HolderLink.token_hash == RightLetterRow.token_hash)
        .where(HolderLink.right_id.in_(created_rights))
        .order_by(RightLetterRow.next_attempt_at)
        .limit(1)
    )
    is_letter_sent = (RightLetterRow.state != MessageDelivery.QUEUED) | (
        RightLetterRow.attempts > 0
    )
    moved = select(func.count(RightEventRow.id)).where(RightEventRow.right_id.in_(created_rights))
    follows = select(func.count(AccessRight.id)).where(AccessRight.renews_id.in_(created_rights))
    proofs = created_rights.where(AccessRight.proof_state.is_not(None)).limit(1)
    relayed = created_rights.where(AccessRight.relayed).limit(1)
    sent = db.scalar(relayed) is not None
    dependencies = {
        Depends.RELAYED: sent and not unleft,
        Depends.PROOF: db.scalar(proofs) is not None,
        Depends.LETTER: db.scalar(letters.where(is_letter_sent)) is not None,
        Depends.RENEWAL: bool(db.scalar(follows)),
        Depends.ANSWER: db.scalar(moved) != count,
    }
    why = next((dependency for dependency, true in dependencies.items() if true), None)
    may = bool(count) and why is None
    return UndoState(may, db.scalar(letters) if may else None, why, relayed=sent)
