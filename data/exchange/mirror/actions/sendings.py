"""Fill the queue of messages to the upstream, and have workers send what is due."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session, aliased

from core import queue
from core.database import blocks, upsert
from core.queue_types import NewItem, RetryPolicy, WorkKind
from data.exchange.mirror.models import MirrorSending
from data.exchange.mirror.queries.outgoing import Due
from data.exchange.mirror.types import MOVING, SendingState, SendingVerb
from data.identity.accounts.models import Organisation
from data.rights.models import AccessRight

SEND_UPSTREAM = WorkKind("send_upstream", "sendings", RetryPolicy())
MOST = 2000  # messages in one turn


def put_in_queue(
    db: Session, organisation_id: int, due_sendings: Collection[Due], *, now: datetime
) -> int:
    """Insert the messages that are not in the queue yet; return how many.

    Rights deleted by undoing an import are left out.
    """
    existing_ids = _standing(db, {right_id for right_id, *_cause in due_sendings})
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
        for right_id, verb, deposit_id, event_id in due_sendings
        if right_id in existing_ids
    ]
    if not rows:
        return 0
    statement = upsert(db, MirrorSending).on_conflict_do_nothing().returning(MirrorSending.id)
    return len(db.scalars(statement, rows).all())


def _standing(db: Session, right_ids: Collection[int]) -> set[int]:
    """Return the existing rights, locked until the transaction ends."""
    existing_ids: set[int] = set()
    for ids in blocks(sorted(right_ids)):
        lock_query = select(AccessRight.id).where(AccessRight.id.in_(ids)).order_by(AccessRight.id)
        existing_ids.update(db.scalars(lock_query.with_for_update(read=True, key_share=True)))
    return existing_ids


def look_again(db: Session, organisation_id: int, is_unread: Callable[[str], bool]) -> None:
    """After a list, search again for unsure messages, except of PCEs with unreadable lines.

    Only for organisations that send; otherwise the state stays as it is.
    """
    home = select(Organisation.sends_upstream).where(Organisation.id == organisation_id)
    if not db.scalar(home):
        return
    unsure = select(MirrorSending.id, AccessRight.number).join(
        AccessRight, AccessRight.id == MirrorSending.right_id
    )
    mine = MirrorSending.organisation_id == organisation_id
    rows = db.execute(unsure.where(mine, MirrorSending.state == SendingState.UNSURE))
    for ids in blocks([row.id for row in rows if not is_unread(row.number)]):
        still = MirrorSending.id.in_(ids), MirrorSending.state == SendingState.UNSURE
        db.execute(update(MirrorSending).where(*still).values(state=SendingState.SENDING))


def plan_sending(db: Session, senders: Collection[int], now: datetime) -> int:
    """Enqueue the organisations among `senders` with messages due now; return how many."""
    idle = ~queue.is_unfinished(SEND_UPSTREAM, MirrorSending.organisation_id)
    due = _is_due(select(MirrorSending.organisation_id), now)
    owners = db.scalars(due.where(MirrorSending.organisation_id.in_(senders), idle).distinct())
    items = [NewItem(id_, {"organisation": id_}, key=str(id_)) for id_ in sorted(owners)]
    return queue.enqueue_many(db, SEND_UPSTREAM, items, now, rerun=True)


def list_to_send(db: Session, organisation_id: int, now: datetime) -> Sequence[int]:
    """Return the ids of messages due now, one per right, in their order."""
    mine = MirrorSending.organisation_id == organisation_id
    query = _is_due(select(MirrorSending.id), now).where(mine)
    return db.scalars(query.order_by(MirrorSending.id).limit(MOST)).all()


def _is_due(query: Select[int], now: datetime) -> Select[int]:
    before = aliased(MirrorSending)
    first = select(before.id).where(
        before.right_id == MirrorSending.right_id,
        before.state.in_(MOVING),
        before.id < MirrorSending.id,
    )
    moves = MirrorSending.state.in_(MOVING), MirrorSending.next_attempt_at <= now
    return query.where(*moves, ~first.exists(), ~_kept_out())


def _kept_out() -> ColumnElement[bool]:
    """Return the condition of declarations that another right of the PCE and role would block.

    That right must first be revoked upstream, or was declared before and may be there.
    """
    before, mine, other = aliased(MirrorSending), aliased(AccessRight), aliased(AccessRight)
    declared = and_(before.verb == SendingVerb.DECLARE, before.id < MirrorSending.id)
    earlier_sendings = (
        select(before.id)
        .join(other, other.id == before.right_id)
        .join(mine, and_(mine.number == other.number, mine.role == other.role))
        .where(
            mine.id == MirrorSending.right_id,
            before.organisation_id == MirrorSending.organisation_id,
            before.right_id != MirrorSending.right_id,
            before.state.in_(MOVING),
            or_(before.verb == SendingVerb.REVOKE, declared),
        )
        .correlate(MirrorSending)
    )
    return and_(MirrorSending.verb == SendingVerb.DECLARE, earlier_sendings.exists())
