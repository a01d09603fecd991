"""Empties the outbox."""

from datetime import datetime

import structlog

from data.db import Database
from data.notifications import actions, queries
from data.notifications.channels import Channel, Refused
from data.notifications.messages import write
from data.notifications.types import Letter

log = structlog.get_logger("portal")


def send(
    database: Database, channel: Channel, now: datetime, *, operator: str, address: str
) -> tuple[int, int]:
    """Send what is due; return how many left and how many did not.

    Claimed in one transaction, sent outside any, recorded in another: killed in between, the
    row goes back to the queue by age.
    """
    with database.transaction() as db:
        actions.release_stuck(db, now)
        due = queries.list_due(db, now)
    sent = failed = 0
    for notification_id in due:
        with database.transaction() as db:
            letter = actions.claim(db, notification_id, now)
        if letter is None:
            continue
        if _send_one(database, channel, letter, now, operator=operator, address=address):
            sent += 1
        else:
            failed += 1
    return sent, failed


def _send_one(  # noqa: PLR0913 (what a mail is made of)
    database: Database,
    channel: Channel,
    letter: Letter,
    now: datetime,
    *,
    operator: str,
    address: str,
) -> bool:
    problem, final = "", False
    try:
        channel(write(letter, operator, address), now)
    except Refused as error:
        problem, final = str(error), True
    except Exception as error:  # noqa: BLE001 (one bad mail must not stop the others)
        problem = type(error).__name__
    with database.transaction() as db:
        if not problem:
            actions.record_sent(db, letter, now)
        else:
            actions.record_failure(db, letter, problem, now, final=final)
            log.warning("mail_not_sent", notification=letter.id, problem=problem, final=final)
    return not problem
