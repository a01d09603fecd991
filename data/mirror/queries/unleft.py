"""What is in the queue of an organisation, or is to be, and never left for the other side."""

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.limits import within
from data.mirror.models import MirrorRight, MirrorSending
from data.mirror.queries.leaving import find_due, undeclared
from data.mirror.types import SendingState, Unleft, Verb
from data.rights.models import AccessRight
from data.rights.queries import relays

UNLEFT = and_(MirrorSending.state == SendingState.QUEUED, MirrorSending.left_at.is_(None))


def count_undeclared(db: Session, viewer: Viewer) -> int:
    """How many declarations of those that the viewer sees never left for the distributor."""
    viewer.require(Permission.RIGHTS_READ)
    return _count(db, viewer, within(viewer, AccessRight.pce_id)) if relays(db, viewer) else 0


def _count(db: Session, viewer: Viewer, *where: ColumnElement[bool]) -> int:
    ours = AccessRight.organisation_id == viewer.organisation_id
    gone = sent_declarations().where(~UNLEFT).exists()
    query = select(func.count(AccessRight.id)).where(ours, undeclared(), ~gone, *where)
    return db.scalar(query) or 0


def count_unleft(db: Session, viewer: Viewer) -> Unleft:
    """What is lost once the viewer's organisation sends nothing any more."""
    viewer.require(Permission.MIRROR)
    if not relays(db, viewer):
        return Unleft()
    mine = MirrorSending.organisation_id == viewer.organisation_id
    queued = select(func.count(MirrorSending.id))
    queued = queued.where(mine, UNLEFT, MirrorSending.verb != Verb.DECLARE)
    due = find_due(db, viewer.organisation_id)
    others = sum(verb is not Verb.DECLARE for _right, verb, *_cause in due)
    return Unleft(_count(db, viewer), (db.scalar(queued) or 0) + others)


def is_unleft(db: Session, viewer: Viewer, run_id: int) -> bool:
    """Whether nothing of an import of the viewer's organisation left, nor is known there."""
    viewer.require(Permission.RIGHTS_READ)
    ours = of_run(viewer, run_id)
    left = select(MirrorSending.id).where(MirrorSending.right_id.in_(ours), ~UNLEFT)
    there = select(MirrorRight.uid).where(MirrorRight.right_id.in_(ours))
    return db.scalar(left.limit(1)) is None and db.scalar(there.limit(1)) is None


def of_run(viewer: Viewer, run_id: int) -> Select[int]:
    """The ids of the rights that an import of the viewer's organisation made."""
    mine = AccessRight.organisation_id == viewer.organisation_id
    return select(AccessRight.id).where(mine, AccessRight.run_id == run_id)


def sent_declarations() -> Select[int]:
    """Declarations of `AccessRight` that are in the queue, or were."""
    return select(MirrorSending.id).where(
        MirrorSending.right_id == AccessRight.id, MirrorSending.verb == Verb.DECLARE
    )
