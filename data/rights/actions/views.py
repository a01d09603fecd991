"""Save and remove a person's views of the grid."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from data.metering.pces.rules import storable
from data.rights.models import SavedViewRow

LONGEST_NAME, LONGEST_QUERY, MOST = 60, 500, 30


def keep_view(db: Session, viewer: Viewer, name: str, query: str, *, now: datetime) -> None:
    """Save `query` under `name`, replacing a view of that name."""
    viewer.require(Permission.RIGHTS_READ)
    name = " ".join(storable(name).split())
    if not name:
        raise Invalid(N_("Donnez un nom à cette vue."))
    if len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise Invalid(N_("Ce nom est trop long : {most} caractères au plus."), most=LONGEST_NAME)
    mine = SavedViewRow.user_id == viewer.user_id
    view = db.scalars(select(SavedViewRow).where(mine, SavedViewRow.name == name)).one_or_none()
    if view is not None:
        view.query = query
        return
    if (db.scalar(select(func.count(SavedViewRow.id)).where(mine)) or 0) >= MOST:
        raise Conflict(N_("Vous avez déjà {most} vues : oubliez-en une."), most=MOST)
    db.add(SavedViewRow(user_id=viewer.user_id, name=name, query=query, created_at=now))
    db.flush()


def drop_view(db: Session, viewer: Viewer, view_id: int) -> None:
    """Delete a view; raise NotFound for somebody else's."""
    viewer.require(Permission.RIGHTS_READ)
    gone = db.execute(
        delete(SavedViewRow)
        .where(SavedViewRow.id == view_id, SavedViewRow.user_id == viewer.user_id)
        .returning(SavedViewRow.id)
    )
    if gone.first() is None:
        raise NotFound(N_("Cette vue est introuvable."))
