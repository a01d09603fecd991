"""Query the addresses that stopped letters."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.database import blocks
from core.errors import NotFound
from core.i18n import N_
from data.rights.models import AccessRight, HolderLink, RightLetterRow, StoppedMailbox
from data.rights.queries.closed_addresses import list_silent_rights
from data.rights.rules.addresses import mailbox_of
from data.rights.types import LetterStop, PassportLetter, RightRow, RightState

NO_LETTER = N_("Ce lien n’est plus valable.")


def get_letter_stop(db: Session, letter_id: int) -> LetterStop:
    """Return the opt-out state of a letter's recipient; the id comes from a signed link.

    Raise NotFound when the letter does not exist.
    """
    row = RightLetterRow
    query = (
        select(row.mailbox, row.language, StoppedMailbox.at, row.token_hash)
        .outerjoin(StoppedMailbox, StoppedMailbox.mailbox == row.mailbox)
        .where(row.id == letter_id)
    )
    letter_row = db.execute(query).one_or_none()
    if letter_row is None:
        raise NotFound(NO_LETTER)
    links = select(HolderLink.right_id).where(HolderLink.token_hash == letter_row.token_hash)
    in_letter = AccessRight.id.in_(links)
    uids = set(db.scalars(select(AccessRight.uid).where(in_letter)))
    answers = not uids or uids != list_silent_rights(db, in_letter)
    return LetterStop(letter_row.mailbox, letter_row.language, letter_row.at, answers)


def find_passport_letter(db: Session, token_hash: str) -> PassportLetter | None:
    """Return the letter of a holder's link, and whether its recipient opted out."""
    query = select(RightLetterRow.id, is_stopped(), RightLetterRow.language)
    query = query.where(RightLetterRow.token_hash == token_hash)
    row = db.execute(query.order_by(RightLetterRow.id).limit(1)).first()
    return PassportLetter(*row) if row else None


def is_stopped() -> ColumnElement[bool]:
    """Return the condition for letters whose recipient opted out."""
    stops = select(StoppedMailbox.mailbox)
    return stops.where(StoppedMailbox.mailbox == RightLetterRow.mailbox).exists()


def list_stopped_emails(db: Session, emails: Iterable[str]) -> frozenset[str]:
    """Return those of `emails` whose recipient opted out of letters."""
    boxes = {email: mailbox_of(email) for email in emails if email}
    stopped_boxes: set[str] = set()
    for block in blocks(sorted(set(boxes.values()))):
        query = select(StoppedMailbox.mailbox).where(StoppedMailbox.mailbox.in_(block))
        stopped_boxes |= set(db.scalars(query))
    return frozenset(email for email, box in boxes.items() if box in stopped_boxes)


def list_with_stops(db: Session, rows: Collection[RightRow]) -> list[RightRow]:
    """Return `rows`, marking those that wait for a holder who opted out of letters."""
    waited = [row.email for row in rows if row.state is RightState.PENDING]
    stopped = list_stopped_emails(db, waited) if waited else frozenset()
    if not stopped:
        return list(rows)
    return [
        replace(row, around=replace(row.around, unwritten=True))
        if row.state is RightState.PENDING and row.email in stopped
        else row
        for row in rows
    ]
