"""The queue of what the other side lacks: found, taken in hand, and what became of it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from data.controls.models import Control, DepositedControl
from data.db import blocks, upsert
from data.mirror.models import MirrorConnection, MirrorRight, MirrorSending
from data.mirror.queries.sendings import undeclared
from data.mirror.types import MOVING, SendingState, Verb
from data.notifications.rules import STUCK_AFTER
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.due import OPEN
from data.rights.queries.ended import ended_by
from data.rights.types import EndedBy, ProofState, Source, Trigger

MOST = 2000  # found, or taken up, in one turn
WAITING = (ProofState.AWAITED, ProofState.UNDER_CHECK)  # pieces may be sent
# A right, what is to be sent of it, a deposit or 0, what ended it or 0.
_WANTED = tuple[int, Verb, int, int]


def find_due(db: Session, organisation_id: int) -> Sequence[_WANTED]:
    """What is not in the queue yet, in the order of what happened: for an organisation that sends.

    Nothing else is written when something is to be sent: what was killed in between is found again.
    """
    return [
        *((row.id, Verb.DECLARE, 0, 0) for row in db.execute(_undeclared(organisation_id))),
        *(
            (row.right_id, Verb.PROVE, row.deposit_id, 0)
            for row in db.execute(_unproved(organisation_id))
        ),
        *(
            (row.id, Verb.REVOKE, 0, row.event_id)
            for row in db.execute(_unrevoked(organisation_id))
        ),
    ]


def put_in_queue(
    db: Session, organisation_id: int, found: Collection[_WANTED], *, now: datetime
) -> int:
    """Make a row of each, but of what is there already; how many came."""
    rows = [
        {
            "organisation_id": organisation_id,
            "right_id": right_id,
            "verb": verb,
            "deposit_id": deposit_id,
            "event_id": event_id,
            "state": SendingState.QUEUED,
            "created_at": now,
            "next_attempt_at": now,
        }
        for right_id, verb, deposit_id, event_id in found
    ]
    if not rows:
        return 0
    made = upsert(db, MirrorSending).on_conflict_do_nothing().returning(MirrorSending.id)
    return len(db.scalars(made, rows).all())


def _undeclared(organisation_id: int) -> Select[*tuple[Any, ...]]:
    return _of(organisation_id, Verb.DECLARE).where(undeclared())


def _unrevoked(organisation_id: int) -> Select[*tuple[Any, ...]]:
    """Ended here by somebody's word, and open there.

    The word of others than the organisation leaves whatever its age; its own, since it is connected
    or where the right was declared from here.
    """
    event, any_event = RightEventRow, aliased(RightEventRow)
    last = select(func.max(any_event.id)).where(any_event.right_id == AccessRight.id)
    last = last.correlate(AccessRight)
    own = and_(
        ended_by() == EndedBy.ITSELF.value,
        or_(event.at >= MirrorConnection.created_at, _left(AccessRight.id)),
    )
    # What it rejected itself, it ends itself.
    rejected = and_(
        AccessRight.source == Source.PROOF,
        MirrorRight.proof_state.is_not_distinct_from(ProofState.REJECTED),
    )
    return (
        _of(organisation_id, Verb.REVOKE)
        .join(MirrorRight, MirrorRight.right_id == AccessRight.id)
        .join(MirrorConnection, MirrorConnection.organisation_id == AccessRight.organisation_id)
        .join(event, event.id == last.scalar_subquery())
        .where(
            AccessRight.state.not_in(OPEN),
            MirrorRight.state.in_(OPEN),
            or_(ended_by() == EndedBy.OTHERS.value, own),
            ~rejected,
        )
    )


def _left(right_id: Any) -> ColumnElement[bool]:  # noqa: ANN401
    row = aliased(MirrorSending)
    declared = row.right_id == right_id, row.verb == Verb.DECLARE, row.left_at.is_not(None)
    return select(row.id).where(*declared).exists()


def _of(organisation_id: int, verb: Verb) -> Select[*tuple[Any, ...]]:
    event_id = _ending() if verb is Verb.REVOKE else literal(0)
    queued = _queued(AccessRight.id, verb, event_id=event_id)
    return (
        select(AccessRight.id, event_id.label("event_id"))
        .where(AccessRight.organisation_id == organisation_id, ~queued)
        .order_by(AccessRight.id)
        .limit(MOST)
    )


def _ending() -> ColumnElement[int]:
    """What happened last to a right that is over, but being made as it is there."""
    event = aliased(RightEventRow)
    happened = event.right_id == AccessRight.id, event.trigger != Trigger.ALIGNED
    last = select(func.coalesce(func.max(event.id), 0)).where(*happened)
    return last.correlate(AccessRight).scalar_subquery()


def _queued(
    right_id: Any,  # noqa: ANN401
    verb: Verb,
    deposit_id: Any = 0,  # noqa: ANN401
    event_id: Any = 0,  # noqa: ANN401
) -> ColumnElement[bool]:
    row = aliased(MirrorSending)
    same = row.right_id == right_id, row.verb == verb, row.deposit_id == deposit_id
    return select(row.id).where(*same, row.event_id == event_id).exists()


def _unproved(organisation_id: int) -> Select[*tuple[Any, ...]]:
    """Deposits sent here for a proof that is still waited for there."""
    sent = DepositedControl
    return (
        select(Control.right_id, sent.deposit_id)
        .join(sent, sent.control_id == Control.id)
        .join(AccessRight, AccessRight.id == Control.right_id)
        .join(MirrorRight, MirrorRight.right_id == Control.right_id)
        .where(
            Control.organisation_id == organisation_id,
            Control.state == ProofState.UNDER_CHECK,
            Control.closed_at.is_(None),
            AccessRight.relayed,
            sent.sent_at.is_not(None),
            MirrorRight.proof_state.in_(WAITING),
            ~_queued(Control.right_id, Verb.PROVE, sent.deposit_id),
        )
        .order_by(sent.deposit_id, Control.right_id)
        .limit(MOST)
    )


def look_again(db: Session, organisation_id: int, is_unread: Callable[[str], bool]) -> None:
    """A list came: what is unsure is looked for once more, unless it is unread of that PCE."""
    unsure = select(MirrorSending.id, AccessRight.number).join(
        AccessRight, AccessRight.id == MirrorSending.right_id
    )
    mine = MirrorSending.organisation_id == organisation_id
    rows = db.execute(unsure.where(mine, MirrorSending.state == SendingState.UNSURE))
    for ids in blocks([row.id for row in rows if not is_unread(row.number)]):
        still = MirrorSending.id.in_(ids), MirrorSending.state == SendingState.UNSURE
        db.execute(update(MirrorSending).where(*still).values(state=SendingState.SENDING))


def list_to_send(db: Session, organisation_id: int, now: datetime) -> Sequence[int]:
    """The ids of what may leave now, one of a right at a time: in the order they came."""
    before = aliased(MirrorSending)
    first = select(before.id).where(
        before.right_id == MirrorSending.right_id,
        before.state.in_(MOVING),
        before.id < MirrorSending.id,
    )
    query = select(MirrorSending.id).where(
        MirrorSending.organisation_id == organisation_id,
        MirrorSending.next_attempt_at <= now,
        free(now),
        ~first.exists(),
        ~_kept_out(),
    )
    return db.scalars(query.order_by(MirrorSending.id).limit(MOST)).all()


def _kept_out() -> ColumnElement[bool]:
    """A declaration that another right would have refused there: of the same PCE, in the same role.

    That one is to be revoked there first, or was declared before and may be there.
    """
    before, mine, other = aliased(MirrorSending), aliased(AccessRight), aliased(AccessRight)
    declared = and_(before.verb == Verb.DECLARE, before.id < MirrorSending.id)
    found = (
        select(before.id)
        .join(other, other.id == before.right_id)
        .join(mine, and_(mine.number == other.number, mine.role == other.role))
        .where(
            mine.id == MirrorSending.right_id,
            before.organisation_id == MirrorSending.organisation_id,
            before.right_id != MirrorSending.right_id,
            before.state.in_(MOVING),
            or_(before.verb == Verb.REVOKE, declared),
        )
        .correlate(MirrorSending)
    )
    return and_(MirrorSending.verb == Verb.DECLARE, found.exists())


def free(now: datetime) -> ColumnElement[bool]:
    """In nobody's hands: waiting, or left by who was killed."""
    nobody = or_(MirrorSending.claimed_at.is_(None), MirrorSending.claimed_at < now - STUCK_AFTER)
    return and_(MirrorSending.state.in_(MOVING), nobody)
