"""Scan pieces with ClamAV over its socket (INSTREAM); only clean ones are accepted.

The existing packages are abandoned, or GPL-2.0 only, which the portal's licence does not allow.
"""

import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from core.errors import Invalid, Unavailable
from core.i18n import N_
from data.controls.files.piece_check import TYPE_CODE

SECONDS = 30.0  # for the whole exchange; clamd reloads its signatures now and then
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096
_PORT = 3310

Screening = Callable[[str, bytes], None]


def screening(url: str, *, seconds: float = SECONDS) -> Screening:
    """Return a function that scans a piece (name, bytes) with the daemon at `url`.

    "" scans nothing. `url` is `unix:/run/clamav/clamd.ctl` or `tcp://host:3310`; raise ValueError
    otherwise. The function raises Invalid (`name`, `code`) for a virus, and Unavailable when the
    daemon gives no answer, so that the deposit can be retried.
    """
    if not url:
        return lambda _name, _content: None
    connect = _connecting(url, seconds)

    def screen(name: str, content: bytes) -> None:
        try:
            answer = _answer(connect, content, time.monotonic() + seconds)
        except OSError:
            answer = ""
        _judge(name, answer)

    return screen


def _connecting(url: str, seconds: float) -> Callable[[], socket.socket]:
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path:
        return lambda: _unix(parts.path, seconds)
    if parts.scheme == "tcp" and parts.hostname:
        place = (parts.hostname, parts.port or _PORT)
        return lambda: socket.create_connection(place, timeout=seconds)
    raise ValueError(url)


def _unix(path: str, seconds: float) -> socket.socket:
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(seconds)
    try:
        link.connect(path)
    except OSError:
        link.close()
        raise
    return link


def _answer(connect: Callable[[], socket.socket], content: bytes, until: float) -> str:
    """Return the daemon's answer: `stream: OK`, `stream: <name> FOUND`, `… ERROR`.

    Raise TimeoutError past `until`, even if it still makes progress.
    """
    with connect() as link:
        link.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), _PIECE):
            piece = content[at : at + _PIECE]
            link.settimeout(_seconds_left(until))
            link.sendall(len(piece).to_bytes(4, "big") + piece)
        link.sendall(bytes(4))
        answer = b""
        while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
            link.settimeout(_seconds_left(until))
            more = link.recv(_LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _seconds_left(until: float) -> float:
    remaining_s = until - time.monotonic()
    if remaining_s <= 0:
        raise TimeoutError
    return remaining_s


def _judge(name: str, answer: str) -> None:
    if answer == "stream: OK":
        return
    if answer.endswith(" FOUND"):
        raise Invalid(
            N_("« {name} » contient un virus : il n’a pas été gardé."), name=name, code=TYPE_CODE
        )
    raise Unavailable(
        N_(
            "L’antivirus ne répond pas : « {name} » n’a pas été gardé, rien n’est perdu. Réessayez"
            " dans quelques minutes."
        ),
        name=name,
    )
