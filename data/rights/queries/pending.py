"""Query the pending rights of a viewer who cannot read any PCE yet."""

from collections import Counter

from sqlalchemy import func
from sqlalchemy.orm import Session

from core.access import Viewer
from data.rights.models import AccessRight
from data.rights.queries.due import WAITING
from data.rights.queries.visible import is_own_right, visible
from data.rights.types import PendingRight, RightState


def get_awaited_rights(db: Session, viewer: Viewer) -> PendingRight:
    """Return the organisation's pending rights: whose answer is expected, and since when."""
    query = visible(viewer).where(is_own_right(viewer), AccessRight.state.in_(WAITING))
    counted = query.with_only_columns(
        AccessRight.state,
        AccessRight.relayed,
        func.count(AccessRight.id),
        func.min(AccessRight.declared_on),
    ).group_by(AccessRight.state, AccessRight.relayed)
    rows = db.execute(counted).all()
    counts = Counter[str]()
    for state, elsewhere, count, _day in rows:
        checked = "distributor" if state is RightState.RECHECK else "holders"
        counts["relayed" if elsewhere else checked] += count
    return PendingRight(**counts, since=min((row[3] for row in rows), default=None))
