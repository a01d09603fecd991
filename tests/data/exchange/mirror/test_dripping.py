"""Whoever drips octet by octet, wherever in an answer, is given up in time."""

import itertools
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from data.exchange.mirror.channels import deadline_socket
from data.exchange.mirror.channels.http_call import CallLimits
from data.exchange.mirror.types import Enclosed, UpstreamDown
from tests.data.exchange.mirror.distributor import address_of, upstream_of

pytestmark = pytest.mark.alike
SOON = CallLimits(connect=0.4, silence=0.3, total_s=0.8)
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LINE = b'{"code_statut_traitement": "0000000000"}'
DRIPS = {
    "status": (b"", b"HTTP"),
    "header": (OK + b"X-Long: ", b"a"),
    "headers": (OK, b"X: y\r\n"),
    "continues": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "size of a chunk": (CHUNKED, b"0"),
    "body": (OK + b"Content-Length: 99999\r\n\r\n", b" "),
    "trailers": (CHUNKED + b"%x\r\n%s\r\n0\r\n" % (len(LINE), LINE), b"X: y\r\n"),
}


@contextmanager
def server(answer) -> Iterator[str]:
    """*answer* speaks to each who connects, over the bare socket."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            with suppress(OSError):
                while True:
                    met, _who = listening.accept()
                    threading.Thread(target=speak, args=(met,), daemon=True).start()

        def speak(met):
            with suppress(OSError), met:
                answer(met)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def dripping(begins: bytes, drop: bytes):
    def answer(met):
        met.recv(65_536)
        met.sendall(begins)
        for sign in itertools.cycle(drop):
            met.sendall(bytes([sign]))
            time.sleep(0.01)

    return answer


def asked_of(braving, hostile, **address):
    upstream = upstream_of(braving, address_of(hostile.root, **address))
    upstream.within(SOON)
    return upstream


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)
@pytest.mark.parametrize("where", ["base", "token"])
@pytest.mark.sampled
def test_a_drip_is_given_up_wherever_it_comes(braving, hostile, drip, where):
    with server(dripping(*drip)) as root:
        upstream = asked_of(braving, hostile, **{where: root})
        began = time.monotonic()
        with pytest.raises(UpstreamDown) as down:
            list(upstream.rights())
        took = time.monotonic() - began
    assert down.value.message == deadline_socket.ENDLESS
    assert down.value.reached is (where == "base")
    assert took < 3


def test_a_drip_behind_a_proxy_is_given_up_too(braving, hostile, monkeypatch):
    list(asked_of(braving, hostile).rights())  # there is a token
    with server(dripping(*DRIPS["headers"])) as root:
        monkeypatch.setenv("http_proxy", root)
        with pytest.raises(UpstreamDown) as down:
            list(asked_of(braving, hostile).rights())
    assert down.value.message == deadline_socket.ENDLESS


def test_who_says_nothing_is_silent_not_endless(braving, hostile):
    with server(lambda _met: time.sleep(1)) as root, pytest.raises(UpstreamDown) as down:
        list(asked_of(braving, hostile, base=root).rights())
    assert down.value.message != deadline_socket.ENDLESS


def test_who_reads_slowly_is_waited_for_longer_than_to_connect(braving, hostile):
    """All pieces of a proof leave within one timeout of a socket."""
    pieces = [Enclosed(f"{at}.pdf", "application/pdf", b"%PDF" * 4_000_000) for at in range(3)]

    def slow(met):
        time.sleep(2 * SOON.connect)
        size = 0
        while size < 48_000_000:
            size += len(met.recv(1 << 20))
        met.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(LINE) + LINE)

    with server(slow) as root:
        upstream = asked_of(braving, hostile, base=root)
        upstream.within(CallLimits(connect=SOON.connect, silence=5, total_s=20))
        assert upstream.prove("a", pieces).is_accepted


def test_who_reads_nothing_is_given_up(braving, hostile):
    pieces = [Enclosed("a.pdf", "application/pdf", b"%PDF" * 8_000_000)]
    with server(lambda _met: time.sleep(5)) as root:
        began = time.monotonic()
        with pytest.raises(UpstreamDown):
            asked_of(braving, hostile, base=root).prove("a", pieces)
        assert time.monotonic() - began < 3


def test_time_that_is_over_before_anything_left_is_told(braving, hostile):
    upstream = asked_of(braving, hostile)
    list(upstream.rights())
    hostile.asked.clear()
    upstream.within(CallLimits(total_s=-1))
    with pytest.raises(UpstreamDown) as down:
        list(upstream.rights())
    assert (down.value.message, hostile.asked) == (deadline_socket.ENDLESS, [])
