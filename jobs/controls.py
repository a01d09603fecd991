"""Apply decisions on controls, process deadlines and check stored proofs."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.orm import Session

from core.database import Database
from core.i18n import PARIS
from data.controls import actions, queries
from data.controls.files.anchors import Anchors
from data.controls.rules.deadlines import last_due_over
from data.controls.types import ProofDelays, Verified

BLOCK = 200  # controls in one transaction


def apply(database: Database, now: datetime) -> int:
    """Apply the decisions that can no longer be undone; return how many.

    Each block has its transaction, so that a killed job resumes.
    """
    done = 0
    while _due(database, lambda db: bool(queries.list_final(db, now, 1))):
        done += _in_one(database, lambda db: _apply(db, now))
    return done


def _apply(db: Session, now: datetime) -> int:
    return actions.apply(db, queries.list_final(db, now, BLOCK), now)


def close(database: Database, now: datetime) -> int:
    """Close the controls whose right ended, on either side; return how many."""
    done = 0
    while _due(database, lambda db: bool(queries.list_ended(db, 1))):
        done += _in_one(database, lambda db: _close(db, now))
    return done


def settle(database: Database, now: datetime, delays: ProofDelays) -> dict[str, int]:
    """Close controls with nothing left to prove, refuse late ones, send reminders.

    In this order: closed ones are not late, and late ones get no reminder. Missed days are caught
    up; a past reminder gives way to the next one. Return the counts by step.
    """
    done: Counter[str] = Counter({"closed": close(database, now)})
    steps = {"late": _late, "reminded": _remind}
    for name, step in steps.items():
        while count := _in_one(database, partial(step, now=now, delays=delays)):
            done[name] += count
    return {name: count for name, count in done.items() if count}


def _close(db: Session, now: datetime) -> int:
    return actions.close_ended(db, queries.list_ended(db, BLOCK), now)


def _late(db: Session, now: datetime, delays: ProofDelays) -> int:
    today = now.astimezone(PARIS).date()
    due = queries.list_late(db, last_due_over(today, delays), BLOCK)
    return actions.reject_late(db, due, today, delays=delays, now=now)


def _remind(db: Session, now: datetime, delays: ProofDelays) -> int:
    del delays
    today = now.astimezone(PARIS).date()
    return actions.remind(db, queries.list_reminders(db, today), today, now=now)


def _in_one(database: Database, work: Callable[[Session], int]) -> int:
    with database.transaction() as db:
        return work(db)


def _due(database: Database, ask: Callable[[Session], bool]) -> bool:
    """Return whether there is work, which is rare, without a writing transaction."""
    with database.reading() as db:
        return ask(db)


def verify(database: Database, anchors: Anchors, now: datetime) -> Verified:
    """Verify the whole journal; log breaks as errors.

    When it holds, its end is recorded outside the database and in the log.
    """
    with database.reading(streams=True) as db:
        report = queries.find_journal_breaks(db, anchors.read())
    logger = structlog.get_logger()
    for broken in report.broken:
        logger.error("controls.journal_broken", seq=broken.seq, found=broken.sentence)
    if report.entries and not report.broken:
        anchors.add((report.entries, report.last_hash), now)
        logger.info("controls.journal_holds", seq=report.entries, hash=report.last_hash)
    return report
