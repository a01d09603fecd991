"""The worker of the queue, with its threads."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import core.worker
from core import queue
from core.queue_handlers import (
    Continuation,
    Failure,
    Postponement,
    Success,
    WorkHandler,
)
from core.queue_models import QueueItem
from core.queue_types import Lease, NewItem, Pool, Progress, RetryPolicy, WorkKind
from core.worker import QueueWorker

pytestmark = pytest.mark.dialect

KIND = WorkKind("try", "short", RetryPolicy(delays_s=(0.05,), jitter=0))


@pytest.fixture
def work(database):
    """Run a worker until a condition holds; return the errors of the items that were given up."""

    def run_until(run, condition, **options):
        given_up = []
        handler = WorkHandler(KIND, run, on_dead=lambda _db, item, *_: given_up.append(item.id))
        worker = QueueWorker(
            database, {KIND.name: handler}, {"short": Pool(2)}, poll_s=0.1, **options
        )
        thread = threading.Thread(target=worker.run)
        thread.start()
        deadline = time.monotonic() + 10
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.01)
        worker.stop()
        thread.join(10)
        return given_up

    return run_until


def enqueue(database, kind=KIND):
    with database.transaction() as db:
        queue.enqueue(db, kind, NewItem(1), datetime.now(UTC))


def states(database):
    with database.reading() as db:
        return list(db.scalars(select(QueueItem.state).order_by(QueueItem.id)))


def item_of(database):
    with database.reading() as db:
        return db.scalars(select(QueueItem)).one()


def drain(database, run, now=None):
    clock = {} if now is None else {"clock": lambda: now}
    return core.worker.drain(database, [WorkHandler(KIND, run)], **clock)


def test_item_is_begun_soon_after_its_commit(database, work):
    delays_s = []

    def run(item, context):
        delays_s.append((context.now() - item.created_at).total_seconds())
        return Success()

    timer = threading.Timer(0.3, enqueue, [database])
    timer.start()
    work(run, lambda: delays_s)
    assert delays_s[0] < 1


def test_handler_that_raises_is_retried_then_the_item_is_dead(database, work):
    enqueue(database)

    def run(item, _context):
        raise OSError(f"attempt {item.attempts}")

    given_up = work(run, lambda: states(database) == ["dead"])
    item = item_of(database)
    assert (given_up, item.error) == ([item.id], "OSError: attempt 2")


def test_final_failure_is_not_retried(database, work):
    enqueue(database)
    work(lambda _item, _context: Failure("http 410"), lambda: states(database) == ["dead"])
    assert item_of(database).attempts == 1


def test_heartbeat_outlives_the_lease(database, work):
    enqueue(database)
    turns = []

    def run(item, _context):
        turns.append(item.turn)
        time.sleep(1)
        return Success()

    work(run, lambda: states(database) == ["done"], lease_s=0.4)
    assert turns == [1]


def test_item_at_work_is_handed_back_when_the_process_stops(database, work, monkeypatch):
    monkeypatch.setattr(core.worker, "STOP_S", 0.1)
    enqueue(database)
    begun, leave = threading.Event(), threading.Event()

    def run(_item, _context):
        begun.set()
        leave.wait(5)
        return Success()

    work(run, begun.is_set)
    item = item_of(database)
    assert (item.state, item.attempts) == ("ready", 0)
    leave.set()


def test_slices_end_with_the_whole_and_write_once_each(database):
    enqueue(database)
    written = []

    def run(item, _context):
        line = (item.cursor or {"line": 0})["line"] + 1
        write = lambda _db: written.append(line)  # noqa: E731
        return (
            Success(write) if line == 3 else Continuation(Progress({"line": line}, line, 3), write)
        )

    assert drain(database, run) == 3
    assert (states(database), written) == (["done"], [1, 2, 3])


def test_kind_without_handler_waits_for_a_newer_release(database):
    enqueue(database, WorkKind("newer", "short", RetryPolicy()))
    drain(database, lambda _item, _context: Success())
    item = item_of(database)
    assert (item.state, item.attempts) == ("waiting", 0)


def test_item_postponed_until_an_instant_is_not_tried_before(database):
    enqueue(database)
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    drain(database, lambda _item, _context: Postponement("quota", at=later, counted=False))
    item = item_of(database)
    assert (item.not_before, item.attempts, item.error) == (later, 0, "quota")


def test_item_of_a_dead_worker_is_taken_over_and_given_up_after_its_attempts(database):
    enqueue(database)
    now, given_up = datetime.now(UTC), []
    handler = WorkHandler(KIND, lambda *_: Success(), lambda *_: given_up.append(1))
    for turn in range(KIND.policy.max_attempts):
        with database.transaction() as db:
            assert len(queue.claim(db, "short", Lease("dead", 60), now)) == 1
        now += timedelta(seconds=61)
        QueueWorker(database, {KIND.name: handler}, {"short": Pool()}, clock=lambda: now).sweep()  # noqa: B023
        assert len(given_up) == (turn == 1)
    assert states(database) == ["dead"]


def test_outcome_of_a_lost_lease_writes_nothing(database):
    enqueue(database)
    written = []

    def run(_item, context):
        with context.database.transaction() as db:
            queue.release_stuck(db, context.now() + timedelta(days=1))
        return Success(written.append)

    now = datetime.now(UTC)
    worker = QueueWorker(
        database, {KIND.name: WorkHandler(KIND, run)}, {"short": Pool()}, clock=lambda: now
    )
    worker._process(worker._claim("short")[0])
    assert (states(database), written) == (["ready"], [])


def test_worker_goes_on_after_an_error_of_the_database(database, work, monkeypatch):
    enqueue(database)
    claim, failures = queue.claim, [OSError("down")]

    def claim_after_failure(*given):
        if failures:
            raise failures.pop()
        return claim(*given)

    monkeypatch.setattr(queue, "claim", claim_after_failure)
    work(lambda _item, _context: Success(), lambda: states(database) == ["done"])
    assert states(database) == ["done"]


def test_items_done_long_ago_are_pruned(database):
    enqueue(database)
    drain(database, lambda _item, _context: Success())
    later = datetime.now(UTC) + timedelta(days=8)
    QueueWorker(database, {}, {}, clock=lambda: later).prune()
    assert states(database) == []
