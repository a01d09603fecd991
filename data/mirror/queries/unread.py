"""The PCE of which something could not be read: which, why, and when it is asked for again."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.limits import within
from data.mirror.models import MirrorTask
from data.mirror.queries.telling import told
from data.mirror.types import UnreadRow
from data.pces.models import Pce
from data.rights.models import AccessRight

MOST = 20


def visible_unread(viewer: Viewer) -> Select[Any]:
    """What was asked for in vain for the viewer's organisation, of PCE within its limits."""
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
    """Those that were asked for in vain the most often come first; *most* of them."""
    site = (
        select(func.max(AccessRight.site))
        .where(
            AccessRight.pce_id == MirrorTask.pce_id,
            AccessRight.organisation_id == viewer.organisation_id,
        )
        .scalar_subquery()
    )
    asked = visible_unread(viewer).with_only_columns(
        Pce.number, site, MirrorTask.part, MirrorTask.problem, MirrorTask.due_at
    )
    order = MirrorTask.attempts.desc(), Pce.number, MirrorTask.part
    rows = db.execute(asked.order_by(*order).limit(most))
    return tuple(
        UnreadRow(number, name or "", part, told(problem), due_at)
        for number, name, part, problem, due_at in rows
    )


def count_unread(db: Session, viewer: Viewer) -> int:
    query = visible_unread(viewer).with_only_columns(func.count())
    return db.scalar(query) or 0
