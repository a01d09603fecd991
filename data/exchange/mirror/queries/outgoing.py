"""Find what the upstream lacks and is not queued yet; it is derived, never recorded."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import Permission, Viewer
from data.controls.models import Control, DepositedControl
from data.exchange.mirror.models import MirrorConnection, MirrorRight, MirrorSending
from data.exchange.mirror.queries.connection import find_connection_state
from data.exchange.mirror.queries.sendings import PAGE, list_right_sendings
from data.exchange.mirror.rules.sendings import A_MINUTE
from data.exchange.mirror.types import (
    ConnectionState,
    Leaving,
    RightSent,
    SendingRow,
    SendingState,
    SendingVerb,
)
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries import is_decided_upstream
from data.rights.queries.due import OPEN
from data.rights.queries.end_origin import find_ended_by_column
from data.rights.types import EndedBy, EndSource, ProofState, RightState, RightTrigger
from data.tag_limits import within

MOST = 2000  # found in one turn
WAITING = (ProofState.AWAITED, ProofState.UNDER_CHECK)  # states in which pieces may be sent
# Right, kind of message, deposit or 0, ending event or 0.
Due = tuple[int, SendingVerb, int, int]


def get_outgoing(db: Session, viewer: Viewer) -> Leaving:
    """Return whether the organisation's messages are sent, held or local."""
    viewer.require(Permission.RIGHTS_READ)
    if not is_decided_upstream(db, viewer):
        return Leaving.NOWHERE
    return (
        Leaving.HELD
        if find_connection_state(db, viewer) is ConnectionState.REFUSED
        else Leaving.SOON
    )


def list_leaving(
    db: Session, viewer: Viewer, *where: ColumnElement[bool], skip: int = 0
) -> tuple[tuple[SendingRow, ...], int]:
    """Return a page of messages not queued yet, latest first, and their number.

    It begins after the first `skip`; `where` limits it to some rights.
    """
    if get_outgoing(db, viewer) is Leaving.NOWHERE:
        return (), 0
    due = find_due(db, viewer.organisation_id, within(viewer, AccessRight.pce_id), *where)
    page = due[::-1][skip : skip + PAGE]
    about = select(AccessRight).where(AccessRight.id.in_({right_id for right_id, *_cause in page}))
    rights = {right.id: right for right in db.scalars(about)}
    rows = tuple(_soon(rights[right_id], verb) for right_id, verb, *_cause in page)
    return rows, len(due)


def _soon(right: AccessRight, verb: SendingVerb) -> SendingRow:
    return SendingRow(
        id=0,
        verb=verb,
        number=right.number,
        site=right.site,
        right_uid=right.uid,
        state=SendingState.QUEUED,
        attempts=0,
        created_at=right.created_at,
        next_attempt_at=None,
        ended_at=None,
        code="",
        answer=None,
        queued=False,
    )


def get_right_sendings(db: Session, viewer: Viewer, uid: str) -> RightSent:
    """Return the messages of one of the viewer's rights, sent and unsent."""
    due, _count = list_leaving(db, viewer, AccessRight.uid == uid)
    return RightSent(
        list_right_sendings(db, viewer, uid),
        due,
        get_outgoing(db, viewer),
        find_connection_state(db, viewer),
        bool(due) and _is_crowded(db, viewer.organisation_id),
    )


def _is_crowded(db: Session, organisation_id: int) -> bool:
    """Return whether more waits than is sent in a minute."""
    mine = MirrorSending.organisation_id == organisation_id
    queued = mine, MirrorSending.state == SendingState.QUEUED
    count = db.scalar(select(func.count(MirrorSending.id)).where(*queued)) or 0
    return count + len(find_due(db, organisation_id)) > A_MINUTE


def find_due(db: Session, organisation_id: int, *where: ColumnElement[bool]) -> Sequence[Due]:
    """Return the messages to queue, in the order of events, for an organisation that sends.

    They are derived from rights, so that nothing is lost if a job is killed. `where` limits them to
    some rights.
    """
    declared, proved, revoked = _lacking(organisation_id, *where)
    return [
        *((row.id, SendingVerb.DECLARE, 0, 0) for row in db.execute(declared)),
        *((row.right_id, SendingVerb.PROVE, row.deposit_id, 0) for row in db.execute(proved)),
        *((row.id, SendingVerb.REVOKE, 0, row.event_id) for row in db.execute(revoked)),
    ]


def count_due(db: Session, viewer: Viewer, first_count: int) -> int:
    """Return the number of visible messages to queue, given the `first_count` of one turn."""
    if first_count < MOST:
        return first_count
    every = _lacking(viewer.organisation_id, within(viewer, AccessRight.pce_id))
    alone = (query.order_by(None).limit(None).subquery() for query in every)
    return sum(db.scalar(select(func.count()).select_from(due_query)) or 0 for due_query in alone)


def _lacking(
    organisation_id: int, *where: ColumnElement[bool]
) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Return the queries of missing declarations, proofs and ends, limited to one turn."""
    return (
        _of(organisation_id, SendingVerb.DECLARE).where(is_undeclared(), *where),
        _unproved(organisation_id).where(*where),
        _unrevoked(organisation_id).where(*where),
    )


def is_undeclared() -> ColumnElement[bool]:
    """Return the condition of rights declared here to be sent, and not linked upstream."""
    mirror_rights = select(MirrorRight.uid).where(MirrorRight.right_id == AccessRight.id)
    relayed = select(RightEventRow.id).where(
        RightEventRow.right_id == AccessRight.id, RightEventRow.trigger == RightTrigger.RELAYED
    )
    return and_(
        AccessRight.state == RightState.PENDING,
        AccessRight.relayed,
        relayed.exists(),
        ~mirror_rights.exists(),
    )


def _unrevoked(organisation_id: int) -> Select[*tuple[Any, ...]]:
    """Select the rights ended here by somebody and open upstream.

    Ends by others than the organisation are sent whatever their age; its own, since it is connected
    or if it declared the right from here.
    """
    event, any_event = RightEventRow, aliased(RightEventRow)
    last = select(func.max(any_event.id)).where(any_event.right_id == AccessRight.id)
    last = last.correlate(AccessRight)
    own = and_(
        find_ended_by_column() == EndedBy.ITSELF.value,
        or_(event.at >= MirrorConnection.created_at, _has_left(AccessRight.id)),
    )
    # The other side itself ends what it rejected.
    rejected = and_(
        AccessRight.source == EndSource.PROOF,
        MirrorRight.proof_state.is_not_distinct_from(ProofState.REJECTED),
    )
    return (
        _of(organisation_id, SendingVerb.REVOKE)
        .join(MirrorRight, MirrorRight.right_id == AccessRight.id)
        .join(MirrorConnection, MirrorConnection.organisation_id == AccessRight.organisation_id)
        .join(event, event.id == last.scalar_subquery())
        .where(
            AccessRight.state.not_in(OPEN),
            MirrorRight.state.in_(OPEN),
            or_(find_ended_by_column() == EndedBy.OTHERS.value, own),
            ~rejected,
        )
    )


def _has_left(right_id: Any) -> ColumnElement[bool]:  # noqa: ANN401
    row = aliased(MirrorSending)
    declared = row.right_id == right_id, row.verb == SendingVerb.DECLARE, row.left_at.is_not(None)
    return select(row.id).where(*declared).exists()


def _of(organisation_id: int, verb: SendingVerb) -> Select[*tuple[Any, ...]]:
    event_id = _ending() if verb is SendingVerb.REVOKE else literal(0)
    queued = _queued(AccessRight.id, verb, event_id=event_id)
    return (
        select(AccessRight.id, event_id.label("event_id"))
        .where(AccessRight.organisation_id == organisation_id, ~queued)
        .order_by(AccessRight.id)
        .limit(MOST)
    )


def _ending() -> ColumnElement[int]:
    """Return the last event of an ended right, other than alignments with upstream."""
    event = aliased(RightEventRow)
    happened = event.right_id == AccessRight.id, event.trigger != RightTrigger.ALIGNED
    last = select(func.coalesce(func.max(event.id), 0)).where(*happened)
    return last.correlate(AccessRight).scalar_subquery()


def _queued(
    right_id: Any,  # noqa: ANN401
    verb: SendingVerb,
    deposit_id: Any = 0,  # noqa: ANN401
    event_id: Any = 0,  # noqa: ANN401
) -> ColumnElement[bool]:
    row = aliased(MirrorSending)
    same = row.right_id == right_id, row.verb == verb, row.deposit_id == deposit_id
    return select(row.id).where(*same, row.event_id == event_id).exists()


def _unproved(organisation_id: int) -> Select[*tuple[Any, ...]]:
    """Select the deposits sent here for a proof still expected upstream."""
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
            ~_queued(Control.right_id, SendingVerb.PROVE, sent.deposit_id),
        )
        .order_by(sent.deposit_id, Control.right_id)
        .limit(MOST)
    )
