"""An evidence pack leaves: the journal keeps its seal, which tells it from one made again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.controls.actions.journal import By, Told, append
from data.controls.models import JournalEntry
from data.controls.queries.one import find_control
from data.controls.types import Fact


def note_pack(db: Session, viewer: Viewer, uid: str, seal: str, *, now: datetime) -> None:
    """Keep who was given the pack of a control, and its SHA-256; NotFound when it is hidden.

    Once for one person and one seal: the same pack asked again writes nothing. Forbidden to who
    looks as somebody else.
    """
    by = By(now, viewer)
    control_id = find_control(db, viewer, uid)
    given = select(JournalEntry.seq).where(
        JournalEntry.control_id == control_id,
        JournalEntry.fact == Fact.PACKED,
        JournalEntry.actor_id == by.user_id,
        JournalEntry.detail["sha256"].as_string() == seal,
    )
    if db.scalar(given.limit(1)) is None:
        append(db, [Told(Fact.PACKED, control_id, {"sha256": seal})], by)
