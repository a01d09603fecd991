"""A small load generator: N clients, a connection each, one prepared request after another."""

import http.client
import itertools
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent again and again; each client starts at a body of its own."""

    method: str
    path: str
    bodies: Sequence[bytes | None]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Load:
    """What was answered, in requests a second and milliseconds."""

    rate: float
    p50: float
    p95: float
    octets: int


def drive(url: str, request: Request, *, clients: int = 8, seconds: float = 3.0) -> Load:
    """Send *request* from *clients* connections for *seconds*; raises on any answer but 200."""
    taken: list[list[float]] = [[] for _client in range(clients)]
    sizes: list[int] = [0] * clients
    failed: list[str] = []
    until = time.perf_counter() + seconds

    def one(number: int) -> None:
        place = urlsplit(url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        start = number * 7 % len(request.bodies)
        bodies = itertools.cycle([*request.bodies[start:], *request.bodies[:start]])
        while time.perf_counter() < until and not failed:
            begin = time.perf_counter()
            body = next(bodies)
            path = (
                request.path
                if request.method == "POST" or body is None
                else (f"{request.path}?{body.decode()}")
            )
            connection.request(
                request.method, path, body if request.method == "POST" else None, request.headers
            )
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                failed.append(f"{answer.status} {content[:200]!r}")
            taken[number].append(time.perf_counter() - begin)
            sizes[number] = len(content)
        connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"{url}: {failed[0]}")
    spent = time.perf_counter() - begin
    times = sorted(itertools.chain.from_iterable(taken))
    return Load(
        rate=len(times) / spent,
        p50=1000 * statistics.median(times),
        p95=1000 * times[int(len(times) * 0.95)],
        octets=max(sizes),
    )


def middle(loads: Sequence[Load]) -> Load:
    """The run in the middle, by rate."""
    return sorted(loads, key=lambda load: load.rate)[len(loads) // 2]
