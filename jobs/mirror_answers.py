"""What the distributor answers to the rights that were sent to it, asked each hour in one call."""

from collections.abc import Sequence
from datetime import datetime

import structlog

import log
from data.db import Database, Session
from data.errors import PortalError
from data.mirror.actions import awaiting
from data.mirror.actions.connecting import note_outcome
from data.mirror.queries import service
from data.mirror.types import TheirRight
from jobs.clock import clock_since
from jobs.mirror import Opening
from jobs.patience import written


def hear(database: Database, opening: Opening, now: datetime) -> int:
    """For each organisation that has rights waiting there; how many organisations were answered.

    An outage, calls that are spent, or an error of ours leave it for the next hour: the night asks
    as well, and the others are heard.
    """
    with database.reading() as db:
        awaited = {who: awaiting.list_awaited(db, who) for who in service.list_senders(db, now)}
    heard = 0
    for who, numbers in awaited.items():
        if numbers:
            heard += _hear(database, opening, who, numbers, now)
    return heard


def _hear(
    database: Database, opening: Opening, who: int, numbers: Sequence[str], now: datetime
) -> bool:
    logger = structlog.get_logger().bind(organisation=who)
    try:
        _take(database, opening, who, numbers, now)
    except PortalError as error:
        logger.info("mirror.no_answer", problem=error.message)
    except Exception:
        logger.exception("mirror.broken", reference=log.reference())
    else:
        return True
    return False


def _take(
    database: Database, opening: Opening, who: int, numbers: Sequence[str], now: datetime
) -> None:
    clock = clock_since(now)
    upstream = opening(who, clock)
    found = [one for one in upstream.rights(numbers) if isinstance(one, TheirRight)]

    def take(db: Session) -> bool:
        awaiting.keep_heard(db, who, found)
        note_outcome(db, who, None, now=clock())
        return awaiting.take_answers(db, who, now, clock())

    while written(database, take):
        pass
