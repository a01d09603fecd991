"""What somebody who reads no PCE yet waits for."""

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
        AccessRight.state, func.count(AccessRight.id), func.min(AccessRight.declared_on)
    ).group_by(AccessRight.state)
    found = {state: (count, since) for state, count, since in db.execute(counted)}
    holders, _day = found.get(RightState.PENDING, (0, None))
    distributor, _day = found.get(RightState.RECHECK, (0, None))
    return Awaited(holders, distributor, min((day for _n, day in found.values()), default=None))
