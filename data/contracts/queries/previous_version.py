"""Compare a text with the one before it, and find the contract it renews."""

from datetime import date

from sqlalchemy.orm import Session

from core.access import Viewer
from data.contracts.models import Contract
from data.contracts.queries.detail import list_texts
from data.contracts.queries.visible import visible
from data.contracts.rules.version_diff import differences
from data.contracts.types import (
    ContractDetail,
    ContractState,
    Paper,
    TextComparison,
    TextRow,
    TextState,
)


def get_comparison(
    db: Session, viewer: Viewer, detail: ContractDetail, paper: Paper | None = None
) -> TextComparison:
    """Return the changes of `paper`, or of the open contract, since the version before it."""
    text = detail.current
    if paper is None and text is not None and text.state.open and not text.number:
        paper = text.paper
    before = _previous_text(db, viewer, detail) if paper else None
    if before is None or paper is None:
        return TextComparison()
    return TextComparison(before.paper, differences(before.paper, paper))


def _previous_text(db: Session, viewer: Viewer, detail: ContractDetail) -> TextRow | None:
    """Return the version before the pending or next one.

    It is one of this contract or, for its first, of the contract that it renews.
    """
    current = detail.current
    own = [text for text in detail.texts if text.number == 0]
    if current is not None:
        own = own[own.index(current) + 1 :] if current in own else []
    if own:
        return own[0]
    if not detail.row.renews:
        return None
    uid = db.scalar(
        visible(viewer).where(Contract.number == detail.row.renews).with_only_columns(Contract.uid)
    )
    texts = list_texts(db, viewer, uid) if uid else ()
    signed = (
        version
        for version in texts
        if version.state is TextState.COUNTERSIGNED and version.number == 0
    )
    return next(signed, None)


def find_renewed_end(db: Session, viewer: Viewer, detail: ContractDetail) -> date | None:
    """Return the last day of the renewed contract, while it is active."""
    if not detail.row.renews:
        return None
    active = Contract.number == detail.row.renews, Contract.state == ContractState.ACTIVE
    return db.scalar(visible(viewer).where(*active).with_only_columns(Contract.ends_on))
