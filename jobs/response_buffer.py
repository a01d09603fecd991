"""Hold what a request's thread has written until the client takes it, without that thread."""

import errno
import os
import select
import socket
import time
from collections import deque
from typing import IO, Any

MOST_HELD = 4 * 1024 * 1024  # octets that wait before a thread waits with them
PIECE = 64 * 1024  # octets read from a file at a time
MOST_PIECES = 16  # sent before others have their turn
GRACE = 10.0  # seconds that a client may take nothing for while a thread waits
SLOWEST = 10_000  # octets a second that it must take then, the grace aside
PARKED_GRACE = 60.0  # the same once no thread waits
PARKED_SLOWEST = 1_000
_SLOW = "the client does not take its answer"
_CUT = "the file was cut short"


class _FilePart:
    """What is left to send of an open file."""

    def __init__(self, file: IO[bytes], offset: int, count: int | None) -> None:
        self._descriptor = os.dup(file.fileno())
        self._offset = offset
        size = os.fstat(self._descriptor).st_size - offset
        self.remaining = size if count is None else min(count, size)

    def read(self) -> bytes:
        return os.pread(self._descriptor, min(PIECE, self.remaining), self._offset)

    def skip(self, count: int) -> None:
        self._offset += count
        self.remaining -= count

    def close(self) -> None:
        os.close(self._descriptor)


class ResponseSocket:
    """A connection that takes answers at once and sends them as fast as its client reads.

    A thread waits only where more than `MOST_HELD` is left of what it wrote before: an answer in
    one piece, or a file, never keeps it. The main loop sends the rest (`flush`).
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._parts: deque[memoryview | _FilePart] = deque()
        self.held_octets = 0  # octets in memory
        self._sent = 0
        self._parked_at = time.monotonic()
        self._sent_before = 0

    @property
    def is_empty(self) -> bool:
        return not self._parts

    def sendall(self, data: bytes) -> None:
        """Send `data` or hold it; raise BrokenPipeError for a client too slow to wait for."""
        self._wait_for_room()
        if data:
            self._parts.append(memoryview(data))
            self.held_octets += len(data)
        self.flush()

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> None:
        """Send a file, or what is left of it later: it may be closed meanwhile."""
        part = _FilePart(file, offset, count)
        self._parts.append(part)
        if not part.remaining:
            self._drop_first()
        self.flush()

    def flush(self) -> bool:
        """Send what the client takes now, some pieces at most; return whether nothing is left.

        Raises OSError.
        """
        for _piece in range(MOST_PIECES):
            if not self._parts:
                break
            part = self._parts[0]
            data = part if isinstance(part, memoryview) else part.read()
            if not data:
                raise BrokenPipeError(errno.EPIPE, _CUT)
            try:
                count = self._connection.send(data, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return False
            self._sent += count
            self._advance(part, count)
        return self.is_empty

    def _advance(self, part: "memoryview | _FilePart", count: int) -> None:
        if isinstance(part, memoryview):
            self.held_octets -= count
            self._parts[0] = part[count:]
            is_over = count == len(part)
        else:
            part.skip(count)
            is_over = not part.remaining
        if is_over:
            self._drop_first()

    def _drop_first(self) -> None:
        part = self._parts.popleft()
        if isinstance(part, memoryview):
            self.held_octets -= len(part)
        else:
            part.close()

    def _wait_for_room(self) -> None:
        began, sent_before = time.monotonic(), self._sent
        while self.held_octets > MOST_HELD:
            deadline = began + GRACE + (self._sent - sent_before) / SLOWEST
            remaining_s = deadline - time.monotonic()
            waiting = select.poll()
            waiting.register(self._connection, select.POLLOUT)
            if remaining_s <= 0 or not waiting.poll(remaining_s * 1000):
                raise BrokenPipeError(errno.EPIPE, _SLOW)
            self.flush()

    def park(self) -> None:
        """Begin to wait without a thread."""
        self._parked_at, self._sent_before = time.monotonic(), self._sent

    def is_late(self, now: float) -> bool:
        """Whether the client takes too little of what is parked."""
        taken = self._sent - self._sent_before
        return now > self._parked_at + PARKED_GRACE + taken / PARKED_SLOWEST

    def close(self) -> None:
        while self._parts:
            self._drop_first()
        self._connection.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever a socket has)
        return getattr(self._connection, name)
