"""Query the differences between local and upstream rights, for the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.bulk import is_among
from core.database import NO_ID
from core.records import copy_fields
from data.exchange.mirror.models import MirrorDrift
from data.exchange.mirror.queries.ending_differences import is_ending_difference, is_own_right
from data.exchange.mirror.types import DriftKind, DriftRow
from data.rights.models import AccessRight
from data.tag_limits import within_number

PAGE = 50
ALL = NO_ID - 1


def visible_drifts(viewer: Viewer, upto: int = ALL) -> Select[MirrorDrift]:
    """Select the organisation's open differences, within the viewer's tags if restricted.

    Differences found after the one whose id is `upto` are left out.
    """
    viewer.require(Permission.RIGHTS_READ)
    return select(MirrorDrift).where(
        MirrorDrift.organisation_id == viewer.organisation_id,
        MirrorDrift.ended_at.is_(None),
        within_number(viewer, MirrorDrift.number),
        MirrorDrift.id <= upto,
    )


def find_last_drift_id(db: Session, viewer: Viewer) -> int:
    """Return the id of the latest difference; 0 without any."""
    query = visible_drifts(viewer).with_only_columns(func.max(MirrorDrift.id))
    return db.scalar(query) or 0


def list_drifts(
    db: Session,
    viewer: Viewer,
    *,
    kind: DriftKind | None = None,
    after: int = 0,
    most: int = PAGE,
    upto: int = ALL,
) -> tuple[DriftRow, ...]:
    """Return a page of differences with ids after `after`, in the order they were found."""
    site = select(AccessRight.site).where(is_own_right()).scalar_subquery()
    query = visible_drifts(viewer, upto).add_columns(site)
    if kind:
        query = query.where(MirrorDrift.kind == kind)
    query = query.where(MirrorDrift.id > min(max(after, 0), ALL))
    rows = db.execute(query.order_by(MirrorDrift.id).limit(most))
    return tuple(_row(row, name or "") for row, name in rows)


def count_drifts(
    db: Session, viewer: Viewer, ids: Sequence[int] | None = None, upto: int = ALL
) -> Mapping[DriftKind, int]:
    """Return the number of differences of each kind, among `ids`, without empty kinds."""
    query = visible_drifts(viewer, upto).with_only_columns(MirrorDrift.kind, func.count())
    if ids is not None:
        query = query.where(is_among(db, MirrorDrift.id, ids))
    return {row[0]: row[1] for row in db.execute(query.group_by(MirrorDrift.kind))}


def count_ending(
    db: Session,
    viewer: Viewer,
    ids: Sequence[int] | None = None,
    kind: DriftKind | None = None,
    upto: int = ALL,
) -> int:
    """Return how many differences, among `ids` or of `kind`, end an open right when repaired."""
    over = or_(MirrorDrift.kind == DriftKind.UNKNOWN_THERE, is_ending_difference())
    query = visible_drifts(viewer, upto).with_only_columns(func.count()).where(over)
    if ids is not None:
        query = query.where(is_among(db, MirrorDrift.id, ids))
    if kind is not None:
        query = query.where(MirrorDrift.kind == kind)
    return db.scalar(query) or 0


def _row(row: Any, site: str) -> DriftRow:  # noqa: ANN401 (a row of the table)
    return copy_fields(
        DriftRow,
        row,
        site=site,
        fields=tuple(
            (name, own_value, upstream_value) for name, own_value, upstream_value in row.fields
        ),
    )
