"""Mirror the controls opened upstream: create, move and end the local ones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from core.database import blocks, change_rows
from data.controls.actions import (
    UpstreamDecision,
    close_ended,
    close_followed,
    open_followed,
    rule_followed,
)
from data.controls.models import Control
from data.controls.queries.detail import find_last_sent_deposit
from data.controls.queries.visible import is_open
from data.controls.types import ControlVerdict
from data.exchange.mirror.models import MirrorDrift, MirrorRight, MirrorRound, MirrorSending
from data.exchange.mirror.queries.outgoing import WAITING
from data.exchange.mirror.types import MOVING, DriftKind, SendingState, SendingVerb
from data.rights.models import AccessRight
from data.rights.types import ProofState, RightState

MOST = 500
_DECIDED = {ProofState.ACCEPTED: ControlVerdict.ACCEPT, ProofState.REJECTED: ControlVerdict.REJECT}


def find_unfollowed(db: Session, organisation_id: int, *, after: int = 0) -> Sequence[Any]:
    """Return the rights whose proof state upstream differs from their local control.

    A page of rights with ids after `after`, since many may stay so for long. Rights that are over
    need no proof.
    """
    upstream_state, here = MirrorRight.proof_state, Control.state
    query = (
        select(
            *(AccessRight.id.label("right_id"), AccessRight.uid, AccessRight.state),
            *(upstream_state.label("there"), MirrorRight.proof_due, MirrorRound.listed_at),
            *(Control.id.label("control_id"), here.label("here")),
            *(Control.sent_at, Control.opened_at),
        )
        .join(AccessRight, AccessRight.id == MirrorRight.right_id)
        .outerjoin(Control, and_(Control.right_id == MirrorRight.right_id, is_open()))
        .outerjoin(MirrorRound, MirrorRound.id == MirrorRight.round_id)
        .where(
            MirrorRight.organisation_id == organisation_id,
            AccessRight.relayed,
            AccessRight.id > after,
            or_(
                and_(upstream_state.in_(WAITING), AccessRight.state == RightState.ACTIVE),
                Control.id.is_not(None),
            ),
            upstream_state.is_distinct_from(here),
        )
        .order_by(AccessRight.id)
        .limit(MOST)
    )
    return db.execute(query).all()


def follow_proofs(db: Session, organisation_id: int, rows: Sequence[Any], now: datetime) -> int:
    """Align the controls of `rows` with upstream; return how many changed."""
    requests = {
        row.right_id: (row.there, row.proof_due)
        for row in rows
        if row.control_id is None and row.state is RightState.ACTIVE
    }
    ruled = {row.control_id: ruling for row in rows if (ruling := _ruled(db, row))}
    gone = [row.control_id for row in rows if _is_gone(row)]
    moved = open_followed(db, requests, now=now)
    moved += rule_followed(db, ruled, now=now)
    moved += close_followed(db, gone, now=now)
    if moved:
        _end_drifts(db, organisation_id, [row.uid for row in rows], now)
    return moved


def end_controls(db: Session, control_ids: Sequence[int], now: datetime) -> None:
    """Close the open controls of ended rights, with the upstream decision if there is one."""
    query = (
        select(Control.id, MirrorRight.proof_state)
        .join(AccessRight, AccessRight.id == Control.right_id)
        .join(MirrorRight, MirrorRight.right_id == Control.right_id)
        .where(AccessRight.state != RightState.ACTIVE, MirrorRight.proof_state.in_(_DECIDED))
    )
    rulings: dict[int, UpstreamDecision] = {}
    for ids in blocks(control_ids):
        for row in db.execute(query.where(Control.id.in_(ids))):
            rulings[row.id] = UpstreamDecision(_DECIDED[row.proof_state])
    rule_followed(db, rulings, now=now)
    close_ended(db, control_ids, now)


def _ruled(db: Session, row: Any) -> UpstreamDecision | None:  # noqa: ANN401 (a row of `find_unfollowed`)
    if row.control_id is None:
        return None
    if row.there in _DECIDED:
        return UpstreamDecision(_DECIDED[row.there])
    if row.there is not ProofState.AWAITED:
        return None
    # The message with the last pieces deposited here
    last = db.scalars(
        select(MirrorSending).where(
            MirrorSending.right_id == row.right_id,
            MirrorSending.verb == SendingVerb.PROVE,
            MirrorSending.deposit_id == find_last_sent_deposit(row.control_id),
        )
    ).first()
    if last is not None and last.state in {SendingState.REFUSED, SendingState.DROPPED}:
        return UpstreamDecision(ControlVerdict.AGAIN, row.proof_due, last.answer)
    moving = last is None or last.state in MOVING or last.ended_at is None
    if moving or row.listed_at is None or row.listed_at <= last.ended_at:  # type: ignore[union-attr]
        return None  # the list was requested before the pieces arrived
    return UpstreamDecision(ControlVerdict.AGAIN, row.proof_due)


def _is_gone(row: Any) -> bool:  # noqa: ANN401 (the same)
    """Return whether upstream asks nothing any more, in a list requested after it was known."""
    asked_no_more = row.control_id is not None and row.there is None
    return asked_no_more and row.listed_at is not None and row.listed_at > row.opened_at


def _end_drifts(db: Session, organisation_id: int, uids: Sequence[str], now: datetime) -> None:
    for block in blocks(sorted(uids)):
        change_rows(
            db,
            update(MirrorDrift)
            .where(
                MirrorDrift.organisation_id == organisation_id,
                MirrorDrift.kind == DriftKind.PROOF,
                MirrorDrift.ended_at.is_(None),
                MirrorDrift.right_uid.in_(block),
            )
            .values(ended_at=now),
        )
