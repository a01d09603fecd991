"""Process bulk operations on rights by blocks, each in its transaction."""

from collections.abc import Callable

import structlog

from core.database import Session
from core.errors import Conflict
from core.queue import confirm_lease
from core.queue_handlers import Continuation, Success, WorkContext, WorkHandler, WorkOutcome
from core.queue_types import ClaimedItem, Progress
from data.rights.actions import ActWork, begin_act
from data.rights.actions.bulk_acts import ACT_ON_RIGHTS
from data.rights.types import Delays
from jobs.time_slices import WorkSlice

BLOCK = 200  # rights in one transaction: other writers wait for a tenth of a second
_PROGRESS = Progress({})  # the lines of the operation say where to continue


def bulk_act_handler(read_delays: Callable[[], Delays] = Delays) -> WorkHandler:
    """Return the handler that processes an operation, or undoes it, for a time slice."""

    def run(item: ClaimedItem, context: WorkContext) -> WorkOutcome:
        with context.database.transaction() as db:
            confirm_lease(db, item)
            claimed = begin_act(db, item.payload["act"], context.now())
        if claimed is None:
            return Success()
        logger = structlog.get_logger().bind(act=claimed.id)
        turn = WorkSlice(context.database, item)
        act, has_more = ActWork(claimed, read_delays(), Session.begin_nested), True
        try:
            while has_more and not turn.is_over:
                with turn.transaction(_PROGRESS) as db:
                    has_more = act.do_block(db, context.now(), BLOCK)
        except Conflict:
            logger.info("rights.act_stopped")
            return Success()
        if has_more:
            return Continuation(_PROGRESS)
        logger.info("rights.act_done")
        return Success()

    return WorkHandler(ACT_ON_RIGHTS, run)
