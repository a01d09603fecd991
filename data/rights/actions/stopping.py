"""A holder wants no letter any more, or wants them again: the link of a letter is the proof."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from data.audit.actions import note
from data.db import upsert
from data.notifications.types import Delivery
from data.rights.actions.letters import wake
from data.rights.models import RightLetterRow, StoppedMailbox
from data.rights.queries.stopped import letter_stop
from data.rights.types import ASKS


def stop_letters(db: Session, letter_id: int, now: datetime) -> None:
    """Nothing leaves for the reader of this letter any more, whoever asks.

    What asks is held, for its reader may change their mind; what only told is not told.
    """
    found = letter_stop(db, letter_id)
    if found.at is not None:
        return
    row = {"mailbox": found.mailbox, "at": now}
    db.execute(upsert(db, StoppedMailbox).on_conflict_do_nothing(), row)
    tells = (RightLetterRow.kind.not_in(ASKS), RightLetterRow.state == Delivery.QUEUED)
    mine = update(RightLetterRow).where(RightLetterRow.mailbox == found.mailbox, *tells)
    db.execute(mine.values(state=Delivery.FAILED, token="", error="its reader wants no letter"))
    note(db, now, "rights.letters_stopped", ("letter", letter_id))


def resume_letters(db: Session, letter_id: int, now: datetime) -> None:
    """Write to the reader of this letter again: what still asks leaves at the next turn."""
    found = letter_stop(db, letter_id)
    if found.at is None:
        return
    db.execute(delete(StoppedMailbox).where(StoppedMailbox.mailbox == found.mailbox))
    held = (RightLetterRow.mailbox == found.mailbox, RightLetterRow.state == Delivery.QUEUED)
    asking = select(RightLetterRow.organisation_id).where(*held).distinct()
    wake(db, db.scalars(asking).all(), now, now)
    note(db, now, "rights.letters_resumed", ("letter", letter_id))
