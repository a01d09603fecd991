"""Taking one thing of the queue in hand, with all that it takes to send it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from data.controls.models import Control, Piece
from data.controls.types.pieces import MEDIA_TYPES
from data.db import blocks
from data.mirror.actions.sending import free
from data.mirror.models import MirrorRight, MirrorRound, MirrorSending
from data.mirror.queries.leaving import WAITING
from data.mirror.rules.sending import believed_end, body_of
from data.mirror.types import MOVING, KeptPiece, Parcel, SendingState, Verb
from data.rights.models import AccessRight
from data.rights.queries.visible import kinds_of
from data.rights.types import ProofState, RightState

DONE, DROPPED = SendingState.DONE, SendingState.DROPPED
_LEAVES = "leaves"
_LOOKS = "looks"  # only: it may be there, and nothing is to leave any more


def claim(db: Session, sending_id: int, now: datetime) -> Parcel | None:
    """Take one sending; None when another process was quicker, or when nothing is to leave of it.

    It may have reached the other side from here on: the next to take it looks for it there first.
    """
    row = db.get(MirrorSending, sending_id, populate_existing=True)
    if row is None or not _taken(db, row, now):
        return None
    left_at = row.left_at
    db.refresh(row)
    right = db.get_one(AccessRight, row.right_id, populate_existing=True)
    known = MirrorRight.right_id == row.right_id
    there = db.scalars(select(MirrorRight).where(known)).one_or_none()
    found = _FATES[row.verb](db, row, right, there)
    if found is DROPPED and left_at is not None and row.verb is Verb.DECLARE:
        found = _LOOKS
    if isinstance(found, SendingState):
        row.state, row.ended_at, row.claimed_at = found, now, None
        row.left_at = left_at
        return None
    return _parcel(db, row, right, there, (left_at, found is not _LOOKS))


def _taken(db: Session, row: MirrorSending, now: datetime) -> bool:
    """Counted: of two that read the same, the second finds nothing to change."""
    taken = db.execute(
        update(MirrorSending)
        .where(
            MirrorSending.id == row.id,
            MirrorSending.claimed_at.is_not_distinct_from(row.claimed_at),
            free(now),
        )
        .values(
            state=SendingState.SENDING,
            claimed_at=now,
            left_at=func.coalesce(MirrorSending.left_at, now),
            attempts=MirrorSending.attempts + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _declares(
    db: Session, row: MirrorSending, right: AccessRight, there: MirrorRight | None
) -> SendingState | str:
    del db, row
    if there is not None:  # a list told of it meanwhile
        return DONE
    return _LEAVES if right.state is RightState.PENDING else DROPPED


def _revokes(
    db: Session, row: MirrorSending, right: AccessRight, there: MirrorRight | None
) -> SendingState | str:
    del db, row
    if there is None or not right.state.final:  # asked again of a right that is open since
        return DROPPED
    return DONE if there.state.final else _LEAVES


def _proves(
    db: Session, row: MirrorSending, right: AccessRight, there: MirrorRight | None
) -> SendingState | str:
    waits = select(Control.id).where(
        Control.right_id == row.right_id,
        Control.state == ProofState.UNDER_CHECK,
        Control.closed_at.is_(None),
    )
    wanted = there is not None and there.proof_state in WAITING
    if not wanted or right.state is not RightState.ACTIVE or db.scalar(waits.limit(1)) is None:
        return DROPPED
    return _LEAVES


_FATES = {Verb.DECLARE: _declares, Verb.REVOKE: _revokes, Verb.PROVE: _proves}


def _parcel(
    db: Session,
    row: MirrorSending,
    right: AccessRight,
    there: MirrorRight | None,
    leaves: tuple[datetime | None, bool],
) -> Parcel:
    assert row.claimed_at is not None  # noqa: S101 (just now)
    more: Mapping[str, Any] = {}
    if row.verb is Verb.DECLARE:
        more = {"body": body_of(right, kinds_of(right)), "follows": _followed(db, right)}
    elif row.verb is Verb.PROVE:
        first = there is not None and there.proof_state is ProofState.AWAITED
        more = {"pieces": _pieces(db, row.deposit_id), "first_proof": first}
    return Parcel(
        id=row.id,
        organisation_id=row.organisation_id,
        right_id=right.id,
        verb=row.verb,
        created_at=row.created_at,
        claimed_at=row.claimed_at,
        left_at=leaves[0],
        unread=row.unread,
        wanted=leaves[1],
        number=right.number,
        role=right.role,
        starts_on=right.starts_on,
        ends_on=believed_end(right.ends_on),
        their_uid=there.uid if there else "",
        **more,
    )


def _followed(db: Session, right: AccessRight) -> date | None:
    query = select(MirrorRight.ends_on).where(
        MirrorRight.right_id == right.renews_id, MirrorRight.state == RightState.ACTIVE
    )
    return db.scalar(query)


def _pieces(db: Session, deposit_id: int) -> Sequence[KeptPiece]:
    query = select(Piece).where(Piece.deposit_id == deposit_id).order_by(Piece.id)
    return tuple(
        KeptPiece(one.name, MEDIA_TYPES[one.kind], one.storage_key, one.sha256)
        for one in db.scalars(query)
    )


def taken_there(db: Session, parcel: Parcel, uids: Iterable[str]) -> frozenset[str]:
    """Which of *uids*, theirs, are other rights of ours, whatever their PCE."""
    query = select(MirrorRight.uid).where(
        MirrorRight.organisation_id == parcel.organisation_id,
        MirrorRight.right_id.is_not(None),
        MirrorRight.right_id != parcel.right_id,
    )
    found: set[str] = set()
    for block in blocks(sorted(set(uids))):
        found.update(db.scalars(query.where(MirrorRight.uid.in_(block))))
    return frozenset(found)


def not_new(db: Session, parcel: Parcel, uids: Iterable[str]) -> frozenset[str]:
    """The same, and those that a list told of before the parcel left."""
    uids = set(uids)
    return taken_there(db, parcel, uids) | _known_before(db, parcel, uids)


def _known_before(db: Session, parcel: Parcel, uids: Iterable[str]) -> frozenset[str]:
    query = (
        select(MirrorRight.uid)
        .join(MirrorRound, MirrorRound.id == MirrorRight.round_id)
        .where(
            MirrorRight.organisation_id == parcel.organisation_id,
            MirrorRound.listed_at <= parcel.left_at,
        )
    )
    found: set[str] = set()
    for block in blocks(sorted(set(uids))):
        found.update(db.scalars(query.where(MirrorRight.uid.in_(block))))
    return frozenset(found)


def put_back(
    db: Session, parcel: Parcel, at: datetime, *, reached: bool, counted: bool = True
) -> None:
    """It did not leave, or nobody knows: again *at*, and looked for there first if *reached*."""
    left_at = parcel.left_at or (parcel.claimed_at if reached else None)
    attempts = MirrorSending.attempts - (0 if counted else 1)
    _leave(
        db,
        parcel,
        state=SendingState.SENDING if left_at else SendingState.QUEUED,
        next_attempt_at=at,
        left_at=left_at,
        attempts=attempts,
    )


def put_later(db: Session, parcel: Parcel, at: datetime, **said: Any) -> None:  # noqa: ANN401
    """It is not there, where it is taken *at* the earliest."""
    _leave(db, parcel, state=SendingState.QUEUED, next_attempt_at=at, left_at=None, **said)


def put_aside(db: Session, parcel: Parcel, at: datetime | None, now: datetime) -> bool:
    """Its line there may not be readable: it is looked for *at*, or once a list is read."""
    return _leave(
        db,
        parcel,
        state=SendingState.SENDING if at else SendingState.UNSURE,
        next_attempt_at=at or now,
        left_at=parcel.left_at or parcel.claimed_at,
        unread=parcel.unread + 1,
    )


def put_off(db: Session, organisation_id: int, until: datetime, reply: str) -> None:
    """The calls of the day are made: nothing is tried before *until*; *reply* says why there."""
    said = {"code": "", "answer": reply} if reply else {}
    db.execute(
        update(MirrorSending)
        .where(
            MirrorSending.organisation_id == organisation_id,
            MirrorSending.state.in_(MOVING),
            MirrorSending.claimed_at.is_(None),
            MirrorSending.next_attempt_at < until,
        )
        .values(next_attempt_at=until, **said)
        .execution_options(synchronize_session=False)
    )


def leave(db: Session, parcel: Parcel, state: SendingState, now: datetime, **said: Any) -> bool:  # noqa: ANN401
    """End a sending, unless another process took it meanwhile: whether it was ours to end."""
    return _leave(db, parcel, state=state, ended_at=now, **said)


def _leave(db: Session, parcel: Parcel, **values: Any) -> bool:  # noqa: ANN401
    left = db.execute(
        update(MirrorSending)
        .where(
            MirrorSending.id == parcel.id,
            MirrorSending.state == SendingState.SENDING,
            MirrorSending.claimed_at == parcel.claimed_at,
        )
        .values(claimed_at=None, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(left.rowcount == 1)  # type: ignore[attr-defined]
