"""Fetch the distributor's answers to sent rights, each hour in one call."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from core import log
from core.database import Database, Session
from core.errors import PortalError
from data.exchange.mirror.actions import pending_answers
from data.exchange.mirror.actions.connection import note_outcome
from data.exchange.mirror.queries import unscoped
from data.exchange.mirror.types import TheirRight
from jobs.job_clock import clock_since
from jobs.mirror import Opening
from jobs.retry import written


def hear(database: Database, opening: Opening, now: datetime) -> int:
    """Read the answers for each organisation with pending rights; return how many organisations.

    After an outage, a reached call limit or an error of ours, the next hour retries and the night
    reads them too; the other organisations continue.
    """
    with database.reading() as db:
        awaited = {
            organisation_id: pending_answers.list_awaited(db, organisation_id)
            for organisation_id in unscoped.list_senders(db, now)
        }
    organisation_count = 0
    for organisation_id, numbers in awaited.items():
        if numbers:
            organisation_count += _hear(database, opening, organisation_id, numbers, now)
    return organisation_count


def _hear(
    database: Database,
    opening: Opening,
    organisation_id: int,
    numbers: Sequence[str],
    now: datetime,
) -> bool:
    logger = structlog.get_logger().bind(organisation=organisation_id)
    try:
        _take(database, opening, organisation_id, numbers, now)
    except PortalError as error:
        logger.info("mirror.no_answer", problem=error.message)
    except Exception:
        logger.exception("mirror.broken", reference=log.reference())
    else:
        return True
    return False


def _take(
    database: Database,
    opening: Opening,
    organisation_id: int,
    numbers: Sequence[str],
    now: datetime,
) -> None:
    clock = clock_since(now)
    upstream = opening(organisation_id, clock)
    upstream_rights = [
        upstream_right
        for upstream_right in upstream.rights(numbers)
        if isinstance(upstream_right, TheirRight)
    ]

    def take(db: Session) -> bool:
        pending_answers.keep_heard(db, organisation_id, upstream_rights)
        note_outcome(db, organisation_id, None, now=clock())
        return pending_answers.take_answers(db, organisation_id, now, clock())

    while written(database, take):
        pass
