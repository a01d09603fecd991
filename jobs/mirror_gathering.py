"""Update the queue of messages to a distributor: additions and removals."""

from datetime import datetime

from core.database import Database
from data.exchange.mirror.actions import cancellation, controls, sendings
from data.exchange.mirror.queries.outgoing import find_due


def cancel_stranded(database: Database, now: datetime) -> None:
    """Cancel queued messages that can no longer be sent, or mark them as unsure."""
    with database.reading() as db:
        stranded = cancellation.list_stranded(db)
    if stranded:  # most often there are none: no writing transaction for nothing
        with database.transaction() as db:
            cancellation.cancel_stranded(db, now)


def gather(database: Database, organisation_id: int, now: datetime) -> None:
    """Update controls and the queue with local changes and received answers."""
    _follow(database, organisation_id, now)
    with database.reading() as db:
        due_sendings = find_due(db, organisation_id)
    if due_sendings:
        with database.transaction() as db:
            sendings.put_in_queue(db, organisation_id, due_sendings, now=now)


def _follow(database: Database, organisation_id: int, now: datetime) -> None:
    """Update controls page by page, since most of a page may not change yet."""
    after = 0
    while True:
        with database.reading() as db:
            unfollowed = controls.find_unfollowed(db, organisation_id, after=after)
        if not unfollowed:
            return
        with database.transaction() as db:
            fresh = controls.find_unfollowed(db, organisation_id, after=after)
            controls.follow_proofs(db, organisation_id, fresh, now)
        after = unfollowed[-1].right_id
