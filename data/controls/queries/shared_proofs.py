"""Query proofs of several controls: pieces by control, controls by deposit."""

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from data.controls.models import Control, Deposit, ProofPiece
from data.controls.queries.detail import find_last_sent_deposit
from data.controls.queries.visible import visible
from data.controls.types import ControlDetail, JudgedProof
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState

MOST_ALIKE = 500  # selected at once


def list_proofs(db: Session, viewer: Viewer, uids: Collection[str]) -> Mapping[str, JudgedProof]:
    """Return the last deposit of each of these controls, with the names of its pieces."""
    viewer.require(Permission.CONTROLS_DECIDE)
    query = (
        visible(viewer)
        .join(Deposit, Deposit.id == find_last_sent_deposit(Control.id))
        .join(ProofPiece, ProofPiece.deposit_id == Deposit.id)
        .with_only_columns(Control.uid, Deposit.uid.label("deposit"), ProofPiece.name)
        .order_by(ProofPiece.id)
    )
    proofs: dict[str, JudgedProof] = {}
    for block in blocks(sorted(set(uids))):
        for row in db.execute(query.where(Control.uid.in_(block))):
            proof = proofs.get(row.uid, JudgedProof(row.deposit, ()))
            proofs[row.uid] = JudgedProof(row.deposit, (*proof.names, row.name))
    return proofs


def list_alike(db: Session, viewer: Viewer, detail: ControlDetail | None) -> Mapping[str, int]:
    """Return the version, by uid, of the controls proved by the same deposit as `detail`."""
    viewer.require(Permission.CONTROLS_DECIDE)
    if detail is None or not detail.deposits or not detail.can_decide:
        return {}
    query = (
        visible(viewer)
        .join(Deposit, Deposit.id == find_last_sent_deposit(Control.id))
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
