"""Turn changes into webhook deliveries, which the work queue sends."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from core.database import Database, Session
from core.queue import checkpoint
from core.queue_handlers import Success, WorkContext, WorkHandler, WorkOutcome, plan_next
from core.queue_types import ClaimedItem, Progress
from data.exchange.hooks import actions
from data.exchange.hooks.types import HookSending
from data.notifications.actions import opened
from data.notifications.channels import Delivering, outcome_of, send_with_deadline
from data.notifications.types import ChannelKind, ChannelMessage, SendOutcome

log = structlog.get_logger("portal")
SLICE_S = 20.0  # of one webhook, before others get their turn
PAUSE = timedelta(seconds=15)  # after a delivery that a webhook did not accept


def tell(database: Database, now: datetime) -> int:
    """Create the deliveries of changed states; return how many changes."""
    return _drain(database, now, actions.queue_state_events)


def announce(database: Database, now: datetime) -> int:
    """Create the deliveries of changed data; return how many changes."""
    return _drain(database, now, actions.queue_data_events)


def _drain(database: Database, now: datetime, block: Callable[[Session, datetime], int]) -> int:
    """Run `block` in one transaction after another, until none is left."""
    total = 0
    while True:
        with database.transaction() as db:
            done = block(db, now)
        if not done:
            return total
        total += done


def webhook_handler(key: bytes, deliver: Delivering | None = None) -> WorkHandler:
    """Return the handler that sends a webhook its deliveries, in order.

    `key` opens sealed values. There is one item per webhook, so that a slow receiver delays only
    itself.
    """
    send = deliver or send_with_deadline(ChannelKind.WEBHOOK)

    def run(item: ClaimedItem, context: WorkContext) -> WorkOutcome:
        return _send_due(item, context, key, send)

    return WorkHandler(actions.SEND_WEBHOOKS, run)


def _send_due(
    item: ClaimedItem, context: WorkContext, key: bytes, deliver: Delivering
) -> WorkOutcome:
    hook_id, until = item.payload["hook"], time.monotonic() + SLICE_S
    is_taken = True
    while is_taken and time.monotonic() < until and not context.is_stopping():
        with context.database.reading() as db:
            sending = actions.find_next(db, hook_id, context.now())
        if sending is None:
            break
        is_taken = _send_one(item, context, sending, key, deliver)
    return _plan_rest(context, hook_id, is_taken=is_taken)


def _plan_rest(context: WorkContext, hook_id: int, *, is_taken: bool) -> WorkOutcome:
    """Plan the next delivery; drop what waits for a webhook that is off."""
    now = context.now()
    with context.database.reading() as db:
        due = actions.next_due(db, hook_id)
        is_on = actions.is_on(db, hook_id)
    if not is_on:
        return Success(lambda db: actions.drop_queue(db, hook_id))
    return plan_next(due, now, timedelta() if is_taken else PAUSE)


def _send_one(
    item: ClaimedItem, context: WorkContext, sending: HookSending, key: bytes, deliver: Delivering
) -> bool:
    """Send a delivery outside any transaction and record it; return whether it was accepted.

    If killed in between, it is sent again under the same number.
    """
    now = context.now()
    outcome, problem = _try(sending, key, deliver, now)
    with context.database.transaction() as db:
        checkpoint(db, item, Progress({}))  # the kills of before do not count against the rest
        if outcome is SendOutcome.SENT:
            actions.record_sent(db, sending, now)
        else:
            actions.record_failure(db, sending, problem, now)
            log.warning("hook_not_taken", delivery=sending.id, problem=problem)
    return outcome is SendOutcome.SENT


def _try(
    sending: HookSending, key: bytes, deliver: Delivering, now: datetime
) -> tuple[SendOutcome, str]:
    try:
        url = opened(sending.sealed_url, key)
        secrets = " ".join(opened(secret, key) for secret in sending.sealed_secrets)
        deliver(ChannelMessage(url, secrets, sending.event_id, "", "", sending.body), now)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is recorded and tried again)
        return outcome_of(error)
    return SendOutcome.SENT, ""
