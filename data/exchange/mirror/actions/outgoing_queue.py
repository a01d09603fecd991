"""Claim a queued message with all that is needed to send it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import blocks, change_rows
from data.controls.models import Control, ProofPiece
from data.controls.types.pieces import MEDIA_TYPES
from data.exchange.mirror.models import MirrorRight, MirrorRound, MirrorSending
from data.exchange.mirror.queries.outgoing import WAITING
from data.exchange.mirror.rules.sendings import believed_end, body_of
from data.exchange.mirror.types import MOVING, ClaimedSending, KeptPiece, SendingState, SendingVerb
from data.rights.models import AccessRight
from data.rights.queries.visible import list_kinds
from data.rights.types import ProofState, RightState

DONE, DROPPED = SendingState.DONE, SendingState.DROPPED
_AT_WORK = (SendingState.SENDING,)
_OR_UNSURE = (*_AT_WORK, SendingState.UNSURE)  # or its organisation stopped sending meanwhile
_LEAVES = "leaves"
_LOOKS = "looks"  # only searched for: it may have arrived, and must not be sent any more


def claim(db: Session, sending_id: int, now: datetime) -> ClaimedSending | None:
    """Claim a message for the worker of its organisation; None when it must not be sent.

    From here on it may arrive: the next worker to claim it first searches for it upstream.
    """
    row = db.get(MirrorSending, sending_id, populate_existing=True, with_for_update=True)
    if row is None or row.state not in MOVING:
        return None
    left_at = row.left_at
    row.state, row.left_at = SendingState.SENDING, left_at or now
    row.attempts += 1
    right = db.get_one(AccessRight, row.right_id, populate_existing=True)
    same_right = MirrorRight.right_id == row.right_id
    mirror_right = db.scalars(select(MirrorRight).where(same_right)).one_or_none()
    fate = _FATES[row.verb](db, row, right, mirror_right)
    if fate is DROPPED and left_at is not None and row.verb is SendingVerb.DECLARE:
        fate = _LOOKS
    if isinstance(fate, SendingState):
        row.state, row.ended_at, row.left_at = fate, now, left_at
        return None
    more = _more_of(db, row, right, mirror_right)
    return ClaimedSending(
        id=row.id,
        organisation_id=row.organisation_id,
        right_id=right.id,
        verb=row.verb,
        created_at=row.created_at,
        tried_at=now,
        left_at=left_at,
        unread=row.unread,
        is_outgoing=fate is not _LOOKS,
        number=right.number,
        role=right.role,
        starts_on=right.starts_on,
        ends_on=believed_end(right.ends_on),
        their_uid=mirror_right.uid if mirror_right else "",
        **more,
    )


def _declares(
    db: Session, row: MirrorSending, right: AccessRight, mirror_right: MirrorRight | None
) -> SendingState | str:
    del db, row
    if mirror_right is not None:  # a list has shown it meanwhile
        return DONE
    return _LEAVES if right.state is RightState.PENDING else DROPPED


def _revokes(
    db: Session, row: MirrorSending, right: AccessRight, mirror_right: MirrorRight | None
) -> SendingState | str:
    del db, row
    if mirror_right is None or not right.state.final:  # the right was reopened since
        return DROPPED
    return DONE if mirror_right.state.final else _LEAVES


def _proves(
    db: Session, row: MirrorSending, right: AccessRight, mirror_right: MirrorRight | None
) -> SendingState | str:
    waits = select(Control.id).where(
        Control.right_id == row.right_id,
        Control.state == ProofState.UNDER_CHECK,
        Control.closed_at.is_(None),
    )
    is_awaited = mirror_right is not None and mirror_right.proof_state in WAITING
    if not is_awaited or right.state is not RightState.ACTIVE or db.scalar(waits.limit(1)) is None:
        return DROPPED
    return _LEAVES


_FATES = {SendingVerb.DECLARE: _declares, SendingVerb.REVOKE: _revokes, SendingVerb.PROVE: _proves}


def _more_of(
    db: Session, row: MirrorSending, right: AccessRight, mirror_right: MirrorRight | None
) -> Mapping[str, Any]:
    """Return what a message of this verb says."""
    if row.verb is SendingVerb.DECLARE:
        return {"body": body_of(right, list_kinds(right)), "follows": _followed(db, right)}
    if row.verb is SendingVerb.PROVE:
        first = mirror_right is not None and mirror_right.proof_state is ProofState.AWAITED
        return {"pieces": _pieces(db, row.deposit_id), "first_proof": first}
    return {}


def _followed(db: Session, right: AccessRight) -> date | None:
    query = select(MirrorRight.ends_on).where(
        MirrorRight.right_id == right.renews_id, MirrorRight.state == RightState.ACTIVE
    )
    return db.scalar(query)


def _pieces(db: Session, deposit_id: int) -> Sequence[KeptPiece]:
    query = select(ProofPiece).where(ProofPiece.deposit_id == deposit_id).order_by(ProofPiece.id)
    return tuple(
        KeptPiece(piece.name, MEDIA_TYPES[piece.kind], piece.storage_key, piece.sha256)
        for piece in db.scalars(query)
    )


def taken_there(db: Session, parcel: ClaimedSending, uids: Iterable[str]) -> frozenset[str]:
    """Return those of `uids` (upstream) that are linked to other local rights, of any PCE."""
    query = select(MirrorRight.uid).where(
        MirrorRight.organisation_id == parcel.organisation_id,
        MirrorRight.right_id.is_not(None),
        MirrorRight.right_id != parcel.right_id,
    )
    known_uids: set[str] = set()
    for block in blocks(sorted(set(uids))):
        known_uids.update(db.scalars(query.where(MirrorRight.uid.in_(block))))
    return frozenset(known_uids)


def not_new(db: Session, parcel: ClaimedSending, uids: Iterable[str]) -> frozenset[str]:
    """Return the same, and those listed before the message left."""
    uids = set(uids)
    return taken_there(db, parcel, uids) | _known_before(db, parcel, uids)


def _known_before(db: Session, parcel: ClaimedSending, uids: Iterable[str]) -> frozenset[str]:
    query = (
        select(MirrorRight.uid)
        .join(MirrorRound, MirrorRound.id == MirrorRight.round_id)
        .where(
            MirrorRight.organisation_id == parcel.organisation_id,
            MirrorRound.listed_at <= parcel.left_at,
        )
    )
    known_uids: set[str] = set()
    for block in blocks(sorted(set(uids))):
        known_uids.update(db.scalars(query.where(MirrorRight.uid.in_(block))))
    return frozenset(known_uids)


def put_back(
    db: Session, parcel: ClaimedSending, at: datetime, *, reached: bool, counted: bool = True
) -> None:
    """Requeue a message that may not have left; if `reached`, it is first searched for."""
    left_at = parcel.left_at or (parcel.tried_at if reached else None)
    attempts = MirrorSending.attempts - (0 if counted else 1)
    _leave(
        db,
        parcel,
        _AT_WORK if left_at else _OR_UNSURE,
        state=SendingState.SENDING if left_at else SendingState.QUEUED,
        next_attempt_at=at,
        left_at=left_at,
        attempts=attempts,
    )


def put_later(db: Session, parcel: ClaimedSending, at: datetime, **said: Any) -> None:  # noqa: ANN401
    """Postpone a message that did not arrive, until it can be accepted `at` a time."""
    queued = {"state": SendingState.QUEUED, "next_attempt_at": at, "left_at": None}
    _leave(db, parcel, _OR_UNSURE, **queued, **said)


def put_aside(db: Session, parcel: ClaimedSending, at: datetime | None, now: datetime) -> bool:
    """Postpone a message whose upstream line may be unreadable, or mark it as unsure."""
    return _leave(
        db,
        parcel,
        _AT_WORK,
        state=SendingState.SENDING if at else SendingState.UNSURE,
        next_attempt_at=at or now,
        left_at=parcel.left_at or parcel.tried_at,
        unread=parcel.unread + 1,
    )


def put_off(db: Session, organisation_id: int, until: datetime, reply: str) -> None:
    """Postpone an organisation's messages until the call limit is lifted, with its `reply`."""
    reply_values = {"code": "", "answer": reply} if reply else {}
    change_rows(
        db,
        update(MirrorSending)
        .where(
            MirrorSending.organisation_id == organisation_id,
            MirrorSending.state.in_(MOVING),
            MirrorSending.next_attempt_at < until,
        )
        .values(next_attempt_at=until, **reply_values),
    )


def leave(
    db: Session,
    parcel: ClaimedSending,
    state: SendingState,
    now: datetime,
    **said: Any,  # noqa: ANN401
) -> bool:
    """End a message; return False if it is gone.

    What arrived has arrived, even when a person cancelled it as unsure meanwhile.
    """
    return _leave(db, parcel, (*_OR_UNSURE, DROPPED), state=state, ended_at=now, **said)


def _leave(
    db: Session,
    parcel: ClaimedSending,
    states: Collection[SendingState],
    **values: Any,  # noqa: ANN401
) -> bool:
    """Change a claimed message, unless a person brought it into another state meanwhile."""
    mine = MirrorSending.id == parcel.id, MirrorSending.state.in_(states)
    return change_rows(db, update(MirrorSending).where(*mine).values(**values)) == 1
