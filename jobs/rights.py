"""Send letters to holders, and close each night the rights that have ended."""

import time
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from core.database import Database
from core.i18n import PARIS
from core.queue import checkpoint, confirm_lease
from core.queue_handlers import WorkContext, WorkHandler, WorkOutcome, plan_next
from core.queue_types import ClaimedItem, Progress
from data.notifications.channels import ChannelRefused, MailTransport
from data.notifications.messages import MessageSender
from data.rights.actions import letters
from data.rights.actions.end_reminders import remind_of
from data.rights.actions.grants import keep_grants
from data.rights.actions.holder_moves import end
from data.rights.messages import write
from data.rights.queries.due import (
    list_ending,
    list_letters,
    list_moved,
    list_over,
    list_pairs,
    next_letter_at,
)
from data.rights.types import RightLetter, RightTrigger

log = structlog.get_logger("portal")
SLICE_S = 20.0  # of one organisation, before others get their turn


def letter_handler(transport: MailTransport, read_desk: Callable[[], MessageSender]) -> WorkHandler:
    """Return the handler that sends an organisation's letters, with current settings."""

    def run(item: ClaimedItem, context: WorkContext) -> WorkOutcome:
        return _send_due(item, context, transport, read_desk())

    return WorkHandler(letters.SEND_LETTERS, run)


def _send_due(
    item: ClaimedItem, context: WorkContext, transport: MailTransport, desk: MessageSender
) -> WorkOutcome:
    """Send due letters for a while, then plan the rest; only one process sends them."""
    organisation_id, until = item.payload["organisation"], time.monotonic() + SLICE_S
    with context.database.transaction() as db:
        confirm_lease(db, item)
        letters.requeue_interrupted(db, organisation_id)
        due = list_letters(db, organisation_id, context.now())
    for letter_id in due:
        if time.monotonic() >= until or context.is_stopping():
            break
        _send_one(item, context, letter_id, transport, desk)
    with context.database.reading() as db:
        next_at = next_letter_at(db, organisation_id)
    return plan_next(next_at, context.now())


def _send_one(
    item: ClaimedItem,
    context: WorkContext,
    letter_id: int,
    transport: MailTransport,
    desk: MessageSender,
) -> None:
    """Claim a letter in one transaction, send it outside any, record it in another."""
    with context.database.transaction() as db:
        confirm_lease(db, item)
        letter = letters.claim(db, letter_id)
    if letter is None:
        return
    now = context.now()
    problem, final = _posted(transport, letter, desk, now)
    with context.database.transaction() as db:
        checkpoint(db, item, Progress({}))  # the kills of before do not count against the rest
        if problem:
            letters.record_failure(db, letter, problem, now, final=final)
        else:
            letters.record_sent(db, letter, now)
    if problem:
        log.warning("letter_not_sent", letter=letter.id, problem=problem, final=final)


def _posted(
    transport: MailTransport, letter: RightLetter, desk: MessageSender, now: datetime
) -> tuple[str, bool]:
    """Return the problem of a letter, "" if it was sent, and whether it is definitive."""
    try:
        transport(write(letter, desk), now)
    except ChannelRefused as error:
        return str(error), True
    except Exception as error:  # noqa: BLE001 (one bad letter must not stop the others)
        return type(error).__name__, False
    return "", False


def settle(database: Database, now: datetime) -> dict[str, int]:
    """End what is over, remind of what ends soon, and check grants against rights.

    Each block has its transaction: if killed in between, the next run does the rest.
    """
    today = now.astimezone(PARIS).date()
    done: Counter[str] = Counter()
    while moved := _in_one(database, lambda db: _over(db, today, now)):
        done.update(moved)
    while moved := _in_one(database, lambda db: _moved(db, today, now)):
        done.update(moved)
    while moved := _in_one(database, lambda db: _ending(db, today, now)):
        done.update(moved)
    done["letters_dropped"] += _in_one(database, letters.drop_held)
    done["grants_mended"] += _hold_grants(database)
    return {what: count for what, count in sorted(done.items()) if count}


Counted = dict[str, int]
Made = TypeVar("Made")


def _in_one(database: Database, work: Callable[[Session], Made]) -> Made:
    with database.transaction() as db:
        return work(db)


def _over(db: Session, today: date, now: datetime) -> Counted:
    return {
        trigger.value: len(end(db, ids, trigger, now))
        for trigger, ids in list_over(db, today).items()
    }


def _moved(db: Session, today: date, now: datetime) -> Counted:
    ids: Collection[int] = list_moved(db, today)
    return {RightTrigger.MOVED.value: len(end(db, ids, RightTrigger.MOVED, now))} if ids else {}


def _ending(db: Session, today: date, now: datetime) -> Counted:
    due = list_ending(db, today)
    return {"reminded": remind_of(db, due, now)} if due else {}


def _hold_grants(database: Database) -> int:
    """Correct the grants that differ from the rights, if edited by hand; return how many."""
    mended, last = 0, (0, 0)
    while True:
        with database.transaction() as db:
            pairs = list_pairs(db, last)
            mended += keep_grants(db, pairs)
        if not pairs:
            break
        last = pairs[-1]
    if mended:
        log.error("grants_mended", pairs=mended)
    return mended
