"""State, change, remove and restore surfaces; each action is in the journal."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict
from core.i18n import N_
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note
from data.metering.pces.queries import get_scope
from data.metering.surfaces.models import SurfaceRow
from data.metering.surfaces.queries import SURFACES, find_surface_on, get_surface, list_surfaces
from data.metering.surfaces.rules import check_surface, end_before, fill_gap
from data.metering.surfaces.types import Surface, SurfaceDraft
from data.versioned_table import get_pce_number

MOST = 20  # surfaces of an organisation for one PCE
_FULL = N_("Ce PCE a déjà {most} surfaces : retirez-en.")


def add(db: Session, viewer: Viewer, draft: SurfaceDraft, *, now: datetime) -> int:
    """State a surface and return its id; the one without end before it stops the day before.

    Raise Invalid when its days have another one, NotFound, or Conflict when there are too many.
    """
    viewer.require(Permission.PCES_WRITE)
    _lock(db, viewer)
    SURFACES.forget_removed(db, viewer, now)
    surfaces = list_surfaces(db, viewer, draft.pce)
    if len(surfaces) >= MOST:
        raise Conflict(_FULL, most=MOST)
    after = [replace(each, draft=end_before(each, draft) or each.draft) for each in surfaces]
    check_surface(draft, after)  # before any of them is written
    for ended in after:
        if ended not in surfaces:
            _write(db, viewer, ended, now)
            _note(db, viewer, now, "surfaces.changed", ended)
    columns = _columns(db, viewer, draft)
    row = SurfaceRow(organisation_id=viewer.organisation_id, changed_at=now, **columns)
    db.add(row)
    db.flush()
    _note(db, viewer, now, "surfaces.added", Surface(row.id, 1, draft))
    return row.id


def change(
    db: Session, viewer: Viewer, seen: tuple[int, int], draft: SurfaceDraft, *, now: datetime
) -> None:
    """Replace a surface by `draft`; `seen` is its id and displayed version.

    Raise as `add`, and Conflict when somebody changed it since.
    """
    viewer.require(Permission.PCES_WRITE)
    _lock(db, viewer)
    before = get_surface(db, viewer, seen[0]).draft
    draft = replace(draft, pce=before.pce)
    surfaces = list_surfaces(db, viewer, draft.pce)
    check_surface(draft, [surface for surface in surfaces if surface.id != seen[0]])
    surface = Surface(*seen, draft)
    _write(db, viewer, surface, now)
    _note(db, viewer, now, "surfaces.changed", surface)


def remove(db: Session, viewer: Viewer, seen: tuple[int, int], *, now: datetime) -> None:
    """Remove a surface, which can be restored for a day. Raise as `change`."""
    viewer.require(Permission.PCES_WRITE)
    surface = Surface(*seen, get_surface(db, viewer, seen[0]).draft)
    SURFACES.write(db, viewer, seen, {"removed_at": now, "changed_at": now})
    _note(db, viewer, now, "surfaces.removed", surface)


def restore(db: Session, viewer: Viewer, surface_id: int, *, now: datetime) -> str:
    """Restore a surface removed for less than a day; return the number of its PCE.

    Raise NotFound, or Invalid when its days have another one since.
    """
    viewer.require(Permission.PCES_WRITE)
    _lock(db, viewer)
    row = SURFACES.find_restorable(db, viewer, surface_id, now)
    if row is None:
        return get_surface(db, viewer, surface_id).draft.pce
    number = get_pce_number(db, row)
    draft = SurfaceDraft(number, row.area_dm2, row.first_day, row.last_day)
    check_surface(draft, list_surfaces(db, viewer, number))
    row.removed_at = None
    row.version += 1
    note(db, now, "surfaces.restored", ("surface", surface_id), actor=viewer.actor)
    return number


def state_today(db: Session, viewer: Viewer, draft: SurfaceDraft, *, now: datetime) -> None:
    """Make the area of `draft` the one of its PCE today.

    A surface valid today keeps its dates and source; a new one has no dates but those that others
    leave.
    """
    viewer.require(Permission.PCES_WRITE)
    current = find_surface_on(db, viewer, draft.pce, viewer.today)
    if current is None:
        others = [surface.draft for surface in list_surfaces(db, viewer, draft.pce)]
        add(db, viewer, fill_gap(draft, others, viewer.today), now=now)
    elif draft.area_dm2 != current.draft.area_dm2:
        use = current.draft.use or draft.use
        corrected = replace(current.draft, area_dm2=draft.area_dm2, use=use)
        change(db, viewer, (current.id, current.version), corrected, now=now)


def remove_today(db: Session, viewer: Viewer, pce: str, *, now: datetime) -> None:
    """Remove the surface of `pce` that is valid today, if there is one."""
    viewer.require(Permission.PCES_WRITE)
    current = find_surface_on(db, viewer, pce, viewer.today)
    if current is not None:
        remove(db, viewer, (current.id, current.version), now=now)


def _lock(db: Session, viewer: Viewer) -> None:
    """Lock an organisation's surfaces, so that overlapping entries are detected."""
    own = select(Organisation.id).where(Organisation.id == viewer.organisation_id)
    db.execute(own.with_for_update())


def _columns(db: Session, viewer: Viewer, draft: SurfaceDraft) -> dict[str, Any]:
    return {
        "pce_id": get_scope(db, viewer, draft.pce).id,
        "area_dm2": draft.area_dm2,
        "first_day": draft.first,
        "last_day": draft.last,
        "use": draft.use,
        "source": draft.source,
    }


def _write(db: Session, viewer: Viewer, surface: Surface, now: datetime) -> None:
    """Store the draft of `surface` over its version."""
    values = {**_columns(db, viewer, surface.draft), "changed_at": now}
    SURFACES.write(db, viewer, (surface.id, surface.version), values)


def _note(db: Session, viewer: Viewer, now: datetime, action: str, surface: Surface) -> None:
    """Write in the journal what was stated, or is no longer."""
    draft = surface.draft
    detail = {
        "pce": draft.pce,
        "dm2": draft.area_dm2,
        "days": f"{draft.first or ''}/{draft.last or ''}",
        "use": draft.use.value if draft.use else "",
    }
    note(db, now, action, ("surface", surface.id), actor=viewer.actor, detail=detail)
