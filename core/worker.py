"""Work on the queue: threads for each pool, leases kept alive, dead workers' items taken over."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import queue
from core.queue_handlers import (
    Continuation,
    Failure,
    Postponement,
    Success,
    WorkContext,
    WorkHandler,
    WorkOutcome,
)
from core.queue_types import ClaimedItem, Lease, LeaseLost, Pool
from core.queue_wakeup import iter_wakeups

if TYPE_CHECKING:
    from core.database import Database

_T = TypeVar("_T")
KEEP_DONE = timedelta(days=7)
NO_HANDLER_DELAY = timedelta(seconds=60)  # a newer release enqueued it
PRUNE_EVERY_S = 600
STOP_S = 4.0  # given to the handlers at work when the process is asked to stop


def utc_now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


@dataclass(slots=True)
class QueueWorker:
    """A process that works on the queue until it is stopped."""

    database: Database
    handlers: Mapping[str, WorkHandler]
    pools: Mapping[str, Pool]
    clock: Callable[[], datetime] = utc_now
    lease_s: float = 60
    poll_s: float = 1.0
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}"[:80])
    _in_hand: dict[int, tuple[ClaimedItem, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _wakeups: dict[str, list[threading.Event]] = field(default_factory=dict)
    _clock_offset: timedelta = timedelta(0)

    def run(self) -> None:
        """Work until `stop`, then hand back what does not end within `STOP_S`."""
        self._measure_clock_offset()
        threads = []
        for name, pool in self.pools.items():
            self._wakeups[name] = [threading.Event() for _ in range(pool.threads)]
            threads += [
                threading.Thread(target=self._work_pool, args=(name, wakeup), daemon=True)
                for wakeup in self._wakeups[name]
            ]
        services = self._dispatch, self._keep_leases
        threads += [threading.Thread(target=service, daemon=True) for service in services]
        for thread in threads:
            thread.start()
        self._stop.wait()
        deadline = time.monotonic() + STOP_S
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        with self._lock:
            items = [item for item, _since in self._in_hand.values()]
        if items:
            _safely(lambda: self._write_hand_back(items))

    def stop(self) -> None:
        """Claim nothing more."""
        self._stop.set()
        self._wake(self.pools)

    def work_until_empty(self) -> int:
        """Work in this thread until nothing is ready, once; return how many items were claimed."""
        threading.Thread(target=self._keep_leases, daemon=True).start()
        try:
            return self._count_until_empty()
        finally:
            self._stop.set()

    def _count_until_empty(self) -> int:
        count = 0
        self.sweep()
        while pools := self._list_ready_pools():
            for pool in pools:
                items = self._claim(pool)
                while items:
                    count += len(items)
                    items = self._process(items[0])
            self.sweep()
        return count

    def now(self) -> datetime:
        """Return the time of the database: leases of several machines compare by one clock."""
        return self.clock() + self._clock_offset

    def _measure_clock_offset(self) -> None:
        if not self.database.sqlite and self.clock is utc_now:
            with self.database.reading() as db:
                database_time = db.scalars(select(func.clock_timestamp())).one()
            self._clock_offset = database_time - utc_now()

    def _work_pool(self, pool: str, wakeup: threading.Event) -> None:
        while not self._stop.is_set():
            wakeup.wait()
            wakeup.clear()
            items = _safely(lambda: self._claim(pool)) or []
            while items:
                items = self._process(items[0], next_of=pool)

    def _claim(self, pool: str) -> list[ClaimedItem]:
        if self._stop.is_set():
            return []
        with self.database.transaction(durable=False) as db:  # a lost claim is claimed again
            items = queue.claim(db, pool, self._lease_of(pool), self.now())
        self._hold(items)
        return items

    def _lease_of(self, pool: str) -> Lease:
        return Lease(self.name, self.lease_s, self.pools[pool].most_of_owner)

    def _hold(self, items: Iterable[ClaimedItem]) -> None:
        with self._lock:
            self._in_hand |= {item.id: (item, time.monotonic()) for item in items}

    def _process(self, item: ClaimedItem, next_of: str = "") -> list[ClaimedItem]:
        """Work on an item; claim the next of a pool in the transaction that records it."""
        handler = self.handlers.get(item.kind)
        logger = structlog.get_logger().bind(kind=item.kind, item=item.id)
        items: list[ClaimedItem] = []
        try:
            outcome = self._run(handler, item)
            with self.database.transaction() as db:
                self._record(db, item, handler, outcome)
                if next_of and not self._stop.is_set():
                    items = queue.claim(db, next_of, self._lease_of(next_of), self.now())
            self._hold(items)
        except LeaseLost:
            logger.warning("queue.lease_lost")
            items = []
        except Exception:  # the edge of the worker: the lease ends, and the item is worked on again
            logger.exception("queue.not_recorded")
            items = []
        finally:
            with self._lock:
                self._in_hand.pop(item.id, None)
        return items

    def _run(self, handler: WorkHandler | None, item: ClaimedItem) -> WorkOutcome:
        if handler is None:
            at = self.now() + NO_HANDLER_DELAY
            return Postponement(f"no handler of {item.kind}", at=at, counted=False)
        try:
            return handler.run(item, WorkContext(self.database, self.now, self._stop.is_set))
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is, the item is tried again)
            structlog.get_logger().exception("queue.broken", kind=item.kind, item=item.id)
            return Postponement(f"{type(error).__name__}: {error}")

    def _record(
        self, db: Session, item: ClaimedItem, handler: WorkHandler | None, outcome: WorkOutcome
    ) -> None:
        now = self.now()
        match outcome:
            case Success(write):
                queue.succeed(db, item, now)
                write(db)
            case Continuation(progress, write):
                queue.continue_later(db, item, progress, now)
                write(db)
            case Postponement(error, at, counted, write):
                write(db)
                delay = handler and handler.kind.policy.delay_after(item.attempts)
                at = at or (now + delay if delay else None)
                if at is None:
                    self._give_up(db, item, error)
                else:
                    queue.retry(db, item, error, at, counted=counted)
            case Failure(error):
                self._give_up(db, item, error)

    def _give_up(self, db: Session, item: ClaimedItem, error: str) -> None:
        queue.fail(db, item, error, self.now())
        structlog.get_logger().error("queue.dead", kind=item.kind, item=item.id, problem=error)
        self._tell_death(db, item, error)

    def _tell_death(self, db: Session, item: ClaimedItem, error: str) -> None:
        if handler := self.handlers.get(item.kind):
            handler.on_dead(db, item, error, self.now())

    def _dispatch(self) -> None:
        """Line up what is due and wake the threads of pools that have something to do."""
        while not self._stop.is_set():
            _safely(self._dispatch_until_broken)
            self._stop.wait(self.poll_s)

    def _dispatch_until_broken(self) -> None:
        for _ in iter_wakeups(self.database, self._stop, self.poll_s):
            self.sweep()
            self._wake(self._list_ready_pools())

    def _list_ready_pools(self) -> list[str]:
        with self.database.reading() as db:
            return queue.list_ready_pools(db, self.pools)

    def sweep(self) -> None:
        """Hand back what dead workers held, and line up what is due."""
        with self.database.reading() as db:  # takes no write lock for nothing
            if not queue.needs_sweep(db, self.now()):
                return
        with self.database.transaction() as db:
            for item in queue.release_stuck(db, self.now()):
                self._tell_death(db, item, queue.INTERRUPTED)
        count = queue.BLOCK
        while count == queue.BLOCK:
            with self.database.transaction(durable=False) as db:
                count = queue.promote_due(db, self.now())

    def _keep_leases(self) -> None:
        """Extend the leases held; from time to time, delete what was done long ago."""
        pruned = time.monotonic()
        while not self._stop.wait(self.lease_s / 4) or self._in_hand:
            _safely(self._extend_leases)
            if self._stop.is_set():
                time.sleep(self.lease_s / 100)
            elif time.monotonic() - pruned > PRUNE_EVERY_S:
                pruned = time.monotonic()
                _safely(self._measure_clock_offset)
                _safely(self.prune)

    def prune(self) -> None:
        """Delete the items done long ago."""
        with self.database.transaction() as db:
            queue.prune(db, self.now() - KEEP_DONE)

    def _extend_leases(self) -> None:
        with self._lock:
            in_hand = list(self._in_hand.values())
        alive = [
            item for item, since in in_hand if time.monotonic() - since < self._timeout_s(item)
        ]
        if alive:
            with self.database.transaction(durable=False) as db:
                queue.heartbeat(db, alive, self.now(), Lease(self.name, self.lease_s))

    def _timeout_s(self, item: ClaimedItem) -> float:
        handler = self.handlers.get(item.kind)
        return handler.timeout_s if handler else self.lease_s

    def _write_hand_back(self, items: list[ClaimedItem]) -> None:
        with self.database.transaction() as db:
            queue.hand_back(db, items)

    def _wake(self, pools: Iterable[str]) -> None:
        for pool in pools:
            for wakeup in self._wakeups.get(pool, ()):
                wakeup.set()


def drain(
    database: Database, handlers: Iterable[WorkHandler], clock: Callable[[], datetime] = utc_now
) -> int:
    """Work on all that is ready for `handlers`, in this thread; return how many items it was."""
    by_name = {handler.kind.name: handler for handler in handlers}
    pools = {handler.kind.pool: Pool() for handler in by_name.values()}
    return QueueWorker(database, by_name, pools, clock).work_until_empty()


def _safely(act: Callable[[], _T]) -> _T | None:
    """Return what `act` does; log its error, whatever it is: the worker goes on."""
    try:
        return act()
    except Exception:  # noqa: BLE001 (the database may be down)
        structlog.get_logger().exception("queue.failed")
        return None
