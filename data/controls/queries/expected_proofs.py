"""Query what each proof must state, and the other controls it can prove."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from core.errors import NotFound
from data.controls.models import Control, Deposit, Message, ProofPiece
from data.controls.queries.detail import get_expected_proof
from data.controls.queries.visible import (
    HIDDEN,
    get_control_standing,
    get_joined_query,
    get_side,
    is_staged,
    third_party,
    visible,
)
from data.controls.types import ExpectedProof
from data.rights.models import AccessRight
from data.rights.types import ProofState

MOST_NUMBERS = 500  # searched at once for one mandate


def load_expected_proofs(
    db: Session, viewer: Viewer, uids: Collection[str]
) -> Mapping[str, ExpectedProof]:
    """Return what the proof of each control must state; raise NotFound when one is not visible."""
    unique_uids = list(dict.fromkeys(uids))
    expected_by_uid: dict[str, ExpectedProof] = {}
    visible_rows = get_joined_query(visible(viewer)).with_only_columns(
        Control.uid, AccessRight, third_party.name.label("third_party")
    )
    for block in blocks(unique_uids):
        for row in db.execute(visible_rows.where(Control.uid.in_(block))):
            expected_by_uid[row.uid] = get_expected_proof(row.AccessRight, row.third_party)
    if len(expected_by_uid) != len(unique_uids):
        raise NotFound(HIDDEN)
    return {uid: expected_by_uid[uid] for uid in unique_uids}


def find_open_control(db: Session, viewer: Viewer, right_uid: str) -> str | None:
    """Return the uid of the open control of a right of the viewer's organisation, or None."""
    query = get_joined_query(visible(viewer)).where(
        AccessRight.uid == right_uid,
        Control.organisation_id == viewer.organisation_id,
        Control.closed_at.is_(None),
    )
    control_uid: str | None = db.scalar(
        query.with_only_columns(Control.uid).order_by(Control.id.desc())
    )
    return control_uid


def sum_stored_bytes(db: Session, viewer: Viewer) -> int:
    """Sum the bytes of all pieces that the viewer's organisation sent; 0 for staff.

    Replaced deposits and message attachments count; staff have no limit.
    """
    if viewer.staff:
        return 0
    mine = viewer.organisation_id
    deposits = select(Deposit.id).where(Deposit.organisation_id == mine)
    message_ids = select(Message.id).join(Control, Control.id == Message.control_id)
    message_ids = message_ids.where(
        Message.side == get_side(viewer), Control.organisation_id == mine
    )
    query = select(func.coalesce(func.sum(ProofPiece.size), 0)).where(
        or_(ProofPiece.deposit_id.in_(deposits), ProofPiece.message_id.in_(message_ids))
    )
    return int(db.scalar(query) or 0)


def list_awaiting(
    db: Session, viewer: Viewer, numbers: Collection[str], beside: Collection[str] = ()
) -> tuple[tuple[str, str, str], ...]:
    """Return (uid, PCE, site) of the viewer's controls on `numbers` that await a proof.

    Controls in `beside`, and those with a staged piece, are left out.
    """
    first_numbers, viewer_standing = sorted(numbers)[:MOST_NUMBERS], get_control_standing(viewer)
    query = get_joined_query(visible(viewer)).where(
        AccessRight.number.in_(first_numbers),
        Control.organisation_id == viewer.organisation_id,
        viewer_standing.state == ProofState.AWAITED,
        Control.closed_at.is_(None),
        ~is_staged(viewer),
    )
    rows = db.execute(
        query.with_only_columns(Control.uid, AccessRight.number, AccessRight.site).order_by(
            viewer_standing.due_on, Control.id
        )
    )
    others = [row for row in rows if row.uid not in set(beside)]
    return tuple((row.uid, row.number, row.site) for row in others)
