"""Webhooks of organisations: what changed becomes deliveries, and each leaves by itself."""

import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
SHARE = 30.0  # seconds of a turn that one organisation may use: the others need not wait for it
AT_ONCE = 4  # organisations at a time, each delivery in a process of its own


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


@dataclass
class _Share:
    """What one organisation has to send in a turn: its webhooks one after the other."""

    hooks: deque[deque[int]]
    spent: float = 0.0

    def go_on(self, send: Callable[[int], bool | None]) -> bool | None:
        """Send one; a webhook that does not take it waits for the next turn, the others do not."""
        begun, hook = time.monotonic(), self.hooks.popleft()
        taken = send(hook.popleft())
        if hook and taken is not False:
            self.hooks.append(hook)
        self.spent += time.monotonic() - begun
        return taken

    def goes_on(self) -> bool:
        return bool(self.hooks) and self.spent < SHARE


def _send(database: Database, key: bytes, now: datetime, deliver: Delivering) -> tuple[int, int]:
    """One delivery of each organisation, then another: slow receivers hold up their own alone."""
    begun = time.monotonic()
    with database.reading() as db:
        due = queries.list_due(db, now)
    shares = [_Share(deque(map(deque, hooks.values()))) for hooks in due.values()]
    random.shuffle(shares)  # when time runs out, it is not always for the same ones
    waiting = deque(shares)

    def send(id_: int) -> bool | None:
        at = now + timedelta(seconds=int(time.monotonic() - begun))
        return _send_one(database, key, (id_, at), deliver)

    def lane(_number: int) -> list[bool | None]:
        return list(_turns(waiting, send, begun + PATIENCE))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = [taken for left in pool.map(lane, range(AT_ONCE)) for taken in left]
    return outcomes.count(True), outcomes.count(False)


def _turns(
    waiting: deque[_Share], send: Callable[[int], bool | None], until: float
) -> Iterator[bool | None]:
    """Serve whoever waits longest, and back to the end of the line; lanes share *waiting*."""
    while time.monotonic() < until:
        try:
            share = waiting.popleft()
        except IndexError:  # what is left is in the hands of other lanes
            return
        yield share.go_on(send)
        if share.goes_on():
            waiting.append(share)


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
