"""The work of the queue, done in the test's own thread."""

from core.worker import QueueWorker
from jobs.clock import clock_since
from tests.factories import NOW


def drain(database, *handlers, now=NOW):
    """Do all that is due at *now*; return how many items were claimed."""
    by_name = {handler.kind.name: handler for handler in handlers}
    pools = {handler.kind.pool: 1 for handler in handlers}
    return QueueWorker(database, by_name, pools, clock=clock_since(now)).drain()
