"""Query what the drawer of a right shows."""

from sqlalchemy.orm import Session

from core.access import Viewer
from data.controls.queries import list_controls
from data.controls.types import ControlFilter
from data.exchange.mirror.queries.outgoing import get_right_sendings
from data.exchange.mirror.types import OpenedRight
from data.metering.consumption.queries import list_available_months
from data.rights.queries import get_right, list_right_events


def get_opened_right(db: Session, viewer: Viewer, uid: str) -> OpenedRight:
    """Return a right as its drawer shows it. Raise NotFound if the viewer cannot see it."""
    detail = get_right(db, viewer, uid)
    number = detail.row.number
    months = list_available_months(db, viewer, number) if detail.readable else frozenset()
    controls, _count = list_controls(db, viewer, ControlFilter(right=uid))
    events = list_right_events(db, viewer, uid)
    return OpenedRight(detail, events, months, controls, get_right_sendings(db, viewer, uid))
