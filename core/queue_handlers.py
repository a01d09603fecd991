"""Handlers of the work queue: what a feature does for each kind of work, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy.orm import Session

from core.queue_types import ClaimedItem, Progress, WorkKind

if TYPE_CHECKING:
    from core.database import Database


def _write_nothing(_db: Session) -> None:
    return


def _ignore_death(_db: Session, _item: ClaimedItem, _error: str, _now: datetime) -> None:
    return


@dataclass(frozen=True, slots=True)
class Success:
    """The item is done; `write` runs in the transaction that records it."""

    write: Callable[[Session], None] = _write_nothing


@dataclass(frozen=True, slots=True)
class Continuation:
    """A slice is done: other owners get their turn, then the item continues from its cursor."""

    progress: Progress
    write: Callable[[Session], None] = _write_nothing


@dataclass(frozen=True, slots=True)
class Postponement:
    """The item did not succeed: it is retried `at` a time, or when the retry policy says."""

    error: str
    at: datetime | None = None
    counted: bool = True  # whether the failure is the item's own
    write: Callable[[Session], None] = _write_nothing


@dataclass(frozen=True, slots=True)
class Failure:
    """The item can never succeed: it stays as a dead letter."""

    error: str


WorkOutcome: TypeAlias = Success | Continuation | Postponement | Failure


def plan_next(
    next_at: datetime | None, now: datetime, pause: timedelta = timedelta()
) -> WorkOutcome:
    """Return the outcome of an item whose remaining work is due `next_at`.

    With a `pause`, it does not run sooner than that.
    """
    if next_at is None:
        return Success()
    if next_at <= now and not pause:
        return Continuation(Progress({}))
    return Postponement("", at=max(next_at, now + pause), counted=False)


@dataclass(frozen=True, slots=True)
class WorkContext:
    """What a handler can use of its worker."""

    database: Database
    now: Callable[[], datetime]
    is_stopping: Callable[[], bool]  # end the slice soon: the process is asked to stop


@dataclass(frozen=True, slots=True)
class WorkHandler:
    """How a feature does one kind of work.

    `run` is called outside of any transaction. `on_dead` writes the feature's own record of an item
    that failed for good, in the same transaction.
    """

    kind: WorkKind
    run: Callable[[ClaimedItem, WorkContext], WorkOutcome]
    on_dead: Callable[[Session, ClaimedItem, str, datetime], None] = _ignore_death
    timeout_s: float = 3600  # after which the lease is no longer extended
