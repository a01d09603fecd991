"""Who wants no letter any more."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.db import blocks
from data.errors import NotFound
from data.rights.models import AccessRight, HolderLink, RightLetterRow, StoppedMailbox
from data.rights.queries.silent import silent_in
from data.rights.rules.addresses import mailbox_of
from data.rights.types import LetterStop, PassportLetter, RightRow, RightState
from i18n import N_

NO_LETTER = N_("Ce lien n’est plus valable.")


def letter_stop(db: Session, letter_id: int) -> LetterStop:
    """How the reader of a letter wants it; the number comes from a signed link."""
    row = RightLetterRow
    query = (
        select(row.mailbox, row.language, StoppedMailbox.at, row.token_hash)
        .outerjoin(StoppedMailbox, StoppedMailbox.mailbox == row.mailbox)
        .where(row.id == letter_id)
    )
    found = db.execute(query).one_or_none()
    if found is None:
        raise NotFound(NO_LETTER)
    links = select(HolderLink.right_id).where(HolderLink.token_hash == found.token_hash)
    asked = AccessRight.id.in_(links)
    uids = set(db.scalars(select(AccessRight.uid).where(asked)))
    answers = not uids or uids != silent_in(db, asked)
    return LetterStop(found.mailbox, found.language, found.at, answers)


def passport_letter(db: Session, token_hash: str) -> PassportLetter | None:
    """The letter that a holder's link came by, and whether its reader wants others."""
    query = select(RightLetterRow.id, is_stopped(), RightLetterRow.language)
    query = query.where(RightLetterRow.token_hash == token_hash)
    found = db.execute(query.order_by(RightLetterRow.id).limit(1)).first()
    return PassportLetter(*found) if found else None


def is_stopped() -> ColumnElement[bool]:
    """Letters whose reader wants none."""
    stops = select(StoppedMailbox.mailbox)
    return stops.where(StoppedMailbox.mailbox == RightLetterRow.mailbox).exists()


def stopped_in(db: Session, emails: Iterable[str]) -> frozenset[str]:
    """Those of *emails* whose reader wants no letter."""
    boxes = {email: mailbox_of(email) for email in emails if email}
    found: set[str] = set()
    for block in blocks(sorted(set(boxes.values()))):
        query = select(StoppedMailbox.mailbox).where(StoppedMailbox.mailbox.in_(block))
        found |= set(db.scalars(query))
    return frozenset(email for email, box in boxes.items() if box in found)


def with_stops(db: Session, rows: Collection[RightRow]) -> list[RightRow]:
    """*rows*, those marked whose holder is waited for and wants no letter."""
    waited = [row.email for row in rows if row.state is RightState.PENDING]
    stopped = stopped_in(db, waited) if waited else frozenset()
    if not stopped:
        return list(rows)
    return [
        replace(row, around=replace(row.around, unwritten=True))
        if row.state is RightState.PENDING and row.email in stopped
        else row
        for row in rows
    ]
