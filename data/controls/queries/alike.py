"""What proves several controls at once: the pieces of each line, the controls of one deposit."""

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.controls.models import Control, Deposit, Piece
from data.controls.queries.one import last_sent
from data.controls.queries.visible import visible
from data.controls.types import ControlDetail, Proof
from data.db import blocks
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState

MOST_ALIKE = 500  # that one press chooses


def list_proofs(db: Session, viewer: Viewer, uids: Collection[str]) -> Mapping[str, Proof]:
    """The last deposit of each of these controls that has one, and the names of its pieces."""
    viewer.require(Permission.CONTROLS_DECIDE)
    query = (
        visible(viewer)
        .join(Deposit, Deposit.id == last_sent(Control.id))
        .join(Piece, Piece.deposit_id == Deposit.id)
        .with_only_columns(Control.uid, Deposit.uid.label("deposit"), Piece.name)
        .order_by(Piece.id)
    )
    found: dict[str, Proof] = {}
    for block in blocks(sorted(set(uids))):
        for row in db.execute(query.where(Control.uid.in_(block))):
            known = found.get(row.uid, Proof(row.deposit, ()))
            found[row.uid] = Proof(row.deposit, (*known.names, row.name))
    return found


def list_alike(db: Session, viewer: Viewer, detail: ControlDetail | None) -> Mapping[str, int]:
    """The version of each control, by uid, that may be decided with one: its proof is theirs."""
    viewer.require(Permission.CONTROLS_DECIDE)
    if detail is None or not detail.deposits or not detail.can_decide:
        return {}
    query = (
        visible(viewer)
        .join(Deposit, Deposit.id == last_sent(Control.id))
        .join(AccessRight, AccessRight.id == Control.right_id)
        .where(
            Deposit.uid == detail.deposits[0].uid,
            Control.state == ProofState.UNDER_CHECK,
            Control.closed_at.is_(None),
            AccessRight.state == RightState.ACTIVE,
        )
        .with_only_columns(Control.uid, Control.version)
        .order_by(Control.due_on, Control.id)
    )
    return {row.uid: row.version for row in db.execute(query.limit(MOST_ALIKE))}
