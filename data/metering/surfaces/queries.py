"""Query the organisation's surfaces of readable PCEs."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.i18n import N_
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible as visible_pces
from data.metering.surfaces.models import SurfaceRow
from data.metering.surfaces.types import Surface, SurfaceDraft
from data.versioned_table import VersionedTable

_row = SurfaceRow
SURFACES = VersionedTable(
    _row,
    N_("Cette surface est introuvable."),
    N_("Quelqu’un a changé cette surface en même temps que vous : rechargez la page."),
    _row.removed_at.is_(None),
    Permission.PCES_WRITE,
)
_COLUMNS: tuple[Any, ...] = (
    _row.id, _row.version,
    Pce.number, _row.area_dm2, _row.first_day, _row.last_day, _row.use, _row.source,
)  # fmt: skip


def visible(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Select the organisation's surfaces of readable PCEs, without removed ones."""
    viewer.require(Permission.PCES_READ)
    pces = visible_pces(viewer).with_only_columns(Pce.id)
    return (
        select(*_COLUMNS)
        .join(Pce, Pce.id == _row.pce_id)
        .where(is_theirs(viewer), _row.pce_id.in_(pces))
    )


def is_theirs(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether a surface is stated by the viewer's organisation, and not removed."""
    return and_(_row.organisation_id == viewer.organisation_id, SURFACES.standing)


def is_valid_on(day: Any) -> ColumnElement[bool]:  # noqa: ANN401 (a date or a column)
    """Return whether a surface is valid on `day`; a PCE has at most one that is."""
    return and_(
        or_(_row.first_day.is_(None), _row.first_day <= day),
        or_(_row.last_day.is_(None), _row.last_day >= day),
    )


def list_surfaces(db: Session, viewer: Viewer, pce: str) -> tuple[Surface, ...]:
    """Return the surfaces of one `pce`, the latest first."""
    rows = db.execute(visible(viewer).where(Pce.number == pce))
    surfaces = [_surface(*row) for row in rows]
    surfaces.sort(key=lambda surface: surface.draft.first or date.min, reverse=True)
    return tuple(surfaces)


def list_drafts(db: Session, viewer: Viewer, pce_id: int) -> list[SurfaceDraft]:
    """Return the surfaces of one PCE by its id, in no order."""
    rows = db.execute(visible(viewer).where(_row.pce_id == pce_id))
    return [SurfaceDraft(*row[2:]) for row in rows]


def load_drafts(
    db: Session, viewer: Viewer, numbers: Collection[str]
) -> dict[str, list[SurfaceDraft]]:
    """Return the surfaces of the PCEs `numbers`, by number."""
    drafts: dict[str, list[SurfaceDraft]] = {}
    for row in db.execute(visible(viewer).where(Pce.number.in_(numbers))):
        drafts.setdefault(row.number, []).append(SurfaceDraft(*row[2:]))
    return drafts


def get_surface(db: Session, viewer: Viewer, surface_id: int) -> Surface:
    """Return a surface; raise NotFound when it is missing, removed or hidden."""
    return _surface(*SURFACES.get_row(db, visible(viewer), surface_id))


def find_surface_on(db: Session, viewer: Viewer, pce: str, day: date) -> Surface | None:
    """Return the surface of `pce` valid on `day`, None without one."""
    row = db.execute(visible(viewer).where(Pce.number == pce, is_valid_on(day))).one_or_none()
    return None if row is None else _surface(*row)


def _surface(id_: int, version: int, *draft: Any) -> Surface:  # noqa: ANN401
    return Surface(id_, version, SurfaceDraft(*draft))
