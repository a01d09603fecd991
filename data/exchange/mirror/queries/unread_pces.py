"""Query the PCEs that could not be read: reason and next attempt."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.exchange.mirror.models import MirrorTask
from data.exchange.mirror.queries.messages import find_stored_message
from data.exchange.mirror.types import UnreadRow
from data.metering.pces.models import Pce
from data.rights.models import AccessRight
from data.tag_limits import within

MOST = 20


def visible_unread(viewer: Viewer) -> Select[Any]:
    """Select the failed reads of the viewer's organisation, of visible PCEs."""
    viewer.require(Permission.MIRROR)
    return (
        select(MirrorTask)
        .join(Pce, Pce.id == MirrorTask.pce_id)
        .where(
            MirrorTask.organisation_id == viewer.organisation_id,
            MirrorTask.wished,
            MirrorTask.attempts > 0,
            within(viewer, MirrorTask.pce_id),
        )
    )


def list_unread(db: Session, viewer: Viewer, *, most: int = MOST) -> tuple[UnreadRow, ...]:
    """Return `most` failed reads, the most often failed first."""
    site = (
        select(func.max(AccessRight.site))
        .where(
            AccessRight.pce_id == MirrorTask.pce_id,
            AccessRight.organisation_id == viewer.organisation_id,
        )
        .scalar_subquery()
    )
    query = visible_unread(viewer).with_only_columns(
        Pce.number, site, MirrorTask.part, MirrorTask.problem, MirrorTask.due_at
    )
    order = MirrorTask.attempts.desc(), Pce.number, MirrorTask.part
    rows = db.execute(query.order_by(*order).limit(most))
    return tuple(
        UnreadRow(number, name or "", part, find_stored_message(problem), due_at)
        for number, name, part, problem, due_at in rows
    )


def count_unread(db: Session, viewer: Viewer) -> int:
    query = visible_unread(viewer).with_only_columns(func.count())
    return db.scalar(query) or 0
