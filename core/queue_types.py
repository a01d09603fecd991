"""Items that features put in the work queue, and types for its workers."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class LeaseLost(Exception):
    """Another worker has the item, or somebody deleted it."""

    def __init__(self, item: "ClaimedItem") -> None:
        super().__init__(f"{item.kind} {item.id}, turn {item.turn}")


class ItemState(StrEnum):
    """State of an item."""

    WAITING = "waiting"  # until a time: scheduled, or to be retried
    READY = "ready"  # has its place in the line
    LEASED = "leased"  # a worker has it until `lease_until`
    DONE = "done"
    DEAD = "dead"  # failed for good: a person retries or deletes it


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Seconds to wait after each failure; an item fails for good after the last one."""

    delays_s: tuple[float, ...] = (60, 300, 900, 3600, 3 * 3600, 6 * 3600)
    jitter: float = 0.1  # part of the delay, so that items that failed together are spread

    @property
    def max_attempts(self) -> int:
        """Return how many times an item is tried."""
        return len(self.delays_s) + 1

    def delay_after(self, attempts: int) -> timedelta | None:
        """Return the pause after `attempts` attempts; None after the last one."""
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
    priority: int = 5  # the lowest runs strictly first


@dataclass(frozen=True, slots=True)
class NewItem:
    """Work to enqueue for an owner; nothing is enqueued if its kind has the same `key`."""

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
    """Holder of an item, and how long it may go without a heartbeat."""

    worker: str
    seconds: float
    most_of_owner: int | None = None  # items that one owner may have in hand in the pool


@dataclass(frozen=True, slots=True)
class Pool:
    """Threads of a worker for some kinds of work, and how many of them one owner may use."""

    threads: int = 1
    most_of_owner: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of an item: where to continue, and what pages show."""

    cursor: Mapping[str, Any]
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An item that failed for good, for a person to retry or delete."""

    id: int
    kind: str
    owner: int
    error: str
    attempts: int
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """State of the queue."""

    ready: int
    oldest_ready_at: datetime | None  # since when the oldest ready item has been due
    dead: int
