"""What differs that ends rights here, and when a list ends too many for it to be done unasked."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from data.mirror.models import MirrorDrift, MirrorRight
from data.mirror.types import DriftKind, EndsHeld
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.due import OPEN

MOST = 10  # ended unasked whatever share of all they are


def ends() -> ColumnElement[bool]:
    """Of `MirrorDrift`: the right is open here, and over there."""
    over = select(MirrorRight.uid).where(
        MirrorRight.organisation_id == MirrorDrift.organisation_id,
        MirrorRight.uid == MirrorDrift.their_uid,
        MirrorRight.state.not_in(OPEN),
    )
    opened = select(AccessRight.id).where(ours(), AccessRight.state.in_(OPEN))
    return and_(MirrorDrift.kind == DriftKind.STATE, over.exists(), opened.exists())


def ours() -> ColumnElement[bool]:
    """The right of ours that `MirrorDrift` is about."""
    return and_(
        AccessRight.uid == MirrorDrift.right_uid,
        AccessRight.organisation_id == MirrorDrift.organisation_id,
    )


def held_ends(db: Session, organisation_id: int) -> EndsHeld | None:
    """What waits for somebody: ends of more than MOST rights, and of more than half of those open.

    None where there are fewer. A right that is unknown there waits anyway, and is none of them.
    """
    told = func.count(), func.max(MirrorDrift.round_id), func.min(MirrorDrift.found_at)
    found = select(*told).where(
        MirrorDrift.organisation_id == organisation_id, MirrorDrift.ended_at.is_(None), ends()
    )
    count, round_id, since = db.execute(found).one()
    if count <= MOST or 2 * count <= _count_open(db, organisation_id, since):
        return None
    return EndsHeld(count, round_id)


def _count_open(db: Session, organisation_id: int, since: datetime) -> int:
    """Those that are known there, but for what came here *since*.

    A list that ends all there is, and brings as many others, ends most rights still.
    """
    came = select(RightEventRow.id).where(
        RightEventRow.right_id == AccessRight.id,
        RightEventRow.before.is_(None),
        RightEventRow.at >= since,
    )
    query = (
        select(func.count())
        .select_from(AccessRight)
        .join(MirrorRight, MirrorRight.right_id == AccessRight.id)
        .where(AccessRight.organisation_id == organisation_id, AccessRight.state.in_(OPEN))
        .where(~came.exists())
    )
    return db.scalar(query) or 0
