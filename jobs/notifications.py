"""Gather pending notices into messages; the work queue sends each by its channel."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog

from core.database import Database
from core.i18n import PARIS
from core.queue import checkpoint, confirm_lease
from core.queue_handlers import WorkContext, WorkHandler, WorkOutcome, plan_next
from core.queue_types import ClaimedItem, Progress
from data.notifications import actions, queries
from data.notifications.channels import (
    ChannelRefused,
    Delivering,
    MailTransport,
    outcome_of,
    send_with_deadline,
)
from data.notifications.messages import (
    MessageSender,
    SmsTarget,
    write,
    write_notices,
    write_parcel,
    write_sms,
    write_test,
)
from data.notifications.rules.sms import NUMBER_MARK, read_code
from data.notifications.types import (
    ChannelKind,
    ClaimedNotification,
    Digest,
    NotificationKind,
    SendOutcome,
)

log = structlog.get_logger("portal")
SLICE_S = 20.0  # of one organisation or channel, before others
DOWN = 2  # failures in a row after which a channel is paused
PAUSE = timedelta(seconds=15)  # duration of that pause


@dataclass(frozen=True, slots=True)
class NotificationWays:
    """How messages are sent: channels, sender, and the key of sealed values."""

    desk: MessageSender
    mail: MailTransport
    key: bytes = field(default=b"", repr=False)
    webhook: Delivering = field(default_factory=lambda: send_with_deadline(ChannelKind.WEBHOOK))
    apprise: Delivering = field(default_factory=lambda: send_with_deadline(ChannelKind.APPRISE))
    sms: Delivering = field(default_factory=lambda: send_with_deadline(ChannelKind.SMS))
    sms_url: str = field(default="", repr=False)  # the operator's gateway


def gather(database: Database, now: datetime) -> int:
    """Group the due notices into messages, reader by reader; return how many messages."""
    with database.transaction() as db:
        actions.recall(db, now)
    with database.reading() as db:
        waiting = queries.list_waiting(db, now)
    count = 0
    for batch in waiting:
        with database.transaction() as db:
            count += actions.gather(db, batch, now)
    return count


def notification_handlers(read_ways: Callable[[], NotificationWays]) -> list[WorkHandler]:
    """Return the handlers for an organisation's mails and for personal channels.

    A user chooses the server of a channel, so a slow one must delay nothing else.
    """

    def run(item: ClaimedItem, context: WorkContext) -> WorkOutcome:
        return _send_due(item, context, read_ways())

    return [WorkHandler(kind, run) for kind in (actions.SEND_MAILS, actions.SEND_TO_CHANNEL)]


def _send_due(item: ClaimedItem, context: WorkContext, ways: NotificationWays) -> WorkOutcome:
    """Send due messages for a while, then plan the rest."""
    line: Mapping[str, int] = item.payload
    until, down = time.monotonic() + SLICE_S, 0
    with context.database.transaction() as db:
        confirm_lease(db, item)
        actions.requeue_interrupted(db, line)
        due = queries.list_due(db, line, context.now())
    for notification_id in due:
        if time.monotonic() >= until or down >= DOWN or context.is_stopping():
            break
        outcome = _send_one(item, context, notification_id, ways)
        down = down + 1 if outcome is SendOutcome.DOWN else 0
    with context.database.reading() as db:
        next_at = queries.find_next_due_at(db, line)
    return plan_next(next_at, context.now(), PAUSE if down >= DOWN else timedelta())


def _send_one(
    item: ClaimedItem, context: WorkContext, notification_id: int, ways: NotificationWays
) -> SendOutcome | None:
    """Claim a message, send it outside any transaction, and record it; None if it is gone."""
    with context.database.transaction() as db:
        confirm_lease(db, item)
        notification = actions.claim(db, notification_id)
    if notification is None:
        return None
    now = context.now()
    outcome, problem = _try(context.database, ways, notification, now)
    with context.database.transaction() as db:
        checkpoint(db, item, Progress({}))  # the kills of before do not count against the rest
        if outcome is SendOutcome.SENT:
            actions.record_sent(db, notification, now)
        else:
            actions.record_failure(db, notification, problem, now, outcome)
    if problem:
        log.warning("mail_not_sent", notification=notification.id, problem=problem, outcome=outcome)
    return outcome


def _try(
    database: Database, ways: NotificationWays, notification: ClaimedNotification, now: datetime
) -> tuple[SendOutcome, str]:
    try:
        _deliver(database, ways, notification, now)
    except Exception as error:  # noqa: BLE001 (one bad mail must not stop the others)
        return outcome_of(error)
    return SendOutcome.SENT, ""


def _deliver(
    database: Database, ways: NotificationWays, notification: ClaimedNotification, now: datetime
) -> None:
    """Write the message and send it on its channel."""
    digest, target = _read(database, ways, notification, now.astimezone(PARIS).date())
    if notification.channel is ChannelKind.EMAIL:
        mail = (
            write_notices(notification, digest, ways.desk)
            if digest
            else write(notification, ways.desk)
        )
        ways.mail(mail, now)
        return
    if notification.channel is ChannelKind.SMS:
        ways.sms(write_sms(notification, digest, ways.desk, _sms_target(ways, target)), now)
        return
    if digest:
        parcel = write_parcel(notification, digest, ways.desk, target)
    else:
        parcel = write_test(notification, ways.desk, target)
    (ways.webhook if notification.channel is ChannelKind.WEBHOOK else ways.apprise)(parcel, now)


def _sms_target(ways: NotificationWays, target: tuple[str, str]) -> SmsTarget:
    """Return where an SMS goes; `target` is a number and what is known of its code."""
    if not ways.sms_url:
        raise ChannelRefused("no gateway", gone=True)  # noqa: TRY003 (a code of the journal)
    number, sealed_code = target
    code = read_code(sealed_code)
    return SmsTarget(ways.sms_url.replace(NUMBER_MARK, number), code.code if code else "")


def _read(
    database: Database, ways: NotificationWays, notification: ClaimedNotification, today: date
) -> tuple[Digest | None, tuple[str, str]]:
    """Return the digest, and the address and secret of the user's own channel."""
    digest, target = None, ("", "")
    with database.reading() as db:
        if notification.kind is NotificationKind.NOTICES and notification.batch_id is not None:
            digest = queries.get_digest(db, notification.batch_id, notification.channel, today)
        if notification.channel_id is not None:
            url, secret = queries.get_target(db, notification.channel_id)
            target = actions.opened(url, ways.key), actions.opened(secret, ways.key)
    return digest, target
