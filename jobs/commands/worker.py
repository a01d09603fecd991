"""`worker`: work on the queue, beside any number of others."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace

import click

from core.i18n import plural
from core.queue_handlers import WorkHandler
from core.queue_types import Pool
from core.worker import QueueWorker, drain
from data.administration.subjects.types import Periods
from data.controls.files.storage import storage_at
from data.exchange.mirror.channels import Upstream, open_upstream
from data.exchange.mirror.types import Address
from data.exports.types import ExportLimits
from data.identity.accounts.actions import sealing_key
from data.notifications.channels import MailTransport, create_mail_transport
from data.notifications.messages import MessageSender
from data.rights.rules.pending import delays_of
from jobs import (
    exports,
    hooks,
    mirror,
    mirror_sending,
    notifications,
    rights,
    rights_acts,
    runs,
    subjects,
    thresholds,
)
from jobs.commands.portal import CommandPortal, pass_portal
from jobs.job_clock import Clock
from jobs.key_rotation import require_rotated
from jobs.mirror_sending import Opening, SendingWays
from jobs.notifications import NotificationWays

POOLS = {
    "channels": Pool(4, most_of_owner=2),  # users chose their servers, which can be slow
    "deposits": Pool(),  # one at a time: each takes what it can of the machine
    "evaluation": Pool(),
    "exports": Pool(),
    "files": Pool(),
    "mail": Pool(),
    "mirror": Pool(2),  # calls to a distributor, which are paced for the whole portal
    "reading": Pool(2, most_of_owner=1),  # long files, beside those that are stored
    "rights": Pool(),
    "sendings": Pool(2),
    "webhooks": Pool(8, most_of_owner=4),  # a slow receiver holds up no other organisation
}
LOOK_S = 0.2  # between two looks at whether the process is asked to stop


def handlers_of(portal: CommandPortal) -> Mapping[str, WorkHandler]:
    """Return the handler of each kind of item, by name."""
    var = portal.settings.var
    handlers = [
        exports.export_handler(var, lambda: export_limits_of(portal)),
        hooks.webhook_handler(sealing_key(portal.settings.signing_key())),
        *notifications.notification_handlers(lambda: ways_of(portal)),
        rights.letter_handler(mail_transport_of(portal), lambda: desk_of(portal)),
        rights_acts.bulk_act_handler(lambda: delays_of(portal.values)),
        *runs.run_handlers(var, lambda: delays_of(portal.values)),
        subjects.archive_handler(var, lambda: periods_of(portal)),
        thresholds.evaluation_handler(),
        *_mirror_handlers(portal),
    ]
    return {handler.kind.name: handler for handler in handlers}


def _mirror_handlers(portal: CommandPortal) -> Iterable[WorkHandler]:
    """Return the handlers of the mirror; none without the distributor's address."""
    if opening := find_opening(portal):
        storage = storage_at(portal.settings.proofs_url, portal.settings.var)
        yield mirror.round_handler(opening)
        yield mirror_sending.sending_handler(SendingWays(opening, storage))


def find_opening(portal: CommandPortal) -> Opening | None:
    """Return how to reach an organisation's distributor; None without its address."""
    address = Address.of_environment(portal.settings)
    if address is None:
        return None
    database, key = portal.database, sealing_key(portal.settings.signing_key())

    def opening(organisation_id: int, clock: Clock) -> Upstream:
        return open_upstream(database, address, key, organisation_id, clock)

    return opening


def desk_of(portal: CommandPortal) -> MessageSender:
    """Return the sender of messages, from the operator's current settings."""
    settings, values = portal.settings, portal.values
    return MessageSender(
        values.operator, settings.address, settings.signing_key(), values.contact, values.passages
    )


def mail_transport_of(portal: CommandPortal) -> MailTransport:
    """Return how mails leave this portal."""
    settings = portal.settings
    return create_mail_transport(settings.smtp_url, settings.mail_from, settings.var / "mail")


def ways_of(portal: CommandPortal) -> NotificationWays:
    """Return how messages are sent, with the operator's current settings."""
    key = sealing_key(portal.settings.signing_key())
    url = portal.settings.sms_url
    return NotificationWays(desk_of(portal), mail_transport_of(portal), key, sms_url=url)


def export_limits_of(portal: CommandPortal) -> ExportLimits:
    """Return the limits of exports, from the settings in force."""
    return ExportLimits(portal.values.export_days, portal.settings.export_megabytes)


def periods_of(portal: CommandPortal) -> Periods:
    """Return the retention of each class of data, from the settings in force."""
    return replace(Periods(**portal.settings.periods), export_days=portal.values.export_days)


@click.command()
@click.option("--once", is_flag=True, help="Faire ce qui est prêt, puis s’arrêter.")
@pass_portal
def worker(portal: CommandPortal, /, *, once: bool) -> None:
    """Travailler à la file d’attente, jusqu’à Ctrl-C ; plusieurs se la partagent."""
    require_rotated(portal.settings.var, portal.settings.signing_key())
    handlers = handlers_of(portal)
    if once:
        count = drain(portal.database, handlers.values())
        click.echo(plural("{count} travail fait.", "{count} travaux faits.", count))
        return
    run_until_signal(QueueWorker(portal.database, handlers, POOLS))


def run_until_signal(queue_worker: QueueWorker) -> None:
    """Run a worker until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    thread = threading.Thread(target=queue_worker.run)
    thread.start()
    while thread.is_alive() and not stop.is_set():
        time.sleep(LOOK_S)
    queue_worker.stop()
    thread.join()
