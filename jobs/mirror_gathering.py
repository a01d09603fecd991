"""The queue of what leaves for a distributor, brought up to date: what comes in, what goes."""

from datetime import datetime

from data.db import Database
from data.mirror.actions import proving, sending, unsent
from data.mirror.queries.leaving import find_due


def cancel_stranded(database: Database, now: datetime) -> None:
    """Where nothing is sent any more, what came back into the queue is cancelled, or unsure."""
    with database.reading() as db:
        stranded = unsent.list_stranded(db, now)
    if stranded:  # most often there are none: no writing transaction for nothing
        with database.transaction() as db:
            unsent.cancel_stranded(db, now)


def gather(database: Database, organisation_id: int, now: datetime) -> None:
    """Bring controls and the queue up to date with what happened here and what was heard there."""
    _follow(database, organisation_id, now)
    with database.reading() as db:
        wanted = find_due(db, organisation_id)
    if wanted:
        with database.transaction() as db:
            sending.put_in_queue(db, organisation_id, wanted, now=now)


def _follow(database: Database, organisation_id: int, now: datetime) -> None:
    """Page after page: most of one may be such that nothing moves yet."""
    after = 0
    while True:
        with database.reading() as db:
            unfollowed = proving.find_unfollowed(db, organisation_id, after=after)
        if not unfollowed:
            return
        with database.transaction() as db:
            fresh = proving.find_unfollowed(db, organisation_id, after=after)
            proving.follow_proofs(db, organisation_id, fresh, now)
        after = unfollowed[-1].right_id
