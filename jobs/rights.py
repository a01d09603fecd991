"""Letters to holders leave; each night, rights that time or a move has ended are closed."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from data.db import Database
from data.notifications.channels import Channel, Refused
from data.notifications.messages import Desk
from data.rights.actions import letters
from data.rights.actions.following import end
from data.rights.actions.grants import keep_grants
from data.rights.actions.reminding import remind_of
from data.rights.messages import write
from data.rights.queries.due import list_ending, list_letters, list_moved, list_over, list_pairs
from data.rights.types import RightLetter, Trigger
from i18n import PARIS

log = structlog.get_logger("portal")


def send(database: Database, channel: Channel, desk: Desk, now: datetime) -> tuple[int, int]:
    """Send the letters that are due; return how many left and how many did not.

    As for notifications: claimed in one transaction, sent outside any, recorded in another.
    """
    with database.transaction() as db:
        letters.release_stuck(db, now)
        due = list_letters(db, now)
    sent = failed = 0
    for letter_id in due:
        with database.transaction() as db:
            letter = letters.claim(db, letter_id, now)
        if letter is None:
            continue
        problem, final = _posted(channel, letter, desk, now)
        with database.transaction() as db:
            if problem:
                letters.record_failure(db, letter, problem, now, final=final)
            else:
                letters.record_sent(db, letter, now)
        if problem:
            failed += 1
            log.warning("letter_not_sent", letter=letter.id, problem=problem, final=final)
        else:
            sent += 1
    return sent, failed


def _posted(channel: Channel, letter: RightLetter, desk: Desk, now: datetime) -> tuple[str, bool]:
    """What went wrong, nothing if it left, and whether it is for good."""
    try:
        channel(write(letter, desk), now)
    except Refused as error:
        return str(error), True
    except Exception as error:  # noqa: BLE001 (one bad letter must not stop the others)
        return type(error).__name__, False
    return "", False


def settle(database: Database, now: datetime) -> dict[str, int]:
    """Close what is over, recall what ends soon, hold the grants against the rights.

    By blocks, each in its transaction: killed in between, the next run does the rest.
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
    return {Trigger.MOVED.value: len(end(db, ids, Trigger.MOVED, now))} if ids else {}


def _ending(db: Session, today: date, now: datetime) -> Counted:
    due = list_ending(db, today)
    return {"reminded": remind_of(db, due, now)} if due else {}


def _hold_grants(database: Database) -> int:
    """How many grants did not say what the rights do: none, unless somebody wrote them by hand."""
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
