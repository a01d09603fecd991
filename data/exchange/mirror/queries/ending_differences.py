"""Query the differences that end rights, and whether they need a confirmation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from core.access import Permission, Viewer
from data.exchange.mirror.models import MirrorConnection, MirrorDrift, MirrorRight
from data.exchange.mirror.types import DriftKind, EndsHeld
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.due import OPEN

MOST = 10  # ends applied automatically, whatever their share


def is_ending_difference(*, held: bool = False) -> ColumnElement[bool]:
    """Return whether a `MirrorDrift` ends an open right; with `held`, those suspended only."""
    mirror_right = aliased(MirrorRight)
    over = select(mirror_right.uid).where(
        mirror_right.organisation_id == MirrorDrift.organisation_id,
        mirror_right.uid == MirrorDrift.their_uid,
        mirror_right.state.not_in(OPEN),
    )
    over = over.where(mirror_right.held) if held else over
    opened = select(AccessRight.id).where(is_own_right(), AccessRight.state.in_(OPEN))
    return and_(MirrorDrift.kind == DriftKind.STATE, over.exists(), opened.exists())


def is_own_right() -> ColumnElement[bool]:
    """Return the condition of the local right of a `MirrorDrift`."""
    return and_(
        AccessRight.uid == MirrorDrift.right_uid,
        AccessRight.organisation_id == MirrorDrift.organisation_id,
    )


def find_excessive_ends(db: Session, organisation_id: int) -> EndsHeld | None:
    """Return the ends to suspend: more than `MOST`, and more than half of the open rights.

    None otherwise. Rights unknown upstream wait anyway, and are not counted.
    """
    columns = func.count(), func.max(MirrorDrift.round_id), func.min(MirrorDrift.found_at)
    count, round_id, since = db.execute(
        select(*columns).where(*list_ending_conditions(organisation_id))
    ).one()
    if count <= MOST or 2 * count <= _count_open(db, organisation_id, since):
        return None
    return EndsHeld(count, round_id)


def list_ending_conditions(
    organisation_id: int, *, held: bool = False
) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of open differences that end local rights, or of `held` ones."""
    mine = MirrorDrift.organisation_id == organisation_id
    return mine, MirrorDrift.ended_at.is_(None), is_ending_difference(held=held)


def count_held(db: Session, organisation_id: int) -> int:
    """Return the number of suspended ends."""
    query = select(func.count(MirrorDrift.id)).where(
        *list_ending_conditions(organisation_id, held=True)
    )
    return db.scalar(query) or 0


def count_held_ends(db: Session, viewer: Viewer) -> int:
    """Return the same for the viewer's organisation; 0 without automatic repairs."""
    viewer.require(Permission.MIRROR)
    mine = MirrorConnection.organisation_id == viewer.organisation_id
    repairs = db.scalar(select(MirrorConnection.repairs).where(mine))
    return count_held(db, viewer.organisation_id) if repairs else 0


def _count_open(db: Session, organisation_id: int, since: datetime) -> int:
    """Return the number of rights open upstream, except those that came here since `since`.

    A list that replaces all rights by others still ends most of them.
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
