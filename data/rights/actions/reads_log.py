"""Record who reads the data of which PCE, for its holder to see."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Viewer
from data.identity.audit.actions import note
from data.identity.audit.queries import READ


def note_read(
    db: Session, viewer: Viewer, numbers: Iterable[str], action: str, *, now: datetime
) -> None:
    """Journal that `viewer` did `action` (see rules.reads) on these PCEs."""
    for number in numbers:
        note(db, now, action, (READ, number), actor=viewer.actor)
