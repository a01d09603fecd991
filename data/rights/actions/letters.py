"""Store letters to holders, who have no account; the only module that knows how.

There is one letter for each holder address, organisation and quarter of an hour: a hundred sites
declared at once send one request to their common holder. Its link opens every right of the letter.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core import queue
from core.copy import pour
from core.database import blocks
from core.queue_types import NewItem, RetryPolicy, WorkKind
from core.records import copy_fields
from data.notifications.rules import next_attempt
from data.notifications.types import MessageDelivery
from data.rights.models import AccessRight, HolderLink, RightLetterRow
from data.rights.queries.letter_opt_outs import is_stopped, list_stopped_emails
from data.rights.queries.passport import get_passport_digest, list_letter_rights
from data.rights.rules.addresses import mailbox_of
from data.rights.rules.pending import next_quarter
from data.rights.types import ASKS, LetterKind, RightLetter, RightState

SEND_LETTERS = WorkKind("send_right_letters", "mail", RetryPolicy())
Addressed = tuple[int, str]  # right id and holder's address


@dataclass(slots=True)
class Gathering:
    """Notices written by several transactions and grouped into one letter for each address.

    The first transaction writes the letter, the next ones add to it while it waits.
    """

    leaves: datetime
    tokens: set[str] = field(default_factory=set)  # hashes of the letters written so far

    def postpone(self, db: Session, leaves: datetime, now: datetime) -> None:
        """Delay the letters not sent yet until `leaves`."""
        row, organisations = RightLetterRow, set[int]()
        for tokens in blocks(sorted(self.tokens)):
            waits = update(row).where(
                row.token_hash.in_(tokens), row.state == MessageDelivery.QUEUED
            )
            moved = waits.values(next_attempt_at=leaves).returning(row.organisation_id)
            organisations.update(db.scalars(moved))
        wake(db, organisations, leaves, now)


def wake(db: Session, organisation_ids: Iterable[int], leaves: datetime, now: datetime) -> None:
    """Schedule sending the letters of organisations at `leaves`."""
    for id_ in organisation_ids:
        item = NewItem(id_, {"organisation": id_}, key=str(id_), not_before=leaves)
        queue.wake(db, SEND_LETTERS, item, now)


def write(
    db: Session,
    organisation_id: int,
    kind: LetterKind,
    addressed: Iterable[Addressed],
    now: datetime,
    *,
    gathering: Gathering | None = None,
) -> None:
    """Queue letters of `kind`, in the transaction that causes them.

    Requests wait for the next quarter of an hour, to be grouped; notices leave at once, or as
    `gathering` says.
    """
    ids: dict[str, list[int]] = {}
    for right_id, email in addressed:
        if email:
            ids.setdefault(email, []).append(right_id)
    asks = kind.asks
    for email in () if asks else list_stopped_emails(db, ids):
        del ids[email]  # notices are dropped for addresses that opted out; requests are held
    open_letters: Mapping[str, str] = {}
    if asks or gathering:
        open_letters = _waiting(db, organisation_id, kind, ids, gathering)
    letters: list[dict[str, Any]] = []
    links: list[tuple[str, int]] = []
    for email, right_ids in ids.items():
        fingerprint = open_letters.get(email)
        if fingerprint is None:
            letter = _letter(organisation_id, kind, email, now, gathering)
            letters.append(letter)
            fingerprint = letter["token_hash"]
        links += [(fingerprint, linked_id) for linked_id in right_ids]
    if letters:
        db.execute(insert(RightLetterRow), letters)
        wake(db, [organisation_id], letters[0]["next_attempt_at"], now)
    if links:
        pour(db, HolderLink, ("token_hash", "right_id"), links)


def _letter(
    organisation_id: int,
    kind: LetterKind,
    email: str,
    now: datetime,
    gathering: Gathering | None,
) -> dict[str, Any]:
    token = secrets.token_urlsafe(32)
    leaves = next_quarter(now) if kind.asks else now
    if gathering:
        leaves = gathering.leaves
        gathering.tokens.add(get_passport_digest(token))
    return {
        "message_id": f"<{secrets.token_hex(16)}@{email.rpartition('@')[2]}>",
        "organisation_id": organisation_id,
        "kind": kind,
        "email": email,
        "mailbox": mailbox_of(email),
        "token": token,
        "token_hash": get_passport_digest(token),
        "state": MessageDelivery.QUEUED,
        "created_at": now,
        "next_attempt_at": leaves,
    }


def _waiting(
    db: Session,
    organisation_id: int,
    kind: LetterKind,
    emails: Collection[str],
    gathering: Gathering | None,
) -> Mapping[str, str]:
    """Return the hashes of unsent letters by address, locked so that none is sent meanwhile."""
    tokens: dict[str, str] = {}
    sorted_emails = sorted(emails)
    for start in range(0, len(sorted_emails), 500):
        query = (
            select(RightLetterRow.email, RightLetterRow.token_hash)
            .where(
                RightLetterRow.organisation_id == organisation_id,
                RightLetterRow.email.in_(sorted_emails[start : start + 500]),
                RightLetterRow.kind == kind,
                RightLetterRow.state == MessageDelivery.QUEUED,
                RightLetterRow.attempts == 0,
            )
            .order_by(RightLetterRow.id)
            .with_for_update()
        )
        if gathering:
            query = query.where(RightLetterRow.token_hash.in_(gathering.tokens))
        tokens |= {row.email: row.token_hash for row in db.execute(query)}
    return tokens


def merge_letters(db: Session, token: str, right_ids: Collection[int]) -> None:
    """Let the link of `token` open these rights too, since its answer closed them."""
    fingerprint = get_passport_digest(token)
    linked_ids: set[int] = set()
    for block in blocks(sorted(right_ids)):
        query = select(HolderLink.right_id).where(HolderLink.token_hash == fingerprint)
        linked_ids |= set(db.scalars(query.where(HolderLink.right_id.in_(block))))
    links = [(fingerprint, right_id) for right_id in right_ids if right_id not in linked_ids]
    if links:
        pour(db, HolderLink, ("token_hash", "right_id"), links)


def list_unsent(db: Session, right_ids: Collection[int]) -> bool:
    """Return whether no letter about `right_ids` was sent or is being sent."""
    return not told_of(db, right_ids)


def told_of(db: Session, right_ids: Collection[int]) -> frozenset[int]:
    """Return the rights about which a letter was sent or is being sent."""
    gone = (
        select(HolderLink.right_id)
        .join(RightLetterRow, HolderLink.token_hash == RightLetterRow.token_hash)
        .where((RightLetterRow.state != MessageDelivery.QUEUED) | (RightLetterRow.attempts > 0))
    )
    ids_with_letter: set[int] = set()
    for ids in blocks(sorted(right_ids)):
        ids_with_letter.update(db.scalars(gone.where(HolderLink.right_id.in_(ids))))
    return frozenset(ids_with_letter)


def forget(db: Session, right_ids: Collection[int]) -> None:
    """Remove rights from letters, and delete letters that become empty."""
    mine = select(HolderLink.token_hash).where(HolderLink.right_id.in_(right_ids))
    touched = set(db.scalars(mine))
    db.execute(delete(HolderLink).where(HolderLink.right_id.in_(right_ids)))
    remaining_links = select(HolderLink.token_hash)
    db.execute(
        delete(RightLetterRow).where(
            RightLetterRow.token_hash.in_(touched),
            RightLetterRow.token_hash.not_in(remaining_links),
        )
    )


def withdraw(db: Session, right_ids: Collection[int], kind: LetterKind) -> None:
    """Remove rights from unsent letters of `kind`."""
    waits = select(RightLetterRow.token_hash).where(
        RightLetterRow.kind == kind,
        RightLetterRow.state == MessageDelivery.QUEUED,
        RightLetterRow.attempts == 0,
    )
    links = (HolderLink.right_id.in_(right_ids), HolderLink.token_hash.in_(waits))
    touched = set(db.scalars(select(HolderLink.token_hash).where(*links)))
    db.execute(delete(HolderLink).where(*links))
    empty = RightLetterRow.token_hash.not_in(select(HolderLink.token_hash))
    db.execute(delete(RightLetterRow).where(RightLetterRow.token_hash.in_(touched), empty))


def list_unrequested(db: Session, right_ids: Collection[int]) -> frozenset[int]:
    """Return the `right_ids` whose holder was not asked, and without a pending letter."""
    asks = (
        select(HolderLink.right_id)
        .join(RightLetterRow, RightLetterRow.token_hash == HolderLink.token_hash)
        .where(RightLetterRow.kind.in_(ASKS), RightLetterRow.state != MessageDelivery.FAILED)
    )
    asked_ids: set[int] = set()
    for ids in blocks(sorted(right_ids)):
        asked_ids.update(db.scalars(asks.where(HolderLink.right_id.in_(ids))))
    return frozenset(right_ids) - asked_ids


def claim(db: Session, letter_id: int) -> RightLetter | None:
    """Claim a letter for sending, None if it was cancelled, has nothing left to ask or is held.

    Rights that were answered, cancelled or ended meanwhile are left out.
    """
    row = RightLetterRow
    letter_row = db.execute(
        update(row)
        .where(row.id == letter_id, row.state == MessageDelivery.QUEUED, ~is_stopped())
        .values(state=MessageDelivery.SENDING, attempts=row.attempts + 1)
        .returning(
            *(row.kind, row.email, row.language, row.token, row.token_hash),
            *(row.message_id, row.attempts),
        )
    ).first()
    if letter_row is None:
        return None
    rights = list_letter_rights(db, letter_row.token_hash)
    if letter_row.kind.asks:
        rights = tuple(right for right in rights if right.state is RightState.PENDING)
    letter = copy_fields(RightLetter, letter_row, id=letter_id, rights=rights)
    if rights:
        return letter
    _leave_sending(db, letter, state=MessageDelivery.FAILED, token="", error="nothing left to ask")
    return None


def record_sent(db: Session, letter: RightLetter, now: datetime) -> None:
    """Mark the letter as sent; its link is erased, the date kept."""
    _leave_sending(db, letter, state=MessageDelivery.SENT, sent_at=now, token="", error="")


def record_failure(
    db: Session, letter: RightLetter, error: str, now: datetime, *, final: bool
) -> None:
    """Requeue a letter that failed, or give up after the last attempt."""
    next_attempt_at = None if final else next_attempt(letter.attempts, now)
    if next_attempt_at is None:
        _leave_sending(db, letter, state=MessageDelivery.FAILED, token="", error=error[:200])
    else:
        _leave_sending(
            db,
            letter,
            state=MessageDelivery.QUEUED,
            next_attempt_at=next_attempt_at,
            error=error[:200],
        )


def drop_held(db: Session) -> int:
    """Delete held letters with nothing left to ask; return how many."""
    open_links = (
        select(HolderLink.token_hash)
        .join(AccessRight, AccessRight.id == HolderLink.right_id)
        .where(
            HolderLink.token_hash == RightLetterRow.token_hash,
            AccessRight.state.in_([RightState.PENDING, RightState.RECHECK]),
        )
    )
    dropped = db.execute(
        update(RightLetterRow)
        .where(RightLetterRow.state == MessageDelivery.QUEUED, is_stopped(), ~open_links.exists())
        .values(state=MessageDelivery.FAILED, token="", error="nothing left to ask")
        .returning(RightLetterRow.id)
    )
    return len(dropped.all())


def _leave_sending(db: Session, letter: RightLetter, **values: object) -> None:
    db.execute(
        update(RightLetterRow)
        .where(RightLetterRow.id == letter.id, RightLetterRow.state == MessageDelivery.SENDING)
        .values(**values)
    )


def requeue_interrupted(db: Session, organisation_id: int) -> None:
    """Requeue letters that a dead process was sending: an organisation has one sender."""
    row = RightLetterRow
    mine = row.organisation_id == organisation_id, row.state == MessageDelivery.SENDING
    db.execute(update(row).where(*mine).values(state=MessageDelivery.QUEUED))
