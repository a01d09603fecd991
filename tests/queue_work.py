"""The work of the queue, done in the test's own thread."""

from core import worker
from data.exports.types import ExportLimits
from jobs.exports import export_handler
from tests.factories import NOW


def drain(database, *handlers, now=NOW):
    """Do all that is due at *now*; return how many items were claimed."""
    return worker.drain(database, handlers, lambda: now)


def make_exports(database, var, now=NOW, limits=ExportLimits()):  # noqa: B008 (frozen)
    return drain(database, export_handler(var, lambda: limits), now=now)
