"""Webhooks of organisations: what changed becomes deliveries, and each leaves by itself."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog

from data.db import Database, Session
from data.hooks import actions, queries
from data.hooks.types import Sending
from data.notifications.actions import opened
from data.notifications.channels import Delivering, apart, outcome_of
from data.notifications.types import ChannelKind, Outcome, Parcel

log = structlog.get_logger("portal")
PATIENCE = 240.0  # seconds of one turn: what is left waits for the next
AT_ONCE = 4  # webhooks at a time, each delivery in a process of its own


def tell(
    database: Database, key: bytes, now: datetime, deliver: Delivering | None = None
) -> tuple[int, int]:
    """Make deliveries of the states that changed, and send what is due; how many left, and not.

    Claimed in one transaction, sent outside any, recorded in another: killed in between, the row
    goes back to the queue by age. *key* opens what webhooks keep sealed.
    """
    with database.transaction() as db:
        actions.release_stuck(db, now)
    _drain(database, now, actions.tell_states)
    return _send(database, key, now, deliver or apart(ChannelKind.WEBHOOK))


def announce(database: Database, now: datetime) -> int:
    """Make deliveries of the data that changed: `tell` sends them. How many changes there were."""
    return _drain(database, now, actions.tell_data)


def _drain(database: Database, now: datetime, block: Callable[[Session, datetime], int]) -> int:
    """A block a transaction, until there are none."""
    total = 0
    while True:
        with database.transaction() as db:
            done = block(db, now)
        if not done:
            return total
        total += done


def _send(database: Database, key: bytes, now: datetime, deliver: Delivering) -> tuple[int, int]:
    begun = time.monotonic()

    def one_hook(ids: Sequence[int]) -> list[bool]:
        """In order, up to the first that is not taken: the others wait for the next turn."""
        left: list[bool] = []
        for id_ in ids:
            spent = time.monotonic() - begun
            if spent > PATIENCE or not all(left):
                break
            taken = _send_one(database, key, (id_, now + timedelta(seconds=int(spent))), deliver)
            if taken is not None:
                left.append(taken)
        return left

    with database.reading() as db:
        due = queries.list_due(db, now)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = [taken for left in pool.map(one_hook, due.values()) for taken in left]
    return outcomes.count(True), outcomes.count(False)


def _send_one(
    database: Database, key: bytes, which: tuple[int, datetime], deliver: Delivering
) -> bool | None:
    """Whether it was taken; None when another process was quicker."""
    delivery_id, now = which
    with database.transaction() as db:
        sending = actions.claim(db, delivery_id, now)
    if sending is None:
        return None
    outcome, problem = _try(sending, key, now, deliver)
    with database.transaction() as db:
        if outcome is Outcome.SENT:
            actions.record_sent(db, sending, now)
        else:
            actions.record_failure(db, sending, problem, now)
            log.warning("hook_not_taken", delivery=sending.id, problem=problem)
    return outcome is Outcome.SENT


def _try(sending: Sending, key: bytes, now: datetime, deliver: Delivering) -> tuple[Outcome, str]:
    try:
        url = opened(sending.sealed_url, key)
        secrets = " ".join(opened(one, key) for one in sending.sealed_secrets)
        deliver(Parcel(url, secrets, sending.event_id, "", "", sending.body), now)
    except Exception as error:  # noqa: BLE001 (one bad delivery must not stop the others)
        return outcome_of(error)
    return Outcome.SENT, ""
