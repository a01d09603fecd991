"""Buffer a request without a thread until it is whole, then read its body at a pace."""

import re
import socket
import time
from typing import Any

MOST_HEAD = 96 * 1024  # octets of a head; what is longer is for the parser to refuse
MOST_BODY = 64 * 1024  # octets of a body held with its head; a longer one is read by a thread
PIECE = 64 * 1024  # octets asked of a connection at a time
SECONDS = 20.0  # given to a head, and to the body held with it
GRACE = 10.0  # seconds that a longer body may stop for
SLOWEST = 10_000  # octets a second that it must come at, the grace aside
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_UNSURE = re.compile(rb"^(?:transfer-encoding|expect)[ \t]*:", re.IGNORECASE | re.MULTILINE)


class RequestBuffer:
    """What has come of one request. It only says when a thread is needed: gunicorn parses it."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = bytearray(content)
        self.deadline = time.monotonic() + SECONDS
        self._searched = 0
        self._whole: int | None = None  # octets of the whole request, once its head is there
        self.is_long = False
        self._look()

    @property
    def is_ready(self) -> bool:
        """Whether a thread can take it: whole, or too long to be held."""
        if self.is_long:
            return True
        return self._whole is not None and len(self.content) >= self._whole

    @property
    def head(self) -> bytes:
        """The lines of the head, or what has come of it."""
        return bytes(self.content[: self.content.find(_END) % (len(self.content) + 1)])

    @property
    def is_empty(self) -> bool:
        return not self.content

    def add(self, piece: bytes) -> None:
        self.content += piece
        self._look()

    def _look(self) -> None:
        """Find the end of the head, and how much must follow it."""
        if self._whole is not None or self.is_long:
            return
        at = self.content.find(_END, max(0, self._searched - len(_END)))
        self._searched = len(self.content)
        if at < 0:
            self.is_long = len(self.content) > MOST_HEAD
            return
        head = bytes(self.content[: at + 2])
        lengths = _LENGTH.findall(head)
        body = int(lengths[0]) if lengths else 0
        self._whole = at + len(_END) + body
        # A body of unknown length, or that waits for a word of ours, is read by a thread.
        self.is_long = body > MOST_BODY or len(lengths) > 1 or _UNSURE.search(head) is not None


class PacedSocket:
    """The connection as a thread reads a body from it: too slow a sender is left."""

    def __init__(self, connection: socket.socket, held: int) -> None:
        self._connection = connection
        self._began = time.monotonic()
        self._received = held

    def recv(self, most: int) -> bytes:
        """Raises TimeoutError, as a socket does, when too little has come by now."""
        allowed = self._began + GRACE + self._received / SLOWEST
        remaining_s = allowed - time.monotonic()
        if remaining_s <= 0:
            raise TimeoutError
        patience = self._connection.gettimeout()
        self._connection.settimeout(min(remaining_s, GRACE if patience is None else patience))
        try:
            piece = self._connection.recv(most)
        finally:
            self._connection.settimeout(patience)
        self._received += len(piece)
        return piece

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever a socket has)
        return getattr(self._connection, name)
