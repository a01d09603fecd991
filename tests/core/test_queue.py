"""The work queue, without a worker: time is an argument."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core import queue
from core.dead_letters import (
    drop_dead_letters,
    get_queue_status,
    list_dead_letters,
    retry_dead_letters,
)
from core.queue_models import QueueItem
from core.queue_types import Lease, LeaseLost, NewItem, Progress, RetryPolicy, WorkKind

pytestmark = pytest.mark.dialect

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
MAIL = WorkKind("send_mail", "mail", RetryPolicy(delays_s=(60, 300), jitter=0))
LEASE = Lease("test", 60)
EXPIRED = NOW + timedelta(seconds=61)


def enqueue(database, *items, rerun=False):
    with database.transaction() as db:
        return queue.enqueue_many(db, MAIL, items, NOW, rerun=rerun)


def claim(database, now=NOW, limit=1):
    with database.transaction() as db:
        return queue.claim(db, "mail", LEASE, now, limit)


def change(database, act, *given, **named):
    with database.transaction() as db:
        return act(db, *given, **named)


def roll_back(database, act, *given):
    def act_then_break(db):
        act(db, *given)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change(database, act_then_break)


def state_of(database, item):
    with database.reading() as db:
        return db.scalars(select(QueueItem.state).where(QueueItem.id == item.id)).one()


def test_enqueue_in_a_transaction_that_rolls_back_leaves_nothing(database):
    roll_back(database, queue.enqueue, MAIL, NewItem(1), NOW)
    assert claim(database) == []


def test_enqueue_of_nothing_enqueues_nothing(database):
    assert enqueue(database) == 0


def test_enqueue_with_a_taken_key_enqueues_nothing(database):
    assert enqueue(database, NewItem(1, key="a")) == 1
    assert enqueue(database, NewItem(1, key="a")) == 0
    assert len(claim(database, limit=10)) == 1


def test_claim_gives_an_item_to_one_worker(database):
    enqueue(database, NewItem(1, {"n": 1}), NewItem(1, {"n": 2}))
    first, second, third = claim(database), claim(database), claim(database)
    assert [first[0].payload, second[0].payload, third] == [{"n": 1}, {"n": 2}, []]


def test_owners_take_turns_whatever_their_backlog(database):
    enqueue(database, *[NewItem(1) for _ in range(50)])
    assert [item.owner for item in claim(database, limit=10)] == [1] * 10
    enqueue(database, NewItem(2), NewItem(2), NewItem(3))
    owners = [item.owner for item in claim(database, limit=6)]
    assert (sorted(owners[:3]), sorted(owners[3:])) == ([1, 2, 3], [1, 1, 2])


def test_an_owner_that_holds_its_share_leaves_the_rest_to_others(database):
    enqueue(database, *[NewItem(1) for _ in range(5)], NewItem(2))
    lease = Lease("test", 60, most_of_owner=2)
    owners = []
    for _ in range(4):
        with database.transaction() as db:
            owners += [item.owner for item in queue.claim(db, "mail", lease, NOW)]
    assert sorted(owners) == [1, 1, 2]


def test_priority_comes_before_rank(database):
    enqueue(database, *[NewItem(1) for _ in range(3)], NewItem(1, priority=0))
    assert claim(database)[0].priority == 0


def test_scheduled_item_waits_for_its_instant(database):
    later = NOW + timedelta(hours=1)
    enqueue(database, NewItem(1, not_before=later))
    assert (change(database, queue.promote_due, NOW), claim(database)) == (0, [])
    assert change(database, queue.promote_due, later) == 1
    assert len(claim(database, later)) == 1


def test_retry_follows_the_policy_then_the_item_is_dead_until_a_person_retries_it(database):
    enqueue(database, NewItem(1))
    now, pauses = NOW, []
    while items := claim(database, now):
        delay = MAIL.policy.delay_after(items[0].attempts)
        if delay is None:
            change(database, queue.fail, items[0], "no route", now)
            break
        change(database, queue.retry, items[0], "no route", now + delay)
        pauses.append(delay.total_seconds())
        now += delay
        change(database, queue.promote_due, now)
    assert pauses == [60, 300]
    with database.transaction() as db:
        assert get_queue_status(db).dead == 1
        (dead,) = list_dead_letters(db)
        assert (dead.error, dead.attempts, dead.finished_at) == ("no route", 3, now)
        assert retry_dead_letters(db, [dead.id], now) == [dead.id]
        assert drop_dead_letters(db, [dead.id]) == [], "it is no dead letter any more"
    change(database, queue.promote_due, now)
    assert claim(database, now)[0].attempts == 1


def test_dead_letter_that_is_dropped_frees_its_key(database):
    enqueue(database, NewItem(1, key="a"))
    (item,) = claim(database)
    change(database, queue.fail, item, "http 410", NOW)
    assert change(database, drop_dead_letters, [item.id]) == [item.id]
    assert enqueue(database, NewItem(1, key="a")) == 1


def test_failure_that_is_not_the_items_own_is_not_counted(database):
    enqueue(database, NewItem(1))
    for _ in range(5):
        (item,) = claim(database)
        change(database, queue.retry, item, "server down", NOW, counted=False)
        change(database, queue.promote_due, NOW)
    assert claim(database)[0].attempts == 1


def test_lease_of_a_dead_worker_goes_to_the_next_and_shuts_the_first_out(database):
    enqueue(database, NewItem(1))
    (first,) = claim(database)
    assert change(database, queue.release_stuck, EXPIRED) == []
    (second,) = claim(database, EXPIRED)
    assert (second.id, second.turn) == (first.id, first.turn + 1)
    with pytest.raises(LeaseLost):
        change(database, queue.succeed, first, EXPIRED)
    change(database, queue.succeed, second, EXPIRED)
    assert state_of(database, first) == "done"


def test_lease_of_a_clock_that_was_set_back_is_over(database):
    enqueue(database, NewItem(1))
    (item,) = claim(database, NOW + timedelta(days=30))
    change(database, queue.release_stuck, NOW)
    assert state_of(database, item) == "ready"


def test_heartbeat_keeps_the_lease(database):
    enqueue(database, NewItem(1))
    (item,) = claim(database)
    change(database, queue.heartbeat, [item], NOW + timedelta(seconds=50), LEASE)
    change(database, queue.release_stuck, EXPIRED)
    assert state_of(database, item) == "leased"


def test_item_that_kills_its_worker_each_time_dies(database):
    enqueue(database, NewItem(1))
    now = NOW
    for _ in range(MAIL.policy.max_attempts):
        (item,) = claim(database, now)
        now += timedelta(seconds=61)
        given_up = change(database, queue.release_stuck, now)
    assert [one.id for one in given_up] == [item.id]
    assert state_of(database, item) == "dead"


def test_item_handed_back_keeps_its_place_and_its_count(database):
    enqueue(database, NewItem(1, {"n": 1}), NewItem(1, {"n": 2}))
    (item,) = claim(database)
    change(database, queue.hand_back, [item])
    (again,) = claim(database)
    assert (again.id, again.attempts) == (item.id, 1)
    change(database, queue.hand_back, [item])  # of a former turn: nothing happens
    assert state_of(database, item) == "leased"


def test_slice_goes_on_at_its_cursor_before_the_rest_of_its_owner(database):
    enqueue(database, NewItem(1, {"file": "a"}), NewItem(1, {"file": "b"}))
    (first,) = claim(database)
    change(database, queue.continue_later, first, Progress({"line": 500}, 500, 2000), NOW)
    (again,) = claim(database)
    assert claim(database)[0].payload == {"file": "b"}
    assert (again.cursor, again.done, again.total) == ({"line": 500}, 500, 2000)
    assert again.attempts == 1, "progress starts the count anew"


def test_checkpoint_rolls_back_with_the_work_it_counts(database):
    enqueue(database, NewItem(1))
    (item,) = claim(database)
    roll_back(database, queue.checkpoint, item, Progress({"line": 1}, 1, 2))
    change(database, queue.release_stuck, EXPIRED)
    assert claim(database)[0].cursor is None


def test_slices_of_owners_alternate_and_each_owner_keeps_its_order(database):
    enqueue(database, NewItem(1, key="long"), NewItem(1, key="next"), NewItem(2, key="other"))
    left, order = {"long": 3, "next": 1, "other": 2, "late": 1}, []
    while items := claim(database):
        (item,) = items
        order.append(item.key)
        left[item.key] -= 1
        if left[item.key]:
            change(database, queue.continue_later, item, Progress({}), NOW)
        else:
            change(database, queue.succeed, item, NOW)
        if len(order) == 2:
            enqueue(database, NewItem(3, key="late"))
    assert order == ["long", "other", "long", "late", "long", "other", "next"]


def test_rerun_while_leased_runs_again_after_success(database):
    enqueue(database, NewItem(1, key="ranking"), rerun=True)
    (item,) = claim(database)
    assert enqueue(database, NewItem(1, key="ranking"), rerun=True) == 1
    change(database, queue.succeed, item, NOW)
    assert change(database, queue.promote_due, NOW) == 1
    (again,) = claim(database)
    change(database, queue.succeed, again, NOW)
    assert change(database, queue.promote_due, NOW) == 0
    enqueue(database, NewItem(1, key="ranking"), rerun=True)  # once over, it starts again
    assert change(database, queue.promote_due, NOW) == 1


def test_rerun_brings_a_waiting_item_forward(database):
    later = NOW + timedelta(hours=1)
    enqueue(database, NewItem(1, key="hook", not_before=later))
    assert change(database, queue.promote_due, NOW) == 0
    assert enqueue(database, NewItem(1, key="hook"), NewItem(2, key="other"), rerun=True) == 2
    (other,) = claim(database)
    change(database, queue.succeed, other, NOW)
    assert change(database, queue.promote_due, NOW) == 1
    (item,) = claim(database)
    enqueue(database, NewItem(1, key="hook"), rerun=True)
    change(database, queue.retry, item, "", later, counted=False)
    assert change(database, queue.promote_due, NOW) == 1, "it was asked for meanwhile"


def test_status_counts_what_is_ready_since_when(database):
    enqueue(database, NewItem(1), NewItem(2, not_before=NOW + timedelta(days=1)))
    with database.reading() as db:
        status = get_queue_status(db)
        assert queue.list_ready_pools(db, ["mail", "files"]) == ["mail"]
    assert (status.ready, status.oldest_ready_at, status.dead) == (1, NOW, 0)


def test_prune_frees_old_keys(database):
    enqueue(database, NewItem(1, key="a"))
    (item,) = claim(database)
    change(database, queue.succeed, item, NOW)
    assert change(database, queue.prune, NOW) == 0
    assert change(database, queue.prune, NOW + timedelta(days=1)) == 1
    assert enqueue(database, NewItem(1, key="a")) == 1
