"""A server as the portal's worker runs it: it says what it was sent, or much more."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from tempfile import NamedTemporaryFile
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

LARGE = b"".join(b"%08d" % number for number in range(625_000))


def _pieces(count: int) -> Iterator[bytes]:
    for _piece in range(count):
        yield b"x" * 100_000


def create_server() -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    large = NamedTemporaryFile()  # noqa: SIM115 (as long as the server)
    large.write(LARGE)
    large.flush()

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/slow":
            time.sleep(1)
        if path in {"/large", "/file"}:
            start("200 OK", [("Content-Length", str(len(LARGE)))])
            wrapped: Any = environ["wsgi.file_wrapper"]
            return wrapped(open(large.name, "rb")) if path == "/file" else [LARGE]  # noqa: PTH123
        if path == "/stream":
            start("200 OK", [("Content-Type", "text/plain")])
            return _pieces(50)
        said = hashlib.sha256()
        body: Any = environ["wsgi.input"]
        try:
            while piece := body.read(65_536):
                said.update(piece)
        except OSError:
            start("400 Bad Request", [("Content-Length", "0")])
            return [b""]
        text = f"{path} {environ.get('HTTP_X_FORWARDED_FOR', '')} {said.hexdigest()}".encode()
        start("200 OK", [("Content-Length", str(len(text)))])
        return [text]

    return answer
