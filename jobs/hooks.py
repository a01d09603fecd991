"""Webhooks of organisations: what changed becomes deliveries, and each leaves by itself."""

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

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
AT_ONCE = 8  # webhooks at a time, each delivery in a process of its own
OF_ONE = 4  # of them, of one organisation


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


@dataclass(eq=False, slots=True)
class _Lane:
    """What one webhook has to be sent in a turn, in order."""

    organisation: int
    deliveries: deque[int]


@dataclass(eq=False, slots=True)
class _Line:
    """The webhooks that wait their turn; threads share it.

    Of one organisation OF_ONE are served at once, for SHARE seconds from the first.
    """

    waiting: list[_Lane]
    served: Counter[int] = field(default_factory=Counter)  # webhooks in hand, by organisation
    begun: dict[int, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self) -> _Lane | None:
        """Of the organisation that has the fewest in hand, or had none yet, who waits longest."""
        now = time.monotonic()
        with self._lock:
            free = [lane for lane in self.waiting if self._may(lane.organisation, now)]
            lane = min(free, key=self._rank, default=None)
            if lane is not None:
                self.waiting.remove(lane)
                self.served[lane.organisation] += 1
                self.begun.setdefault(lane.organisation, now)
            return lane

    def _rank(self, lane: _Lane) -> tuple[int, bool]:
        return self.served[lane.organisation], lane.organisation in self.begun

    def _may(self, organisation: int, now: float) -> bool:
        spent = now - self.begun.get(organisation, now)
        return self.served[organisation] < OF_ONE and spent < SHARE

    def give_back(self, lane: _Lane, taken: bool | None) -> None:  # noqa: FBT001 (as it went)
        """One that did not take what it was sent waits for the next turn; the others do not."""
        with self._lock:
            self.served[lane.organisation] -= 1
            if lane.deliveries and taken is not False:
                self.waiting.append(lane)


def _send(database: Database, key: bytes, now: datetime, deliver: Delivering) -> tuple[int, int]:
    """One delivery of each webhook, then another: a slow receiver holds up itself alone."""
    begun = time.monotonic()
    with database.reading() as db:
        due = queries.list_due(db, now)
    lanes = [_Lane(one, deque(ids)) for one, hooks in due.items() for ids in hooks.values()]
    random.shuffle(lanes)  # when time runs out, it is not always for the same ones
    line = _Line(lanes)

    def send(id_: int) -> bool | None:
        at = now + timedelta(seconds=int(time.monotonic() - begun))
        return _send_one(database, key, (id_, at), deliver)

    def serve(_number: int) -> list[bool | None]:
        return list(_turns(line, send, begun + PATIENCE))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = [taken for left in pool.map(serve, range(AT_ONCE)) for taken in left]
    return outcomes.count(True), outcomes.count(False)


def _turns(line: _Line, send: Callable[[int], bool | None], until: float) -> Iterator[bool | None]:
    """Serve whoever may be; what is left then is in the hands of other threads."""
    while time.monotonic() < until and (lane := line.take()) is not None:
        taken = send(lane.deliveries.popleft())
        line.give_back(lane, taken)
        yield taken


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
