"""Connections whose every byte is received or sent before a deadline.

The timeout of a socket restarts at each byte: a server that drips headers, chunk sizes or trailers
would otherwise hold a call forever.
"""

import http.client
import io
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from core.i18n import N_
from data.exchange.mirror.types import UpstreamDown

ENDLESS = N_("La réponse du distributeur est trop volumineuse ou trop lente : elle est abandonnée.")
_ENDS: ContextVar[float] = ContextVar("ends", default=math.inf)


@contextmanager
def before(ends: float) -> Iterator[None]:
    """Limit the calls of the block, including reading answers, to the monotonic time `ends`.

    Raise UpstreamDown beyond it, there or wherever the answer is read.
    """
    token = _ENDS.set(ends)
    try:
        yield
    finally:
        _ENDS.reset(token)


class Adapter(HTTPAdapter):
    """The adapter that applies the deadline to a session."""

    def init_poolmanager(self, *given: Any, **more: Any) -> None:  # noqa: ANN401
        super().init_poolmanager(*given, **more)
        _bound(self.poolmanager)

    def proxy_manager_for(self, *given: Any, **more: Any) -> PoolManager:  # noqa: ANN401
        return _bound(super().proxy_manager_for(*given, **more))


def _bound(manager: PoolManager) -> PoolManager:
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SealedPool}
    return manager


def _seconds_left(ends: float) -> float:
    remaining_s = ends - time.monotonic()
    if remaining_s <= 0:
        raise UpstreamDown(ENDLESS)
    return min(remaining_s, _LONGEST)


_LONGEST = 24 * 3600.0  # seconds accepted by a socket


class _Octets(io.RawIOBase):
    """Reads from a socket, each within its timeout and before `ends`."""

    def __init__(self, sock: Any, ends: float) -> None:  # noqa: ANN401 (plain or TLS)
        self._sock, self._ends = sock, ends
        self._silence = sock.gettimeout() or _LONGEST
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int | None:  # noqa: ANN401 (a buffer)
        remaining_s = _seconds_left(self._ends)
        self._sock.settimeout(min(remaining_s, self._silence))
        try:
            count: int | None = self._raw.readinto(into)
        except TimeoutError:
            _seconds_left(self._ends)  # past the deadline, or silent
            raise
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: Any, *given: Any, **more: Any) -> None:  # noqa: ANN401
        super().__init__(sock, *given, **more)
        self.fp.close()
        self.fp = io.BufferedReader(_Octets(sock, _ENDS.get()))


class _Plain(HTTPConnection):
    response_class = _Answer

    def send(self, data: Any) -> None:  # noqa: ANN401
        """Send `data` within the socket's timeout, set to the remaining time."""
        if self.sock is None:
            self.connect()
        self.sock.settimeout(_seconds_left(_ENDS.get()))
        super().send(data)


class _Sealed(_Plain, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SealedPool(HTTPSConnectionPool):
    ConnectionCls = _Sealed
