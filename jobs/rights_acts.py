"""Process bulk operations on rights by blocks, each in its transaction."""

from datetime import datetime

import structlog

from core import log
from core.database import Database, Session
from core.errors import Conflict
from data.rights.actions import ActWork, claim_act, has_waiting_act
from data.rights.types import ClaimedAct, Delays
from jobs.clock import Clock, clock_since
from jobs.turns import WorkSlice

BLOCK = 200  # rights in one transaction: other writers wait for a tenth of a second


def work(
    database: Database,
    now: datetime,
    delays: Delays = Delays(),  # noqa: B008 (frozen)
) -> int:
    """Process every waiting act; return how many.

    If killed, the next call resumes the act where it stopped.
    """
    clock, worked = clock_since(now), 0
    while (claimed := _claim(database, clock())) is not None:
        _do(database, claimed, delays, clock)
        worked += 1
    return worked


def _claim(database: Database, now: datetime) -> ClaimedAct | None:
    with database.reading() as db:
        if not has_waiting_act(db, now):
            return None  # most often: no writing transaction for nothing
    with database.transaction() as db:
        return claim_act(db, now)


def _do(database: Database, claimed: ClaimedAct, delays: Delays, clock: Clock) -> None:
    logger, turn = structlog.get_logger().bind(act=claimed.id), WorkSlice(database)
    act, has_more = ActWork(claimed, delays, Session.begin_nested), True
    try:
        while has_more:
            with turn.transaction() as db:
                has_more = act.do_block(db, clock(), BLOCK)
        logger.info("rights.act_done")
    except Conflict:
        logger.info("rights.act_stopped")
    except Exception:  # the edge of the job: another call resumes the act
        logger.exception("rights.act_failed", reference=log.reference())
