"""A small load generator: N clients, a connection each, one prepared request after another."""

import contextlib
import http.client
import itertools
import statistics
import threading
import time
from collections.abc import Generator, Sequence
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
        sent = _sent(url, request, number)
        while time.perf_counter() < until and not failed:
            begin = time.perf_counter()
            status, content = next(sent)
            if status != 200:
                failed.append(f"{status} {content[:200]!r}")
            taken[number].append(time.perf_counter() - begin)
            sizes[number] = len(content)
        sent.close()

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


def _sent(url: str, request: Request, number: int) -> Generator[tuple[int, bytes], None, None]:
    """Status and content of each answer on one connection; each client begins elsewhere."""
    place = urlsplit(url)
    start = number * 7 % len(request.bodies)
    post = request.method == "POST"
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
    with contextlib.closing(connection):
        for body in itertools.cycle([*request.bodies[start:], *request.bodies[:start]]):
            path = request.path if post or body is None else f"{request.path}?{body.decode()}"
            connection.request(request.method, path, body if post else None, request.headers)
            answer = connection.getresponse()
            yield answer.status, answer.read()
