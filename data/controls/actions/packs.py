"""Record an evidence pack's download with its seal, which identifies it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.controls.actions.journal import ControlAuthor, JournalEvent, append
from data.controls.models import JournalEntry
from data.controls.queries.detail import find_control
from data.controls.types import Fact


def note_pack(db: Session, viewer: Viewer, uid: str, seal: str, *, now: datetime) -> None:
    """Journal who downloaded a control's evidence pack and its SHA-256.

    It is written once for a person and a seal. Raise NotFound for a hidden control, Forbidden under
    impersonation.
    """
    by = ControlAuthor(now, viewer)
    control_id = find_control(db, viewer, uid)
    previous_pack = select(JournalEntry.seq).where(
        JournalEntry.control_id == control_id,
        JournalEntry.fact == Fact.PACKED,
        JournalEntry.actor_id == by.user_id,
        JournalEntry.detail["sha256"].as_string() == seal,
    )
    if db.scalar(previous_pack.limit(1)) is None:
        append(db, [JournalEvent(Fact.PACKED, control_id, {"sha256": seal})], by)
