"""Query a person's saved views of the grid."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.rights.models import SavedViewRow
from data.rights.types import SavedView


def list_views(db: Session, viewer: Viewer) -> tuple[SavedView, ...]:
    """Return the saved views of `viewer`, by name."""
    viewer.require(Permission.RIGHTS_READ)
    view = SavedViewRow
    query = select(view.id, view.name, view.query).where(view.user_id == viewer.user_id)
    return tuple(SavedView(*row) for row in db.execute(query.order_by(view.name, view.id)))
