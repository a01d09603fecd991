"""Empty the outbox: group pending notices, then send each message by its channel."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog

from core.database import Database
from core.i18n import PARIS
from data.notifications import actions, queries
from data.notifications.channels import Channel, Delivering, outcome_of, send_with_deadline
from data.notifications.messages import (
    MessageSender,
    write,
    write_notices,
    write_parcel,
    write_test,
)
from data.notifications.types import (
    ChannelKind,
    ClaimedLetter,
    Digest,
    NotificationKind,
    SendOutcome,
)

log = structlog.get_logger("portal")
PATIENCE = 240.0  # seconds of one turn: what is left waits for the next
AT_ONCE = 4  # deliveries by users' own channels, each in a process of its own
DOWN = 2  # failures in a row after which a way is left alone until the next turn


@dataclass(frozen=True, slots=True)
class NotificationWays:
    """How messages leave, who signs them, and the key of what users' channels keep sealed."""

    desk: MessageSender
    mail: Channel
    key: bytes = field(default=b"", repr=False)
    webhook: Delivering = field(default_factory=lambda: send_with_deadline(ChannelKind.WEBHOOK))
    apprise: Delivering = field(default_factory=lambda: send_with_deadline(ChannelKind.APPRISE))


def send(database: Database, ways: NotificationWays, now: datetime) -> tuple[int, int]:
    """Group what waits and send the mails that are due; return how many left and how many did not.

    Claimed in one transaction, sent outside any, recorded in another: killed in between, the
    row goes back to the queue by age.
    """
    begun = time.monotonic()
    _prepare(database, now)
    successes: list[bool] = []
    down = 0
    for notification_id in _due(database, now, ChannelKind.EMAIL):
        spent = time.monotonic() - begun
        if spent > PATIENCE or down >= DOWN:
            break
        outcome = _send_one(database, ways, notification_id, _moved(now, spent))
        down = down + 1 if outcome is SendOutcome.DOWN else 0
        if outcome is not None:
            successes.append(outcome is SendOutcome.SENT)
    return sum(successes), len(successes) - sum(successes)


def send_apart(database: Database, ways: NotificationWays, now: datetime) -> tuple[int, int]:
    """Send the messages of personal channels like `send`, a few at once, apart from mails.

    The user chose the server of such a channel, which can be slow.
    """
    begun = time.monotonic()

    def send_one(notification_id: int) -> SendOutcome | None:
        spent = time.monotonic() - begun
        if spent > PATIENCE:
            return None
        return _send_one(database, ways, notification_id, _moved(now, spent))

    due = [*_due(database, now, ChannelKind.WEBHOOK), *_due(database, now, ChannelKind.APPRISE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = [outcome for outcome in pool.map(send_one, due) if outcome is not None]
    sent = outcomes.count(SendOutcome.SENT)
    return sent, len(outcomes) - sent


def _due(database: Database, now: datetime, way: ChannelKind) -> tuple[int, ...]:
    with database.reading() as db:
        return queries.list_due(db, now, way)


def _moved(now: datetime, spent: float) -> datetime:
    """The instant of a claim: a message is as old as it is when it is claimed."""
    return now + timedelta(minutes=spent // 60)


def _prepare(database: Database, now: datetime) -> None:
    """What a crash left in hand, what is to be recalled, and new messages: a reader at a time."""
    with database.transaction() as db:
        actions.release_stuck(db, now)
        actions.recall(db, now)
    with database.reading() as db:
        waiting = queries.list_waiting(db, now)
    for batch in waiting:
        with database.transaction() as db:
            actions.gather(db, batch, now)


def _send_one(
    database: Database, ways: NotificationWays, notification_id: int, now: datetime
) -> SendOutcome | None:
    """How it went; None when another process was quicker."""
    with database.transaction() as db:
        letter = actions.claim(db, notification_id, now)
    if letter is None:
        return None
    outcome, problem = _try(database, ways, letter, now)
    with database.transaction() as db:
        if outcome is SendOutcome.SENT:
            actions.record_sent(db, letter, now)
        else:
            actions.record_failure(db, letter, problem, now, outcome)
            log.warning("mail_not_sent", notification=letter.id, problem=problem, outcome=outcome)
    return outcome


def _try(
    database: Database, ways: NotificationWays, letter: ClaimedLetter, now: datetime
) -> tuple[SendOutcome, str]:
    try:
        _deliver(database, ways, letter, now)
    except Exception as error:  # noqa: BLE001 (one bad mail must not stop the others)
        return outcome_of(error)
    return SendOutcome.SENT, ""


def _deliver(
    database: Database, ways: NotificationWays, letter: ClaimedLetter, now: datetime
) -> None:
    """Write it, then hand it to its way."""
    digest, target = _read(database, ways, letter, now.astimezone(PARIS).date())
    if letter.channel is ChannelKind.EMAIL:
        mail = write_notices(letter, digest, ways.desk) if digest else write(letter, ways.desk)
        ways.mail(mail, now)
        return
    if digest:
        parcel = write_parcel(letter, digest, ways.desk, target)
    else:
        parcel = write_test(letter, ways.desk, target)
    (ways.webhook if letter.channel is ChannelKind.WEBHOOK else ways.apprise)(parcel, now)


def _read(
    database: Database, ways: NotificationWays, letter: ClaimedLetter, today: date
) -> tuple[Digest | None, tuple[str, str]]:
    """What it tells, and the address and secret of the user's own channel."""
    digest, target = None, ("", "")
    with database.reading() as db:
        if letter.kind is NotificationKind.NOTICES and letter.batch_id is not None:
            digest = queries.get_digest(db, letter.batch_id, letter.channel, today)
        if letter.channel_id is not None:
            url, secret = queries.get_target(db, letter.channel_id)
            target = actions.opened(url, ways.key), actions.opened(secret, ways.key)
    return digest, target
