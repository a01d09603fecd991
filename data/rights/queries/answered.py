"""What became of a request that the holder answered already, or that somebody closed."""

from sqlalchemy.orm import Session

from data.access import Viewer
from data.errors import NotFound
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.held import held
from data.rights.queries.one import HIDDEN
from data.rights.queries.visible import third_party
from data.rights.types import Answered


def answered_held(
    db: Session, viewer: Viewer, *, uid: str = "", asker: int | None = None
) -> Answered:
    """What happened last to one right, or to those of one organisation, on the viewer's PCE.

    NotFound when the viewer's organisation holds none of them.
    """
    which = AccessRight.uid == uid if uid else AccessRight.organisation_id == asker
    mine = held(viewer).where(which)
    event = RightEventRow
    query = mine.join(event, event.right_id == AccessRight.id)
    last = query.order_by(event.at.desc(), event.id.desc()).limit(1)
    row = db.execute(last.with_only_columns(event.trigger, event.at, third_party)).one_or_none()
    if row is None:
        raise NotFound(HIDDEN)
    return Answered(*row)
