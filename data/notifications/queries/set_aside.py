"""Query the tasks of the home page that a person set aside for some days."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.notifications.models import NoticeSnooze

HOME = "home"  # the subject; its number is that of the kind of task


def list_set_aside(db: Session, viewer: Viewer, now: datetime) -> dict[int, datetime]:
    """Return until when each kind of task is set aside by the viewer."""
    snooze = NoticeSnooze
    query = select(snooze.subject_id, snooze.until).where(
        snooze.user_id == viewer.user_id,
        snooze.subject_kind == HOME,
        snooze.ended_at.is_(None),
        snooze.until > now,
    )
    return {kind: until for kind, until in db.execute(query) if until is not None}
