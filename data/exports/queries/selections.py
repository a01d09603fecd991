"""Query the PCEs selected in a list."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.exports.models import ExportPick


def get_picked(db: Session, viewer: Viewer, pick_id: int) -> tuple[str, ...]:
    """Return the numbers of a selection, none for somebody else's or an expired one."""
    mine = ExportPick.user_id == viewer.user_id
    query = select(ExportPick.numbers).where(ExportPick.id == pick_id, mine)
    return tuple(db.scalar(query) or ())
