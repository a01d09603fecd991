"""Save, rename, share and remove views, and choose the home view."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from data.analysis.marks.models import HomeView, KeptViewRow
from data.analysis.marks.queries.views import get_view
from data.analysis.marks.rules.views import MOST, clean_name, number_in, split_address
from data.identity.audit.actions import note
from data.metering.pces.queries import get_scope

_GONE = N_("Cette vue est introuvable.")
_TAKEN = N_("Vous avez déjà une vue de ce nom : donnez-lui-en un autre.")
_FULL = N_("Vous avez déjà {most} vues : oubliez-en une.")


def keep_view(
    db: Session, viewer: Viewer, name: str, address: str, *, shared: bool, now: datetime
) -> int:
    """Save the page at `address` under `name`; return the view's id.

    Raise Invalid for a bad name or address, Conflict for a name already used or too many views,
    NotFound for a PCE that is not readable.
    """
    viewer.require(Permission.MARKS_WRITE)
    name, (path, query) = clean_name(name), split_address(address)
    number = number_in(path, query)
    if number:
        get_scope(db, viewer, number)
    mine = KeptViewRow.user_id == viewer.user_id
    if (db.scalar(select(func.count(KeptViewRow.id)).where(mine)) or 0) >= MOST:
        raise Conflict(_FULL, most=MOST)
    _free(db, viewer, name)
    row = KeptViewRow(
        organisation_id=viewer.organisation_id,
        user_id=viewer.user_id,
        name=name,
        path=path,
        query=query,
        number=number,
        shared=shared,
        created_at=now,
    )
    db.add(row)
    db.flush()
    _note(db, viewer, row.id, "kept", now)
    return row.id


def rename_view(
    db: Session, viewer: Viewer, view_id: int, name: str, *, shared: bool, now: datetime
) -> None:
    """Rename a view and set whether it is shared. Raise NotFound for somebody else's."""
    viewer.require(Permission.MARKS_WRITE)
    row = _mine(db, viewer, view_id)
    name = clean_name(name)
    if name != row.name:
        _free(db, viewer, name)
    row.name, row.shared = name, shared
    db.flush()
    _note(db, viewer, view_id, "renamed", now)


def drop_view(db: Session, viewer: Viewer, view_id: int, *, now: datetime) -> None:
    """Remove a view; if it was the home view, the dashboard is home again."""
    viewer.require(Permission.MARKS_WRITE)
    row = _mine(db, viewer, view_id)
    db.execute(delete(HomeView).where(HomeView.view_id == row.id))
    db.delete(row)
    db.flush()
    _note(db, viewer, view_id, "dropped", now)


def open_first(db: Session, viewer: Viewer, view_id: int | None) -> None:
    """Set the viewer's home page: a readable view, or the dashboard when `view_id` is None.

    Raise Invalid for a view whose PCE is no longer readable.
    """
    viewer.require(Permission.MARKS_WRITE)
    db.execute(delete(HomeView).where(HomeView.user_id == viewer.user_id))
    if view_id is None:
        return
    view = get_view(db, viewer, view_id)
    if view.why:
        raise Invalid(view.why, number=view.number)
    db.add(HomeView(user_id=viewer.user_id, view_id=view_id))
    db.flush()


def _mine(db: Session, viewer: Viewer, view_id: int) -> KeptViewRow:
    mine = KeptViewRow.id == view_id, KeptViewRow.user_id == viewer.user_id
    view_row = db.scalars(select(KeptViewRow).where(*mine)).one_or_none()
    if view_row is None:
        raise NotFound(_GONE)
    return view_row


def _free(db: Session, viewer: Viewer, name: str) -> None:
    row = KeptViewRow
    same_name = select(row.id).where(row.user_id == viewer.user_id, row.name == name)
    if db.scalar(same_name) is not None:
        raise Conflict(_TAKEN)


def _note(db: Session, viewer: Viewer, view_id: int, what: str, now: datetime) -> None:
    note(db, now, f"views.{what}", ("view", view_id), actor=viewer.actor)
