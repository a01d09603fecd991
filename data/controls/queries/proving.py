"""What proofs are sent for: what each must say, and what else one of them may prove."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.controls.models import Control, Deposit, Message, Piece
from data.controls.queries.one import expected_of
from data.controls.queries.visible import (
    HIDDEN,
    is_staged,
    joined,
    side_of,
    standing,
    third_party,
    visible,
)
from data.controls.types import Expected
from data.db import blocks
from data.errors import NotFound
from data.rights.models import AccessRight
from data.rights.types import ProofState

MOST_NUMBERS = 500  # that one mandate is looked up for


def expectations(db: Session, viewer: Viewer, uids: Collection[str]) -> Mapping[str, Expected]:
    """What the proof of each control must say; NotFound when one is absent or hidden."""
    wanted = list(dict.fromkeys(uids))
    found: dict[str, Expected] = {}
    seen = joined(visible(viewer)).with_only_columns(
        Control.uid, AccessRight, third_party.name.label("third_party")
    )
    for block in blocks(wanted):
        for row in db.execute(seen.where(Control.uid.in_(block))):
            found[row.uid] = expected_of(row.AccessRight, row.third_party)
    if len(found) != len(wanted):
        raise NotFound(HIDDEN)
    return {uid: found[uid] for uid in wanted}


def asked_of(db: Session, viewer: Viewer, right_uid: str) -> str | None:
    """The control that is open on a right of the viewer's organisation, by its uid; None: none."""
    query = joined(visible(viewer)).where(
        AccessRight.uid == right_uid,
        Control.organisation_id == viewer.organisation_id,
        Control.closed_at.is_(None),
    )
    found: str | None = db.scalar(query.with_only_columns(Control.uid).order_by(Control.id.desc()))
    return found


def kept_octets(db: Session, viewer: Viewer) -> int:
    """The octets of all that the viewer's organisation sent, replaced or not, and wrote with.

    0 for the distributor's staff: it keeps what it wants.
    """
    if viewer.staff:
        return 0
    mine = viewer.organisation_id
    deposits = select(Deposit.id).where(Deposit.organisation_id == mine)
    said = select(Message.id).join(Control, Control.id == Message.control_id)
    said = said.where(Message.side == side_of(viewer), Control.organisation_id == mine)
    query = select(func.coalesce(func.sum(Piece.size), 0)).where(
        or_(Piece.deposit_id.in_(deposits), Piece.message_id.in_(said))
    )
    return int(db.scalar(query) or 0)


def list_awaiting(
    db: Session, viewer: Viewer, numbers: Collection[str], beside: Collection[str] = ()
) -> tuple[tuple[str, str, str], ...]:
    """(uid, PCE, site) of the viewer's own controls on *numbers* that await a proof.

    Those *beside* are known already, and those with a piece ready have theirs.
    """
    wanted, known = sorted(numbers)[:MOST_NUMBERS], standing(viewer)
    query = joined(visible(viewer)).where(
        AccessRight.number.in_(wanted),
        Control.organisation_id == viewer.organisation_id,
        known.state == ProofState.AWAITED,
        Control.closed_at.is_(None),
        ~is_staged(viewer),
    )
    rows = db.execute(
        query.with_only_columns(Control.uid, AccessRight.number, AccessRight.site).order_by(
            known.due_on, Control.id
        )
    )
    others = [row for row in rows if row.uid not in set(beside)]
    return tuple((row.uid, row.number, row.site) for row in others)
