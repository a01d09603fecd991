"""A user's own channel is given so much time and memory, and holds nobody else up."""

import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from core.errors import Invalid
from core.worker import QueueWorker
from data.notifications import actions, queries
from data.notifications.channels import ChannelRefused, by_apprise, outcome_of, send_with_deadline
from data.notifications.channels.errors import Unanswered
from data.notifications.channels.subprocess_send import _surroundings
from data.notifications.types import (
    ChannelKind,
    ChannelMessage,
    MessageDelivery,
    NotificationKind,
    SendOutcome,
)
from jobs.commands.worker import POOLS
from jobs.notifications import gather, notification_handlers
from tests.data.notifications.test_channels import listening
from tests.data.notifications.told import LATER, Office
from tests.factories import NOW, make_people
from tests.queue_work import send_messages

# As the portal's own program, but for a server of this machine.
_HERE = (
    sys.executable,
    "-c",
    "from data.notifications.channels.subprocess_send import serve; serve(lambda _address: True)",
)


def parcel(url):
    return ChannelMessage(
        url, "", "n1@tilleuls.example", "Titre", "Une phrase.", {"type": "notices"}
    )


def handed_over(url, seconds=20.0, program=_HERE):
    send_with_deadline(ChannelKind.APPRISE, seconds=seconds, program=program)(parcel(url), NOW)


@contextmanager
def answering(*pieces, pause=0.0, times=1):
    """A server that reads a request, then says *pieces*, the last of them *times* over."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def answer():
        try:
            connection, _address = server.accept()
        except OSError:  # nobody asked
            return
        with connection:
            connection.recv(10_000)
            try:
                for piece in (*pieces[:-1], *[pieces[-1]] * times):
                    connection.sendall(piece)
                    if over.wait(pause):
                        return
            except OSError:
                over.set()  # whoever asked is gone

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield server.getsockname()[1], over
    finally:
        over.set()
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)  # it may still wait for somebody who never asks
        thread.join()
        server.close()


def test_it_delivers_from_a_process_of_its_own():
    with listening() as (port, asked):
        handed_over(f"json://127.0.0.1:{port}/x")
    assert b"Une phrase." in asked[0][2]


def test_what_the_other_side_says_is_told_as_if_said_here():
    with listening(status=500) as (port, _asked), pytest.raises(OSError, match="taken") as caught:
        handed_over(f"json://127.0.0.1:{port}/x")
    assert outcome_of(caught.value) == (SendOutcome.LATER, "not taken")
    with pytest.raises(ChannelRefused, match="unknown service") as refused:
        handed_over("nosuch://x")
    assert outcome_of(refused.value) == (SendOutcome.GONE, "unknown service")


@pytest.mark.parametrize("way", [ChannelKind.WEBHOOK, ChannelKind.APPRISE])
def test_the_portals_own_program_goes_nowhere_inside(way):
    url = {ChannelKind.WEBHOOK: "https://127.0.0.1/", ChannelKind.APPRISE: "json://127.0.0.1/"}[way]
    with pytest.raises(ChannelRefused, match="private") as caught:
        send_with_deadline(way)(parcel(url), NOW)
    assert outcome_of(caught.value) == (SendOutcome.GONE, "private")


def test_a_server_that_drips_is_left_at_its_time():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"
    with answering(head, b"x", pause=0.1, times=600) as (port, over):
        begun = time.monotonic()
        with pytest.raises(OSError, match="too long") as caught:
            handed_over(f"json://127.0.0.1:{port}/x", seconds=3.0)
        assert time.monotonic() - begun < 10
        assert over.wait(5)  # killed: nothing listens to the server any more
    assert outcome_of(caught.value) == (SendOutcome.LATER, "too long")


def test_an_answer_without_end_is_not_kept():
    size, piece = 600_000_000, b"x" * 1_000_000
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode()
    with answering(head, piece, times=600) as (port, _over), pytest.raises(OSError) as caught:  # noqa: PT011
        handed_over(f"json://127.0.0.1:{port}/x")
    assert outcome_of(caught.value) in {
        (SendOutcome.LATER, "MemoryError"),
        (SendOutcome.LATER, "not taken"),
    }


def test_a_program_that_breaks_off_is_a_failed_try():
    with pytest.raises(OSError, match="broken off") as caught:
        handed_over("json://a.example/", program=(sys.executable, "-c", "raise SystemExit(1)"))
    assert outcome_of(caught.value) == (SendOutcome.LATER, "broken off")


def test_it_is_given_none_of_the_portals_keys():
    assert _surroundings({"PORTAL_SECRET_KEY": "x", "PATH": "/bin"}) == {"PATH": "/bin"}


@pytest.mark.parametrize(
    "option", ["rto=86400", "CTO=9", "retry=9", "wait=9", "verify=no", "redirect=yes", "%72to=9"]
)
def test_an_address_does_not_settle_what_is_ours(option):
    with pytest.raises(ChannelRefused, match="unknown service"):
        by_apprise(parcel(f"json://a.example/?a=b&{option}"), NOW)


@pytest.fixture
def channels(database, alice):
    """The office, and a webhook and an Apprise address of Alice's, each with a message waiting."""
    office = Office(database)
    with database.transaction() as db:
        make_people(db)
        actions.add_webhook(db, alice, "", "https://hook.example/", key=b"k" * 32, now=NOW)
        actions.add_apprise(db, alice, "", "discord://a/b", key=b"k" * 32, now=NOW)
    return office


class TestTheTurn:
    def test_one_that_is_slow_does_not_hold_up_another(self, database, channels):
        reached = threading.Event()

        def slow(_parcel, _at):
            assert reached.wait(20)  # until the other one was delivered, while this one waits

        ways = replace(channels.ways, webhook=slow, apprise=lambda _parcel, _at: reached.set())
        gather(database, LATER)
        handlers = {handler.kind.name: handler for handler in notification_handlers(lambda: ways)}
        worker = QueueWorker(database, handlers, POOLS, lambda: LATER)
        thread = threading.Thread(target=worker.run)
        thread.start()
        try:
            assert reached.wait(20)
        finally:
            worker.stop()
            thread.join()

    def test_no_mail_waits_for_them(self, database, channels):
        def never(_parcel, _at):
            raise AssertionError

        ways = replace(channels.ways, webhook=never, apprise=never)
        with database.transaction() as db:
            actions.queue(db, 1, NotificationKind.PASSWORD_CHANGED, NOW)
        assert send_messages(database, ways, LATER, channels=False) == (1, 0)

    def test_out_of_time_is_a_failed_try(self, database, alice, channels):
        def late(_parcel, _at):
            raise Unanswered("too long")

        ways = replace(channels.ways, webhook=late)
        assert send_messages(database, ways, LATER, mails=False) == (1, 1)
        with database.reading() as db:
            rows = queries.list_deliveries(db, alice)
        failed = next(row for row in rows if row.channel is ChannelKind.WEBHOOK)
        assert (failed.state, failed.attempts, failed.error) == (
            MessageDelivery.QUEUED,
            1,
            "too long",
        )

    def test_an_address_that_settles_what_is_ours_is_refused_with_a_sentence(self, db, alice):
        with pytest.raises(Invalid, match="rto"):
            actions.add_apprise(
                db, alice, "", "json://a.example/?rto=86400", key=b"k" * 32, now=NOW
            )
