"""Record that a holder stops or resumes letters, proven by a letter's link."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.database import upsert
from data.identity.audit.actions import note
from data.notifications.types import MessageDelivery
from data.rights.actions.letters import wake
from data.rights.models import RightLetterRow, StoppedMailbox
from data.rights.queries.letter_opt_outs import get_letter_stop
from data.rights.types import ASKS


def stop_letters(db: Session, letter_id: int, now: datetime) -> None:
    """Stop all letters to the recipient of this letter.

    Requests are held, since the recipient may resume; notices are dropped.
    """
    stop = get_letter_stop(db, letter_id)
    if stop.at is not None:
        return
    row = {"mailbox": stop.mailbox, "at": now}
    db.execute(upsert(db, StoppedMailbox).on_conflict_do_nothing(), row)
    tells = (RightLetterRow.kind.not_in(ASKS), RightLetterRow.state == MessageDelivery.QUEUED)
    mine = update(RightLetterRow).where(RightLetterRow.mailbox == stop.mailbox, *tells)
    db.execute(
        mine.values(state=MessageDelivery.FAILED, token="", error="its reader wants no letter")
    )
    note(db, now, "rights.letters_stopped", ("letter", letter_id))


def resume_letters(db: Session, letter_id: int, now: datetime) -> None:
    """Resume letters to the recipient of this letter; held requests are sent next."""
    stop = get_letter_stop(db, letter_id)
    if stop.at is None:
        return
    db.execute(delete(StoppedMailbox).where(StoppedMailbox.mailbox == stop.mailbox))
    queued = (
        RightLetterRow.mailbox == stop.mailbox,
        RightLetterRow.state == MessageDelivery.QUEUED,
    )
    asking = select(RightLetterRow.organisation_id).where(*queued).distinct()
    wake(db, db.scalars(asking).all(), now, now)
    note(db, now, "rights.letters_resumed", ("letter", letter_id))
