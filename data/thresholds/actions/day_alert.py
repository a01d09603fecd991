"""Turn the alert of one PCE on a day's consumption on, off, or to another value."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.thresholds.actions.changes import change, pause, resume
from data.thresholds.actions.idempotency import create_once
from data.thresholds.queries.day_alert import find_day_threshold, get_day_draft
from data.thresholds.types import DayAlert


def set_day_alert(
    db: Session, viewer: Viewer, alert: DayAlert, *, name: str, now: datetime
) -> None:
    """Make the threshold of a PCE what `alert` says; turned off, it is paused and keeps its value.

    Raise Invalid for a value that no threshold may have, and NotFound for a hidden PCE.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    detail = find_day_threshold(db, viewer, alert.number)
    if detail is None:
        if alert.is_on and alert.value_wh is not None:
            draft = get_day_draft(db, viewer, alert.number, alert.value_wh, name)
            create_once(db, viewer, [draft], now=now)
        return
    if alert.value_wh is not None:
        draft = replace(detail.draft, values_wh=(alert.value_wh,))
        change(db, viewer, detail.row.id, draft, now=now)
    turn = resume if alert.is_on else pause
    turn(db, viewer, [detail.row.id], now=now)
