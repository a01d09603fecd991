"""The web server under requests sent by halves, slow bodies and clients that do not hang up."""

import hashlib
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from jobs import request_buffer, response_buffer
from jobs.fair_queue import NEW_S, RECENT_S, FairQueue, Place
from jobs.request_buffer import GRACE, MOST_BODY, MOST_HEAD, PacedSocket, RequestBuffer
from jobs.request_sender import busy_answer, sender_of
from jobs.response_buffer import MOST_HELD, PARKED_GRACE, ResponseSocket
from jobs.serve import Listening, _options
from jobs.web import MOST_WAITING
from tests.jobs.plain_app import LARGE
from tests.journeys.portal import free_port

ROOT = Path(__file__).parent.parent.parent
HALVES = 64
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
COOKIE = b"Cookie: session=payload.when.signature\r\n\r\n"


def post(size, *more):
    lines = [b"POST / HTTP/1.1", b"Host: x", b"Content-Length: %d" % size, *more, b"", b""]
    return b"\r\n".join(lines)


@pytest.fixture(scope="module")
def server():
    """The portal's worker as `make run` starts it, in front of a small application."""
    where = Listening("127.0.0.1", free_port(), workers=2, threads=4)
    options = [word for word in _options(where) if not word.startswith("--pythonpath")]
    command = [sys.executable, "-m", "jobs.web_server", *options, f"--pythonpath={ROOT}"]
    process = subprocess.Popen([*command, "tests.jobs.plain_app:create_server()"], cwd=ROOT)
    for _try in range(300):
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", where.port)):
                break
        time.sleep(0.1)
    yield where.port, process
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def connected(stack, port, content):
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), 10))
    connection.sendall(content)
    return connection


def asked(port, path="/", body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST" if body else "GET", path, body, headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    return answer.status, said


def quick_probes(port):
    """How many of five requests wait for no half of another: those hold on for twice as long."""
    quick = 0
    for _probe in range(5):
        began = time.monotonic()
        status, _said = asked(port)
        quick += status == 200 and time.monotonic() - began < GRACE / 2
    return quick


HALF = {
    "heads": HEAD[:-4],
    "bodies": post(1000) + b"a" * 10,
    "long bodies": post(10 * MOST_BODY) + b"a" * 10,
    "chunked bodies": post(0, b"Transfer-Encoding: chunked").replace(
        b"Content-Length: 0\r\n", b""
    ) + b"5\r\nab",
    "heads after a request": HEAD + HEAD[:-4],
    "nothing": b"",
    "no goodbye": HEAD.replace(b"Host: x", b"Host: x\r\nConnection: close"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("half", HALF)
def test_requests_sent_by_halves_leave_the_threads_to_others(server, half):
    port, _process = server
    with ExitStack() as stack:
        for _one in range(HALVES):
            connected(stack, port, HALF[half])
        assert quick_probes(port) == 5


@pytest.mark.slow
def test_requests_in_pieces_long_bodies_and_streams_are_whole(server):
    port, _process = server
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        for piece in (HEAD[:5], HEAD[5:-1], HEAD[-1:]):
            connection.sendall(piece)
            time.sleep(0.05)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    body = os.urandom(3_000_000)
    wanted = hashlib.sha256(body).hexdigest().encode()
    status, said = asked(port, body=body, **{"X-Forwarded-For": "192.0.2.1"})
    assert (status, said) == (200, b"/ 192.0.2.1 " + wanted)
    status, said = asked(port, "/stream")
    assert (status, len(said)) == (200, 5_000_000)


@pytest.mark.slow
def test_long_bodies_past_those_that_may_wait_are_told_so(server):
    port, _process = server
    with ExitStack() as stack:
        ours = [
            connected(stack, port, post(10 * MOST_BODY)) for _one in range(2 * MOST_WAITING + 9)
        ]
        told = [one for one in ours if select.select([one], [], [], 0.01)[0]]
        assert told
        assert all(one.recv(100).startswith(b"HTTP/1.1 503") for one in told)
        assert quick_probes(port) == 5


@pytest.mark.slow
def test_long_bodies_that_come_slowly_leave_a_thread_to_those_of_others(server):
    port, _process = server
    slow = post(10 * MOST_BODY, COOKIE[:-4]) + b"a" * MOST_BODY
    with ExitStack() as stack:
        for _one in range(16):
            connected(stack, port, slow)
        began = time.monotonic()
        status, _said = asked(port, body=b"b" * (2 * MOST_BODY))
        assert (status, time.monotonic() - began < GRACE / 2) == (200, True)


@pytest.mark.slow
def test_many_slow_requests_of_one_person_leave_threads_to_others(server):
    port, _process = server
    greedy = HEAD.replace(b"GET / ", b"GET /slow ").replace(b"x\r\n\r\n", b"x\r\n" + COOKIE)
    with ExitStack() as stack:
        ours = [connected(stack, port, greedy) for _one in range(16)]
        time.sleep(0.1)
        assert quick_probes(port) == 5
        assert ours[0].recv(100).startswith(b"HTTP/1.1 200")
        ours += [connected(stack, port, greedy) for _one in range(2 * MOST_WAITING)]
        told = [one for one in ours[16:] if select.select([one], [], [], 0.01)[0]]
        assert told
        page = told[-1].recv(4000).decode()
        assert page.startswith("HTTP/1.1 503")
        assert "Retry-After: 3" in page
        assert '<meta http-equiv="refresh" content="3">' in page
        assert quick_probes(port) == 5


@pytest.mark.slow
@pytest.mark.parametrize("path", [b"/large", b"/file"])
def test_clients_that_do_not_read_leave_the_threads_to_others(server, path):
    port, _process = server
    with ExitStack() as stack:
        ours = []
        for number in range(16):
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.bind((f"127.0.0.{2 + number % 8}", 0))  # of eight senders
            one.connect(("127.0.0.1", port))
            one.sendall(HEAD.replace(b"GET / ", b"GET %s " % path))
            ours.append(one)
        time.sleep(NEW_S + 0.5)  # one sender then has all of its share
        assert quick_probes(port) == 5


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/large", "/file"])
def test_an_answer_that_is_taken_slowly_is_whole(server, path):
    port, _process = server
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(HEAD.replace(b"GET / ", f"GET {path} ".encode()) + HEAD)
        answers = b""
        while not answers.endswith(hashlib.sha256().hexdigest().encode()):
            answers += connection.recv(300_000)
            time.sleep(0.002)
    assert answers.count(LARGE) == 1


@pytest.mark.slow
def test_a_connection_is_kept_and_takes_requests_sent_together(server):
    port, _process = server
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(post(3) + b"abc" + HEAD)
        answers = b""
        while answers.count(b"HTTP/1.1 200") < 2:
            answers += connection.recv(1000)
    assert hashlib.sha256(b"abc").hexdigest().encode() in answers


def test_a_client_that_takes_nothing_is_left(monkeypatch):
    monkeypatch.setattr(response_buffer, "GRACE", 0.05)
    ours, theirs = socket.socketpair()
    with theirs:
        answer = ResponseSocket(ours)
        answer.sendall(b"a" * 2 * MOST_HELD)
        with pytest.raises(BrokenPipeError):
            answer.sendall(b"b")
        answer.park()
        now = time.monotonic()
        assert not answer.is_late(now + PARKED_GRACE - 1)
        assert answer.is_late(now + PARKED_GRACE + 1)
        theirs.recv(100_000)
        assert not answer.flush()
        assert not answer.is_late(now + PARKED_GRACE + 1)
        answer.close()
        assert answer.is_empty


def test_a_file_cut_short_while_it_leaves_is_an_error(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a" * MOST_HELD)
    ours, theirs = socket.socketpair()
    with theirs, path.open("r+b") as file:
        answer = ResponseSocket(ours)
        answer.sendfile(file)
        assert not answer.is_empty
        file.truncate(1000)
        theirs.setblocking(False)
        with suppress(BlockingIOError):
            while theirs.recv(100_000):
                pass
        with pytest.raises(OSError, match="cut short"):
            answer.flush()
        answer.close()


def test_a_buffer_says_when_a_thread_is_needed():
    assert not RequestBuffer(HEAD[:-1]).is_ready
    request = RequestBuffer(HEAD[:-1])
    request.add(HEAD[-1:])
    assert (request.is_ready, request.is_long) == (True, False)
    request = RequestBuffer(post(3))
    assert (request.is_ready, request.is_empty) == (False, False)
    request.add(b"abc")
    assert (request.is_ready, request.is_long) == (True, False)
    assert RequestBuffer().is_empty
    for content in (
        post(MOST_BODY + 1),
        post(3, b"Content-Length: 4"),
        post(3, b"Expect: 100-continue"),
        post(0, b"transfer-encoding : chunked"),
        b"x" * (MOST_HEAD + 1),
    ):
        request = RequestBuffer(content)
        assert (request.is_ready, request.is_long) == (True, True), content[:60]


def test_a_body_that_comes_too_slowly_is_left(monkeypatch):
    monkeypatch.setattr(request_buffer, "GRACE", 0.05)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        paced = PacedSocket(ours, 0)
        theirs.sendall(b"abc")
        assert paced.recv(10) == b"abc"
        with pytest.raises(TimeoutError):
            paced.recv(10)
        with pytest.raises(TimeoutError):
            paced.recv(10)
        assert paced.fileno() == ours.fileno()


def take_all(queue, now):
    turns = []
    while (turn := queue.take(now)) is not None:
        turns.append(turn)
    return turns


def items(turns):
    return [turn.item for turn in turns]


def test_people_in_turn_have_one_new_item_each_and_no_more_than_a_share():
    queue = FairQueue(slots=4, share=2, most=3)
    a, b, c = Place("a"), Place("b"), Place("c")
    assert [queue.enqueue(a, f"a{number}") for number in range(4)] == [True, True, True, False]
    queue.enqueue(b, "b0")
    queue.enqueue(c, "c0")
    turns = take_all(queue, now=0)
    assert items(turns) == ["a0", "b0", "c0"]
    queue.done(turns[1], now=0.2)
    assert take_all(queue, now=NEW_S - 0.1) == []
    assert items(take_all(queue, now=NEW_S)) == ["a1"]  # a0 waits for a slow line
    assert take_all(queue, now=2 * NEW_S) == []
    queue.done(turns[0], now=2 * NEW_S)
    assert items(take_all(queue, now=2 * NEW_S)) == ["a2"]


def test_one_who_is_alone_has_the_share_until_somebody_comes_and_after_a_moment_again():
    queue = FairQueue(slots=4, share=2, most=9)
    a, b = Place("a"), Place("b")
    for number in range(6):
        queue.enqueue(a, f"a{number}")
    first, second = take_all(queue, now=0)
    queue.enqueue(b, "b0")
    [other] = take_all(queue, now=0)
    assert other.item == "b0"
    queue.done(other, now=0.1)
    queue.done(first, now=0.2)
    assert take_all(queue, now=0.2) == []  # b was here a moment ago
    queue.done(second, now=0.3)
    assert items(take_all(queue, now=0.3)) == ["a2"]
    queue.enqueue(b, "b1")
    [other] = take_all(queue, now=0.4)
    queue.done(other, now=0.5)
    assert items(take_all(queue, now=0.4 + NEW_S)) == ["a3"]
    assert take_all(queue, now=0.6 + RECENT_S) == []  # never more than the share


def test_one_sender_has_both_threads_as_soon_as_nobody_else_was_there_for_a_moment():
    queue = FairQueue(slots=4, share=2, most=9)
    a, b = Place("a"), Place("b")
    queue.enqueue(b, "b0")
    [other] = take_all(queue, now=0)
    queue.done(other, now=1)
    queue.enqueue(a, "a0")
    queue.enqueue(a, "a1")
    assert items(take_all(queue, now=0.9 + RECENT_S)) == ["a0"]
    assert items(take_all(queue, now=1 + RECENT_S)) == ["a1"]


def test_long_requests_take_half_of_the_threads_and_one_sender_one_of_them():
    queue = FairQueue(slots=4, share=2, most=9)
    for sender in ("slow", "slow", "slow", "other", "third"):
        queue.enqueue(Place(sender, is_long=True), sender)
    queue.enqueue(Place("slow"), "short")
    turns = take_all(queue, now=0)
    assert items(turns) == ["slow", "other", "short"]
    queue.done(turns[1], now=1)
    assert items(take_all(queue, now=1)) == ["third"]


def test_a_sender_is_its_session_and_the_address_that_a_believed_proxy_saw():
    def sender(*lines, proxies=0):
        head = "\r\n".join(["GET / HTTP/1.1", *lines, ""]).encode()
        return sender_of(head, peer="127.0.0.1", cookie="session", proxies=proxies)

    forwarded = "X-Forwarded-For: 198.51.100.1, 192.0.2.7"
    assert sender() == sender(forwarded) == ("", "127.0.0.1")
    assert sender(forwarded, proxies=1) == ("", "192.0.2.7")
    assert sender(forwarded, proxies=2) == ("", "198.51.100.1")
    assert sender(forwarded, proxies=3) == ("", "127.0.0.1")
    assert sender("Cookie: a=1; session=payload.when.signed") == ("payload", "127.0.0.1")
    assert sender("Cookie: session=.zipped.later.signed")[0] == ".zipped"
    assert sender("Cookie: __Host-session=payload.when.signed")[0] == ""


def test_a_program_is_told_when_to_ask_again_without_a_page():
    callback = b"POST / HTTP/1.1\r\nAccept: application/json\r\n\r\n"
    assert busy_answer(callback).endswith(b"Content-Length: 0\r\n\r\n")


def test_who_sent_a_form_is_told_to_send_it_again():
    form = b"POST / HTTP/1.1\r\nHost: x\r\nAccept: text/html,*/*\r\n\r\n"
    page = busy_answer(form).decode()
    assert "revenez en arrière et recommencez dans 3 secondes" in page
    assert "refresh" not in page
