"""Query the outcome of a request that was answered or closed."""

from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import NotFound
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.detail import HIDDEN
from data.rights.queries.readers_of_held import visible_held_rights
from data.rights.queries.visible import third_party
from data.rights.types import Answered


def find_last_answer(
    db: Session, viewer: Viewer, *, uid: str = "", asker: int | None = None
) -> Answered:
    """Return the last event of a right, or of one organisation's rights, on the viewer's PCEs.

    Raise NotFound when the viewer's organisation holds none of them.
    """
    which = AccessRight.uid == uid if uid else AccessRight.organisation_id == asker
    mine = visible_held_rights(viewer).where(which)
    event = RightEventRow
    query = mine.join(event, event.right_id == AccessRight.id)
    last = query.order_by(event.at.desc(), event.id.desc()).limit(1)
    row = db.execute(last.with_only_columns(event.trigger, event.at, third_party)).one_or_none()
    if row is None:
        raise NotFound(HIDDEN)
    return Answered(*row)
