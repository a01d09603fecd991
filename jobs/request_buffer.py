"""Buffer a request without a thread until it is complete, then read its body at a pace."""

import re
import socket
import time
from typing import Any

MOST_HEAD = 96 * 1024  # bytes of a head; the parser refuses longer ones
MOST_BODY = 64 * 1024  # bytes of a body held with its head; a thread reads a longer one
PIECE = 64 * 1024  # bytes read from a connection at a time
SECONDS = 20.0  # for a head, and the body held with it
GRACE = 10.0  # seconds that a longer body may pause
SLOWEST = 10_000  # bytes per second of a longer body, after the grace period
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_UNSURE = re.compile(rb"^(?:transfer-encoding|expect)[ \t]*:", re.IGNORECASE | re.MULTILINE)


class RequestBuffer:
    """The received part of one request; it only decides when a thread is needed."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = bytearray(content)
        self.deadline = time.monotonic() + SECONDS
        self._searched = 0
        self._whole: int | None = None  # bytes of the complete request, once its head has arrived
        self.is_long = False
        self._look()

    @property
    def is_ready(self) -> bool:
        """Return whether a thread can take it: complete, or too long to be held."""
        if self.is_long:
            return True
        return self._whole is not None and len(self.content) >= self._whole

    @property
    def head(self) -> bytes:
        """Return the lines of the head received so far."""
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
        # A thread reads a body of unknown length, or one that expects `100 Continue`.
        self.is_long = body > MOST_BODY or len(lengths) > 1 or _UNSURE.search(head) is not None


class PacedSocket:
    """The connection from which a thread reads a body; a sender that is too slow is dropped."""

    def __init__(self, connection: socket.socket, held: int) -> None:
        self._connection = connection
        self._began = time.monotonic()
        self._received = held

    def recv(self, most: int) -> bytes:
        """Return the next bytes; raise TimeoutError, like a socket, when the pace is too slow."""
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
