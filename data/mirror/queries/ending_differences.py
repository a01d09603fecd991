"""Query the differences that end rights, and whether they need a confirmation."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from core.access import Permission, Viewer
from data.mirror.models import MirrorConnection, MirrorDrift, MirrorRight
from data.mirror.types import DriftKind, EndsHeld
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.due import OPEN

MOST = 10  # ended unasked whatever share of all they are


def is_ending_difference(*, held: bool = False) -> ColumnElement[bool]:
    """Return whether a `MirrorDrift` ends an open right; with *held*, those suspended only."""
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
    """The right of ours that `MirrorDrift` is about."""
    return and_(
        AccessRight.uid == MirrorDrift.right_uid,
        AccessRight.organisation_id == MirrorDrift.organisation_id,
    )


def find_excessive_ends(db: Session, organisation_id: int) -> EndsHeld | None:
    """What is to wait: ends of more than MOST rights, and of more than half of those open.

    None where there are fewer. A right that is unknown there waits anyway, and is none of them.
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
    """The open differences of an organisation that end rights here, or those that are *held*."""
    mine = MirrorDrift.organisation_id == organisation_id
    return mine, MirrorDrift.ended_at.is_(None), is_ending_difference(held=held)


def count_held(db: Session, organisation_id: int) -> int:
    """How many ends wait for somebody."""
    query = select(func.count(MirrorDrift.id)).where(
        *list_ending_conditions(organisation_id, held=True)
    )
    return db.scalar(query) or 0


def count_held_ends(db: Session, viewer: Viewer) -> int:
    """The same, of the viewer's organisation: none waits where nothing is repaired unasked."""
    viewer.require(Permission.MIRROR)
    mine = MirrorConnection.organisation_id == viewer.organisation_id
    repairs = db.scalar(select(MirrorConnection.repairs).where(mine))
    return count_held(db, viewer.organisation_id) if repairs else 0


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
