"""What somebody who reads no PCE yet waits for."""

from collections import Counter

from sqlalchemy import func
from sqlalchemy.orm import Session

from data.access import Viewer
from data.rights.models import AccessRight
from data.rights.queries.due import WAITING
from data.rights.queries.visible import mine, visible
from data.rights.types import Awaited, RightState


def awaited(db: Session, viewer: Viewer) -> Awaited:
    """The rights of the viewer's organisation that wait: for whom, and since when."""
    query = visible(viewer).where(mine(viewer), AccessRight.state.in_(WAITING))
    counted = query.with_only_columns(
        AccessRight.state,
        AccessRight.relayed,
        func.count(AccessRight.id),
        func.min(AccessRight.declared_on),
    ).group_by(AccessRight.state, AccessRight.relayed)
    rows = db.execute(counted).all()
    found = Counter[str]()
    for state, elsewhere, count, _day in rows:
        checked = "distributor" if state is RightState.RECHECK else "holders"
        found["relayed" if elsewhere else checked] += count
    return Awaited(**found, since=min((row[3] for row in rows), default=None))
