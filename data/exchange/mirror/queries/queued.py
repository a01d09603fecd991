"""Query an organisation's messages that are queued, or due to be, and were never sent."""

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.exchange.mirror.models import MirrorRight, MirrorSending
from data.exchange.mirror.queries.outgoing import find_due, is_undeclared
from data.exchange.mirror.types import SendingState, SendingVerb, Unleft
from data.rights.models import AccessRight
from data.rights.queries import is_decided_upstream
from data.tag_limits import within

UNLEFT = and_(MirrorSending.state == SendingState.QUEUED, MirrorSending.left_at.is_(None))


def count_undeclared(db: Session, viewer: Viewer) -> int:
    """Return the number of visible declarations that never left for the distributor."""
    viewer.require(Permission.RIGHTS_READ)
    return (
        _count(db, viewer, within(viewer, AccessRight.pce_id))
        if is_decided_upstream(db, viewer)
        else 0
    )


def _count(db: Session, viewer: Viewer, *where: ColumnElement[bool]) -> int:
    same_organisation = AccessRight.organisation_id == viewer.organisation_id
    gone = get_queued_declarations_query().where(~UNLEFT).exists()
    query = select(func.count(AccessRight.id)).where(
        same_organisation, is_undeclared(), ~gone, *where
    )
    return db.scalar(query) or 0


def count_unleft(db: Session, viewer: Viewer) -> Unleft:
    """Return what would be lost if the organisation stopped sending."""
    viewer.require(Permission.MIRROR)
    if not is_decided_upstream(db, viewer):
        return Unleft()
    mine = MirrorSending.organisation_id == viewer.organisation_id
    queued = select(func.count(MirrorSending.id))
    queued = queued.where(mine, UNLEFT, MirrorSending.verb != SendingVerb.DECLARE)
    due = find_due(db, viewer.organisation_id)
    others = sum(verb is not SendingVerb.DECLARE for _right, verb, *_cause in due)
    return Unleft(_count(db, viewer), (db.scalar(queued) or 0) + others)


def is_unleft(db: Session, viewer: Viewer, run_id: int) -> bool:
    """Return whether nothing of an import was sent, or is known upstream."""
    viewer.require(Permission.RIGHTS_READ)
    run_rights = get_import_rights_query(viewer, run_id)
    sent_sendings = select(MirrorSending.id).where(MirrorSending.right_id.in_(run_rights), ~UNLEFT)
    mirror_rights = select(MirrorRight.uid).where(MirrorRight.right_id.in_(run_rights))
    return db.scalar(sent_sendings.limit(1)) is None and db.scalar(mirror_rights.limit(1)) is None


def get_import_rights_query(viewer: Viewer, run_id: int) -> Select[int]:
    """Select the ids of the rights that an import of the viewer's organisation created."""
    mine = AccessRight.organisation_id == viewer.organisation_id
    return select(AccessRight.id).where(mine, AccessRight.run_id == run_id)


def get_queued_declarations_query() -> Select[int]:
    """Select the declarations of an `AccessRight` that are or were in the queue."""
    return select(MirrorSending.id).where(
        MirrorSending.right_id == AccessRight.id, MirrorSending.verb == SendingVerb.DECLARE
    )
