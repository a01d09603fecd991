"""Deliveries on their way: signed, tried again, given up, sent again, never lost."""

import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook, WebhookVerificationError

from core import queue
from core.access import Role
from core.queue_handlers import Continuation, Success, WorkContext
from core.queue_types import Lease, Pool, Progress
from core.worker import QueueWorker
from data.exchange.hooks import actions
from data.exchange.hooks.models import Hook, HookDelivery
from data.exchange.hooks.queries import get_journal, list_hooks
from data.exchange.hooks.types import HookEvent, HookState, Topic
from data.identity.accounts.models import User
from data.notifications.actions import sealed
from data.notifications.channels import ChannelRefused, by_webhook
from data.notifications.channels.errors import Unanswered
from data.notifications.models import Notice, NoticeEvent
from data.notifications.types import MessageDelivery, NotificationKind
from jobs import hooks as job
from tests.data.exchange.hooks.listeners import KEY, URL, added, deliveries
from tests.data.notifications.test_channels import here, listening
from tests.factories import NOW, make_people
from tests.queue_work import drain

pytestmark = pytest.mark.dialect


@pytest.fixture
def office(database):
    with database.transaction() as db:
        make_people(db)
    return database


def taking(_parcel, _at):
    """A receiver that takes everything."""


def refusing(words):
    def deliver(_parcel, _at):
        if words in {"http 410", "private"}:
            raise ChannelRefused(words, gone=True)
        raise Unanswered(words)

    return deliver


def hooked(database, viewer, **values):
    with database.transaction() as db:
        return added(db, viewer, **values)


def turn(database, deliver, now=NOW, key=KEY):
    """Send what is due; return how many deliveries were taken, and how many were not."""
    taken = [0, 0]

    def counting(parcel, at):
        taken[1] += 1
        deliver(parcel, at)
        taken[1] -= 1
        taken[0] += 1

    job.tell(database, now)
    drain(database, job.webhook_handler(key, counting), now=now)
    return tuple(taken)


def rows(database, hook_id):
    with database.transaction() as db:
        return deliveries(db, hook_id)


def test_an_independent_reader_verifies_what_is_posted(office, bob, certificate):
    context = ssl.create_default_context(cafile=str(certificate))
    now = datetime.now(UTC)  # the reader refuses what is old
    with listening(certificate) as (port, asked):
        made = hooked(office, bob, url=f"https://hooks.thermia.example:{port}/a", now=now)

        def deliver(parcel, at):
            assert parcel.url == f"https://hooks.thermia.example:{port}/a"
            local = f"https://localhost:{port}/a"
            moved = type(parcel)(local, parcel.secret, parcel.id, "", "", parcel.data)
            by_webhook(moved, at, allow=here, context=context)

        assert turn(office, deliver, now) == (1, 0)
        with office.transaction() as db:
            again = actions.rotate_secret(db, bob, made.id, key=KEY, now=now)
            actions.ping_hook(db, bob, made.id, now)
        assert turn(office, deliver, now) == (1, 0)
        later = now + timedelta(hours=25)
        with office.transaction() as db:
            actions.ping_hook(db, bob, made.id, later)
        assert turn(office, deliver, later) == (1, 0)
    (first, second, third) = asked
    assert Webhook(made.secret).verify(first[2], first[1])["type"] == "ping"
    for secret in (made.secret, again.secret):  # both sign for a day
        assert Webhook(secret).verify(second[2], second[1])["type"] == "ping"
    assert " " not in third[1]["webhook-signature"]
    for tampered in (first[2] + b" ", first[2].replace(b"ping", b"pong")):
        with pytest.raises(WebhookVerificationError):
            Webhook(made.secret).verify(tampered, first[1])
    with pytest.raises(WebhookVerificationError):
        Webhook(again.secret).verify(first[2], first[1])


def test_the_portals_own_way_goes_nowhere_inside(office, bob):
    made = hooked(office, bob, url="https://localhost.thermia.example/")
    with office.transaction() as db:
        db.get_one(Hook, made.id).sealed_url = sealed("https://127.0.0.1/", KEY)
    drain(office, job.webhook_handler(KEY))
    (row,) = rows(office, made.id)
    assert (row.state, row.error) == (MessageDelivery.FAILED, "private")


def test_what_is_not_taken_is_tried_again_under_the_same_number(office, bob):
    made = hooked(office, bob)
    seen = []

    def deliver(parcel, at):
        seen.append((parcel.id, parcel.data))
        if len(seen) < 3:
            raise Unanswered("http 503")

    assert turn(office, deliver) == (0, 1)
    (row,) = rows(office, made.id)
    assert (row.state, row.error, row.attempts) == (MessageDelivery.QUEUED, "http 503", 1)
    assert row.next_attempt_at == NOW + timedelta(minutes=1)
    assert turn(office, deliver) == (0, 0)  # not yet
    turn(office, deliver, NOW + timedelta(minutes=1))
    turn(office, deliver, NOW + timedelta(minutes=6))
    (row,) = rows(office, made.id)
    assert (row.state, row.error, row.attempts) == (MessageDelivery.SENT, "", 3)
    assert len(seen) == 3
    assert seen[0] == seen[1] == seen[2]


def test_the_first_that_is_not_taken_holds_its_webhook_up_and_no_other(office, bob, charlie):
    made, other = hooked(office, bob), hooked(office, charlie)
    with office.transaction() as db:
        for _ in range(3):
            for hook in (made, other):
                actions.events.queue(db, [hook.id], HookEvent(Topic.PING, ()), NOW)
    tried = []

    def deliver(parcel, _at):
        tried.append(parcel.url)
        if parcel.secret == made.secret:
            raise Unanswered("http 500")

    assert turn(office, deliver) == (4, 1)
    states = [row.state for row in rows(office, made.id)]
    assert states == [MessageDelivery.QUEUED] * 4
    assert {row.state for row in rows(office, other.id)} == {MessageDelivery.SENT}


@pytest.mark.parametrize("stop", [actions.turn_off_hook, actions.remove_hook])
def test_what_is_sent_again_while_its_webhook_is_stopped_does_not_leave(office, bob, stop):
    """« Renvoyer » had looked at it before, and wrote after."""
    made = hooked(office, bob)
    with office.transaction() as db:
        stop(db, bob, made.id, NOW)
        (row,) = deliveries(db, made.id)
        row.state, row.error = MessageDelivery.QUEUED, ""
        db.flush()
        assert actions.find_next(db, made.id, NOW) is None
    assert turn(office, taking) == (0, 0)
    (row,) = rows(office, made.id)
    assert (row.state, row.error, row.attempts) == (MessageDelivery.FAILED, "off", 0)


def test_a_slow_receiver_holds_up_no_other_webhook_of_its_organisation(office, bob):
    """It answers once all that the other one was to hear, in order, has come."""
    slow, quick = hooked(office, bob, name="Lent"), hooked(office, bob)
    with office.transaction() as db:
        for _ in range(3):
            actions.events.queue(db, [quick.id], HookEvent(Topic.PING, ()), NOW)
    heard, came = [], threading.Event()

    def deliver(parcel, _at):
        if parcel.secret == slow.secret and not came.wait(10):
            raise Unanswered("too long")
        if parcel.secret == quick.secret:
            heard.append(parcel.id)
            if len(heard) == 4:
                came.set()

    handler = job.webhook_handler(KEY, deliver)
    worker = QueueWorker(office, {handler.kind.name: handler}, {"webhooks": Pool(2)}, poll_s=0.1)
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert came.wait(10)
    worker.stop()
    thread.join(10)
    assert heard == [row.event_id for row in rows(office, quick.id)]


def test_what_failed_is_sent_again_so_many_at_a_press_the_oldest_first(office, bob, monkeypatch):
    made = hooked(office, bob)
    with office.transaction() as db:
        for _ in range(3):
            actions.events.queue(db, [made.id], HookEvent(Topic.PING, ()), NOW)
        db.execute(update(HookDelivery).values(state=MessageDelivery.FAILED))
        monkeypatch.setattr(actions.redelivery, "RESENT", 3)
        assert actions.resend_failed(db, bob, NOW) == 3
    states = [row.state for row in rows(office, made.id)]
    assert states == [MessageDelivery.QUEUED] * 3 + [MessageDelivery.FAILED]


@pytest.mark.parametrize("words", ["http 410", "private"])
def test_a_webhook_that_is_gone_is_off_and_its_administrators_told(office, bob, words):
    with office.transaction() as db:
        db.get_one(User, 2).role = Role.ADMINISTRATOR
    made = hooked(office, bob)
    assert turn(office, refusing(words)) == (0, 1)
    with office.transaction() as db:
        (hook,) = list_hooks(db, bob)
        assert (hook.state, hook.off_reason) == (HookState.OFF, words)
        (event,) = db.scalars(select(NoticeEvent))
        assert (event.kind, event.site, event.params) == (
            NotificationKind.CHANNEL_OFF,
            "Supervision",
            {"error": words},
        )
        assert db.scalars(select(Notice.user_id)).all() == [2]
        actions.turn_on_hook(db, bob, made.id, NOW)
        (hook,) = list_hooks(db, bob)
        assert (hook.state, hook.off_reason) == (HookState.ON, "")
    assert turn(office, taking) == (1, 0)


def test_after_days_without_an_answer_it_is_off(office, bob):
    made, now = hooked(office, bob), NOW
    for _ in range(20):
        turn(office, refusing("http 404"), now)
        (row,) = rows(office, made.id)
        if row.state is MessageDelivery.FAILED:
            break
        now = row.next_attempt_at
    assert now - NOW > timedelta(days=2)
    with office.transaction() as db:
        (hook,) = list_hooks(db, bob)
    assert (hook.state, hook.off_reason) == (HookState.OFF, "http 404")


def test_what_waits_for_a_webhook_turned_off_is_kept_to_be_sent_again(office, bob):
    made = hooked(office, bob)
    with office.transaction() as db:
        actions.turn_off_hook(db, bob, made.id, NOW)
        journal = get_journal(db, bob)
        assert (journal.failed, journal.stopped) == (0, 1)  # nothing to press while it is off
        actions.turn_on_hook(db, bob, made.id, NOW)
        assert get_journal(db, bob).failed == 1
        assert actions.resend_failed(db, bob, NOW) == 1
        assert actions.resend_failed(db, bob, NOW) == 0
    assert turn(office, taking) == (2, 0)


def test_a_trial_that_waits_after_a_failure_leaves_when_it_is_asked_for(office, bob):
    made, later = hooked(office, bob), NOW + timedelta(seconds=30)
    turn(office, refusing("http 500"))
    with office.transaction() as db:
        actions.ping_hook(db, bob, made.id, later)
    (ping,) = [row for row in rows(office, made.id) if row.topic is Topic.PING]
    assert (ping.next_attempt_at, ping.resent_at, ping.attempts) == (later, later, 0)
    assert turn(office, taking, later) == (1, 0)


def test_what_waits_after_a_failure_leaves_when_it_is_asked_for(office, bob):
    made, later = hooked(office, bob), NOW + timedelta(seconds=30)
    (row,) = rows(office, made.id)
    with office.transaction() as db:
        assert not get_journal(db, bob).rows[0].resendable  # it is to leave already
        actions.resend(db, bob, row.id, NOW)
    turn(office, refusing("http 500"))
    assert turn(office, taking, later) == (0, 0)
    with office.transaction() as db:
        assert (get_journal(db, bob).rows[0].resendable, get_journal(db, bob).failed) == (True, 0)
        assert actions.resend_failed(db, bob, later) == 0  # it counts what failed alone
        actions.resend(db, bob, row.id, later)
        actions.resend(db, bob, row.id, later + timedelta(seconds=1))
    assert turn(office, taking, later) == (1, 0)
    (row,) = rows(office, made.id)
    assert (row.state, row.resent_at) == (MessageDelivery.SENT, later)


def test_a_delivery_in_hand_when_its_webhook_is_removed_is_tried_no_more(office, bob):
    made = hooked(office, bob)

    def deliver(_parcel, _at):
        with office.transaction() as db:
            actions.remove_hook(db, bob, made.id, NOW)
        raise Unanswered("http 503")

    assert turn(office, deliver) == (0, 1)
    (row,) = rows(office, made.id)
    assert row.state is MessageDelivery.FAILED


def test_it_is_sent_again_under_the_same_number(office, bob):
    made, seen = hooked(office, bob), []
    turn(office, lambda parcel, _at: seen.append((parcel.id, parcel.data)))
    (row,) = rows(office, made.id)
    with office.transaction() as db:
        actions.resend(db, bob, row.id, NOW)
        actions.resend(db, bob, row.id, NOW)  # a second press sends it once
    turn(office, lambda parcel, _at: seen.append((parcel.id, parcel.data)))
    assert seen[0] == seen[1]
    assert len(seen) == 2
    (row,) = rows(office, made.id)
    assert (row.state, row.resent_at, row.attempts) == (MessageDelivery.SENT, NOW, 1)


def test_what_a_crash_left_in_hand_goes_again(office, bob):
    made = hooked(office, bob)

    class Killed(BaseException):
        pass

    def die(_parcel, _at):
        raise Killed

    with pytest.raises(Killed):
        turn(office, die)
    assert turn(office, taking) == (0, 0), "whoever has it may be alive"
    assert turn(office, taking, NOW + timedelta(minutes=2)) == (1, 0)
    assert [row.state for row in rows(office, made.id)] == [MessageDelivery.SENT]


def test_kills_between_deliveries_do_not_give_up_those_that_remain(office, bob):
    """Each process sends a delivery, and is killed in the next one."""
    kills = 9
    made = hooked(office, bob)
    with office.transaction() as db:
        for _ in range(kills):
            actions.events.queue(db, [made.id], HookEvent(Topic.PING, ()), NOW)

    class Killed(BaseException):
        pass

    posted = []

    def die_at_the_second(parcel, _at):
        if posted and posted[-1] != "killed":
            posted.append("killed")
            raise Killed
        posted.append(parcel.id)

    for number in range(kills):
        with pytest.raises(Killed):
            turn(office, die_at_the_second, NOW + number * timedelta(minutes=2))
    turn(office, taking, NOW + kills * timedelta(minutes=2))
    assert {row.state for row in rows(office, made.id)} == {MessageDelivery.SENT}


def test_what_a_process_sent_after_it_lost_its_lease_is_sent_by_the_next(office, bob):
    made = hooked(office, bob)

    def lose(_parcel, at):
        with office.transaction() as db:
            queue.release_stuck(db, at + timedelta(days=1))

    turn(office, lose)
    assert [row.state for row in rows(office, made.id)] == [MessageDelivery.QUEUED]


def test_a_webhook_is_sent_for_a_while_then_others_have_their_turn(office, bob, monkeypatch):
    made = hooked(office, bob)
    with office.transaction() as db:
        actions.events.queue(db, [made.id], HookEvent(Topic.PING, ()), NOW)
    monkeypatch.setattr(job, "SLICE_S", 0.0)
    left = []

    def deliver(parcel, _at):
        left.append(parcel)
        monkeypatch.setattr(job, "SLICE_S", 20.0)

    handler = job.webhook_handler(KEY, deliver)
    with office.transaction() as db:
        (item,) = queue.claim(db, "webhooks", Lease("test", 60), NOW)
    context = WorkContext(office, lambda: NOW, lambda: False)
    assert handler.run(item, context) == Continuation(Progress({}))
    monkeypatch.setattr(job, "SLICE_S", 20.0)
    assert handler.run(item, context) == Success()
    assert len(left) == 2


def test_another_key_opens_nothing_and_loses_nothing(office, bob):
    made = hooked(office, bob)
    assert turn(office, taking, key=b"x" * 32) == (0, 0)
    (row,) = rows(office, made.id)
    assert (row.state, row.error) == (MessageDelivery.QUEUED, "InvalidToken")


def test_nothing_secret_is_in_a_row_or_in_a_representation(office, bob):
    made = hooked(office, bob)
    with office.transaction() as db:
        hook = db.get_one(Hook, made.id)
        kept = f"{hook.target} {hook.sealed_url} {hook.sealed_secret}"
        sending = actions.find_next(db, made.id, NOW)
    for secret in (made.secret, "jeton=secret"):
        assert secret not in kept
        assert secret not in repr(made)
        assert secret not in repr(sending)
    assert hook.target == "https://hooks.thermia.example/…"
    assert URL not in kept
