"""Do the work of the queue in the thread of the test."""

from dataclasses import replace

from sqlalchemy import func, select
from structlog.testing import capture_logs

from core import worker
from data.exports.types import ExportLimits
from data.notifications.models import Notification
from data.notifications.types import MessageDelivery
from data.rights.types import Delays
from jobs.exports import export_handler
from jobs.notifications import gather, notification_handlers
from jobs.rights_acts import bulk_act_handler
from jobs.runs import run_handlers
from tests.factories import NOW


def drain(database, *handlers, now=NOW):
    """Do all that is due at *now*; return how many items were claimed."""
    return worker.drain(database, handlers, lambda: now)


def make_exports(database, var, now=NOW, limits=ExportLimits()):  # noqa: B008 (frozen)
    return drain(database, export_handler(var, lambda: limits), now=now)


def work_runs(database, var, now=NOW, delays=Delays()):  # noqa: B008 (frozen)
    """Work on the runs that wait; return how many there were."""
    return _count_worked(database, "run", run_handlers(var, lambda: delays), now)


def work_acts(database, now=NOW):
    """Do the operations on rights that wait; return how many there were."""
    return _count_worked(database, "act", [bulk_act_handler()], now)


def _count_worked(database, name, handlers, now):
    worked = set()

    def noting(handler):
        def run(item, context):
            worked.add(item.payload[name])
            return handler.run(item, context)

        return replace(handler, run=run)

    drain(database, *map(noting, handlers), now=now)
    return len(worked)


def send_messages(database, ways, now=NOW, *, mails=True, channels=True):
    """Gather the notices that are due, then send; return how many left and how many did not."""
    gather(database, now)
    before = _count_sent(database)
    handlers = notification_handlers(lambda: ways)
    with capture_logs() as logs:
        drain(database, *handlers[0 if mails else 1 : 2 if channels else 1], now=now)
    failed = sum(line["event"] == "mail_not_sent" for line in logs)
    return _count_sent(database) - before, failed


def _count_sent(database):
    sent = select(func.count()).where(Notification.state == MessageDelivery.SENT)
    with database.reading() as db:
        return db.scalar(sent)
