"""What features put in the work queue, and what workers get from it."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class LeaseLost(Exception):
    """Another worker has the item, or somebody dropped it."""

    def __init__(self, item: "ClaimedItem") -> None:
        super().__init__(f"{item.kind} {item.id}, turn {item.turn}")


class ItemState(StrEnum):
    """Where an item is in its life."""

    WAITING = "waiting"  # not before an instant: scheduled, or to be retried
    READY = "ready"  # has its place in the line
    LEASED = "leased"  # a worker has it until `lease_until`
    DONE = "done"
    DEAD = "dead"  # given up: a person retries it or drops it


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Seconds to wait after each failure; an item is given up after the last one."""

    delays_s: tuple[float, ...] = (60, 300, 900, 3600, 3 * 3600, 6 * 3600)
    jitter: float = 0.1  # part of the delay, so that items that failed together are spread

    @property
    def max_attempts(self) -> int:
        """Return how often an item is tried before it is given up."""
        return len(self.delays_s) + 1

    def delay_after(self, attempts: int) -> timedelta | None:
        """Return the pause after so many attempts; None when the item is given up."""
        if attempts > len(self.delays_s):
            return None
        delay_s = self.delays_s[max(attempts, 1) - 1]
        return timedelta(seconds=delay_s * (1 + self.jitter * random.random()))  # noqa: S311 (no secret)


@dataclass(frozen=True, slots=True)
class WorkKind:
    """A kind of work: which threads do it, how soon, and how often it is retried."""

    name: str
    pool: str  # workers give each pool threads of its own
    policy: RetryPolicy
    priority: int = 5  # the lowest is strictly first


@dataclass(frozen=True, slots=True)
class NewItem:
    """Work to enqueue for an owner. A *key* that its kind has already enqueues nothing."""

    owner: int  # fairness key: an organisation, 0 for the operator
    payload: Mapping[str, Any] = field(default_factory=dict)  # ids only, no personal data
    key: str | None = None
    not_before: datetime | None = None
    priority: int | None = None  # that of its kind if None


@dataclass(frozen=True, slots=True)
class ClaimedItem:
    """An item that a worker holds."""

    id: int
    kind: str
    pool: str
    owner: int
    key: str | None
    payload: Mapping[str, Any]
    turn: int
    attempts: int
    max_attempts: int
    created_at: datetime
    cursor: Mapping[str, Any] | None
    done: int
    total: int
    priority: int
    rank: int


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds an item, and how long without a heartbeat."""

    worker: str
    seconds: float
    most_of_owner: int | None = None  # items that one owner may have in hand in the pool


@dataclass(frozen=True, slots=True)
class Pool:
    """The threads of a worker for some kinds of work, and how many of them one owner may hold."""

    threads: int = 1
    most_of_owner: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an item is: where to go on, and what a screen shows."""

    cursor: Mapping[str, Any]
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An item that was given up, for a person to retry or drop."""

    id: int
    kind: str
    owner: int
    error: str
    attempts: int
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """How the queue is doing."""

    ready: int
    oldest_ready_at: datetime | None  # since when the oldest ready item could be worked on
    dead: int
