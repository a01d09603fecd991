"""The web server's worker: startup, queueing, and responses without the application."""

import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Hashable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from data.identity.accounts.rules import network_of
from jobs.fair_queue import FairQueue, Place, Turn
from jobs.request_buffer import PIECE, PacedSocket, RequestBuffer
from jobs.request_sender import busy_answer, sender_of
from jobs.response_buffer import ResponseSocket

# Seconds for which a thread computes before another one runs: a page queries the database dozens of
# times, and after each answer waits that long for every computing thread.
SWITCH = 0.0005
MOST_WAITING = 64  # requests of one sender waiting for a thread of a worker
DRAIN = 0.5  # seconds given to the rest of an unread body
LINGER = 1.0  # seconds between an answer and closing its connection
MOST_CLOSING = 200  # connections waiting to be closed
MOST_DRAINED = 64  # pieces read of what a client still sends
MOST_PARKED = 200  # answers of a worker that slow clients are still taking
MOST_PARKED_OCTETS = 64 * 1024 * 1024  # held by those in memory
SPARE = 50  # connections of a worker kept free of incomplete requests

# In both languages: a request that stops at its first line has no known reader.
_PAGE = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Adresse trop longue · Address too long</title>
<link rel="stylesheet" href="/assets/theme.css">
<link rel="stylesheet" href="/assets/login.css">
</head>
<body class="door">
<main class="door-main">
<h1>Adresse trop longue</h1>
<p>Cette adresse a plus de 8 190 caractères : le portail ne la lit pas. Revenez en arrière ;
pour voir ensemble beaucoup de PCE, donnez-leur une étiquette.</p>
<p><a href="/">Retour à l’accueil</a></p>
<h2 lang="en">Address too long</h2>
<p lang="en">This address has more than 8,190 characters: the portal does not read it. Go back;
to see many delivery points together, give them a tag.</p>
<p lang="en"><a href="/">Back to home</a></p>
</main>
</body>
</html>
""".encode()
_HEAD = (
    "HTTP/1.1 414 URI Too Long\r\n"
    "Connection: close\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n"
    f"Content-Length: {len(_PAGE)}\r\n\r\n"
).encode()


_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_Whole = tuple[TConn, bytes]  # the connection of a request, and its received bytes


class Closing:
    """Answered connections, closed once their client has read the answer.

    Gunicorn waits for each in its main loop, up to two seconds, while nobody else is answered.
    """

    def __init__(self) -> None:
        self._late: dict[TConn, float] = {}  # when each is closed anyway, in order

    def add(self, conn: TConn) -> None:
        """Stop sending, and leave the client a moment to read the answer."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            conn.close()
            return
        self._late[conn] = time.monotonic() + LINGER
        if len(self._late) > MOST_CLOSING:
            self._close(next(iter(self._late)))

    def close_late(self) -> None:
        """Close the connections whose moment is over."""
        now = time.monotonic()
        for conn, late in list(self._late.items()):
            if late > now:
                break
            self._close(conn)

    def _close(self, conn: TConn) -> None:
        """Read what the client still sent: otherwise the answer may be lost on the way."""
        del self._late[conn]
        with suppress(OSError):
            conn.sock.settimeout(0)
            for _piece in range(MOST_DRAINED):
                if not conn.sock.recv(PIECE):
                    break
        conn.close()


class Worker(ThreadWorker):  # type: ignore[misc]  # it has no types
    """Gunicorn's worker that gives a thread to a request only once it is complete.

    Its main loop, which waits for all connections at once, buffers requests and gives threads to
    senders in turn, at most half of them to one, and one new request at a time while others are
    present. A thread reads long bodies, each at a minimum pace, with at most half of the threads, a
    quarter of them for one sender. The main loop, not the thread, sends what a slow client
    has not taken yet of an answer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (gunicorn's)
        super().__init__(*args, **kwargs)
        self._arriving: dict[TConn, RequestBuffer] = {}  # the oldest first
        self._closing = Closing()
        self._parked: dict[TConn, Hashable] = {}  # the sender of each answer that leaves slowly
        threads = self.cfg.threads
        self._queue: FairQueue[_Whole] = FairQueue(threads, max(1, threads // 2), MOST_WAITING)
        self._turns: dict[TConn, Turn[_Whole]] = {}  # of the requests being processed

    def load_wsgi(self) -> None:
        """Set how long a thread computes, then load the application."""
        sys.setswitchinterval(SWITCH)
        super().load_wsgi()

    def enqueue_req(self, conn: TConn) -> None:
        """Buffer a request until it is complete, then give it a thread."""
        if not isinstance(conn.sock, ResponseSocket):
            conn.sock = ResponseSocket(conn.sock)
        initial_bytes = conn.parser.unreader.take_buffered() if conn.initialized else b""
        conn.sock.setblocking(False)  # noqa: FBT003 (a socket's)
        self._receive(conn, RequestBuffer(initial_bytes))

    def _receive(self, conn: TConn, request: RequestBuffer) -> None:
        """Read what has arrived of `request`, and wait for the rest."""
        if not request.is_ready:
            try:
                piece = conn.sock.recv(PIECE)
            except BlockingIOError:
                self._await(conn, request)
                return
            except OSError:
                piece = b""
            if not piece:
                self._leave(conn)
                return
            request.add(piece)
        if request.is_ready:
            self._hand_over(conn, request)
        else:
            self._await(conn, request)

    def _await(self, conn: TConn, request: RequestBuffer) -> None:
        def go_on(_sock: Any) -> None:  # noqa: ANN401 (gunicorn's)
            del self._arriving[conn]
            self.poller.unregister(conn.sock)
            self._receive(conn, request)

        self._arriving[conn] = request
        self.poller.register(conn.sock, selectors.EVENT_READ, go_on)

    def _hand_over(self, conn: TConn, request: RequestBuffer) -> None:
        """Queue `request` for a thread, in its sender's turn.

        Long requests are queued separately.
        """
        place = Place(self._sender_of(conn, request), request.is_long)
        if self._queue.enqueue(place, (conn, bytes(request.content))):
            self._start_waiting()
        else:
            self._leave(conn, busy_answer(request.head))

    def _sender_of(self, conn: TConn, request: RequestBuffer) -> Hashable:
        config = getattr(self.wsgi, "config", {})
        session, address = sender_of(
            request.head,
            peer=conn.client[0] if isinstance(conn.client, tuple) else "",
            cookie=config.get("SESSION_COOKIE_NAME", "session"),
            proxies=config.get("TRUSTED_PROXIES", 0),
        )
        # An unknown session may be invented, a different one for each request.
        people = config.get("PEOPLE")
        return (people.get(session) if people is not None else session) or network_of(address)

    def _start_waiting(self) -> None:
        """Give a thread to each request whose turn it is."""
        while (turn := self._queue.take(time.monotonic())) is not None:
            conn, content = turn.item
            self._turns[conn] = turn
            conn.init()
            conn.parser.unreader.unread(content)
            conn.parser.unreader.sock = PacedSocket(conn.sock, len(content))
            super().enqueue_req(conn)

    def _keepalive_after(self, conn: TConn, keepalive: object) -> bool:
        """Return whether `conn` takes a next request: not with an unread body."""
        return bool(keepalive and conn.parser.finish_body(deadline=time.monotonic() + DRAIN))

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Send the rest of an answer; then start waiting requests."""
        turn = self._turns.pop(conn)
        self._queue.done(turn, time.monotonic())
        self._start_waiting()
        try:
            is_sent = conn.sock.flush()
        except OSError:
            self._leave(conn)
            return
        if is_sent:
            self._conclude(conn, fs)
        else:
            self._park(conn, fs, turn.place.sender)

    def _park(self, conn: TConn, fs: Future[Any], sender: Hashable) -> None:
        """Send the rest of an answer as its client takes it, without a thread."""

        def go_on(_sock: Any) -> None:  # noqa: ANN401 (gunicorn's)
            try:
                if not conn.sock.flush():
                    return
            except OSError:
                self._abandon(conn)
                return
            self._unpark(conn)
            self._conclude(conn, fs)

        conn.sock.setblocking(False)  # noqa: FBT003 (a socket's)
        conn.sock.park()
        self._parked[conn] = sender
        self.poller.register(conn.sock, selectors.EVENT_WRITE, go_on)
        while self._holds_too_much():  # the sender with the most loses its oldest
            ((greedy, _count),) = Counter(self._parked.values()).most_common(1)
            self._abandon(next(one for one, whose in self._parked.items() if whose == greedy))

    def _holds_too_much(self) -> bool:
        octets = sum(conn.sock.held_octets for conn in self._parked)
        return len(self._parked) > MOST_PARKED or octets > MOST_PARKED_OCTETS

    def _unpark(self, conn: TConn) -> None:
        del self._parked[conn]
        self.poller.unregister(conn.sock)

    def _abandon(self, conn: TConn) -> None:
        self._unpark(conn)
        self._leave(conn)

    def _conclude(self, conn: TConn, fs: Future[Any]) -> None:
        """Keep a connection for its next request, or close it."""
        if fs.cancelled() or fs.exception() or not fs.result():
            self.nr_conns -= 1
            self._closing.add(conn)
        else:
            super().finish_request(conn, fs)

    def _leave(self, conn: TConn, said: bytes = b"") -> None:
        """Close a connection whose request will not be completed."""
        self.nr_conns -= 1
        with suppress(OSError):
            conn.sock.send(said)
        conn.close()

    def murder_pending(self) -> None:
        """Drop late requests; also the oldest ones before connections run out."""
        super().murder_pending()
        self._start_waiting()  # a long-running request may leave its sender another thread
        self._closing.close_late()
        now = time.monotonic()
        for conn in [conn for conn in self._parked if conn.sock.is_late(now)]:
            self._abandon(conn)
        excess = self.nr_conns - self.worker_connections + SPARE
        for conn, request in list(self._arriving.items()):
            idle = request.is_empty and not self.alive
            if not (request.deadline < now or excess > 0 or idle):
                continue
            excess -= 1
            del self._arriving[conn]
            self.poller.unregister(conn.sock)
            self._leave(conn, b"" if request.is_empty else _LATE)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ANN401
        """Answer `exc`, raised before the application was called."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        with suppress(OSError):  # the client may be gone
            write_nonblock(client, _HEAD + _PAGE)
