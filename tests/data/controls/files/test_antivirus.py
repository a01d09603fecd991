"""The antivirus asked over a real socket, by a daemon that speaks as clamd does."""

import socket
import threading
from contextlib import contextmanager

import pytest

from core.errors import Invalid, Unavailable
from data.controls.files.antivirus import screening
from data.controls.files.piece_check import TYPE_CODE
from tests.data.controls.files.hostile import EICAR
from tests.data.controls.files.pieces import pdf, png

MOST = 1_000_000  # octets of a stream that this daemon takes (StreamMaxLength)


def _exactly(link, size):
    said = b""
    while len(said) < size:
        more = link.recv(size - len(said))
        if not more:
            raise ConnectionError
        said += more
    return said


def _stream(link):
    """The octets of one INSTREAM, its framing checked; None past `MOST`."""
    assert _exactly(link, 10) == b"zINSTREAM\0"
    content = b""
    while size := int.from_bytes(_exactly(link, 4), "big"):
        content += _exactly(link, size)
        if len(content) > MOST:
            return None
    return content


def _verdict(content):
    if content is None:
        return b"INSTREAM size limit exceeded. ERROR\0"
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


def _clamd(link):
    link.sendall(_verdict(_stream(link)))


def _by_halves(link):
    said = _verdict(_stream(link))
    for sign in said:
        link.sendall(bytes([sign]))


def _mute(link):
    _stream(link)


def _rude(link):
    link.recv(1)


def _mad(link):
    _stream(link)
    link.sendall(b"stream: OK then\0")


def _endless(link):
    _stream(link)
    while True:
        link.sendall(b"a" * 4096)


def _silent(link):
    _stream(link)
    link.recv(1)  # until the other side has had enough


def _slow(link):
    """A sign now and then, each in time: an answer that would never be whole."""
    _stream(link)
    while True:
        link.sendall(b"s")
        threading.Event().wait(0.02)


@contextmanager
def daemon(family, place, manner=_clamd):
    server = socket.socket(family, socket.SOCK_STREAM)
    server.bind(place)
    server.listen()

    def serve():
        while True:
            try:
                link, _address = server.accept()
            except OSError:
                return
            with link:
                try:
                    manner(link)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


@pytest.fixture(params=["unix", "tcp"])
def at(request, tmp_path):
    """Start a daemon of a manner, and say the address to ask it at."""
    if request.param == "unix":
        path = str(tmp_path / "clamd.ctl")
        return lambda manner: _told(socket.AF_UNIX, path, manner, lambda _name: f"unix:{path}")
    return lambda manner: _told(
        socket.AF_INET, ("127.0.0.1", 0), manner, lambda name: f"tcp://127.0.0.1:{name[1]}"
    )


@contextmanager
def _told(family, place, manner, address):
    with daemon(family, place, manner) as name:
        yield address(name)


@pytest.mark.parametrize("manner", [_clamd, _by_halves])
def test_what_is_clean_passes(at, manner):
    with at(manner) as url:
        screen = screening(url)
        screen("mandat.pdf", pdf())
        screen("vaste.pdf", bytes(300_000))  # in several pieces
        screen("vide.pdf", b"")


def test_a_virus_is_refused(at):
    with at(_clamd) as url, pytest.raises(Invalid) as refused:
        screening(url)("mandat.pdf", png() + EICAR)
    assert "mandat.pdf\u00a0» contient un virus" in str(refused.value)
    assert refused.value.params["code"] == TYPE_CODE


@pytest.mark.parametrize("manner", [_mute, _rude, _mad, _endless, _silent, _slow])
def test_whatever_says_neither_yes_nor_no_refuses_for_now(at, manner):
    with at(manner) as url, pytest.raises(Unavailable, match="rien n’est perdu"):
        screening(url, seconds=0.5)("mandat.pdf", pdf())


def test_a_stream_too_long_for_it_is_no_yes(at):
    with at(_clamd) as url, pytest.raises(Unavailable):
        screening(url, seconds=5)("mandat.pdf", bytes(MOST + 1))


def test_a_daemon_that_is_down_refuses_for_now(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for url in (f"tcp://127.0.0.1:{port}", f"unix:{tmp_path / 'nothing'}"):
        with pytest.raises(Unavailable) as refused:
            screening(url)("mandat.pdf", pdf())
        assert refused.value.status == 503


def test_without_an_address_nothing_is_asked():
    screening("")("mandat.pdf", EICAR)


@pytest.mark.parametrize("url", ["http://127.0.0.1:3310", "unix:", "tcp://", "clamd.ctl"])
def test_an_address_that_is_none_is_said_at_once(url):
    with pytest.raises(ValueError, match=url):
        screening(url)
