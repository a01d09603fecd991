"""The web server, the scheduler and a worker, started together and stopped together."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from core.errors import Conflict, PortalError
from core.i18n import N_

ROOT = Path(__file__).parent.parent
GRACEFUL = 3  # seconds given to current requests
LONGEST_ADDRESS = 8190  # characters of a request line: gunicorn's maximum
CONNECTIONS = 800  # of a worker at once: a process may open 1,024 files by default
KEPT = 75  # seconds a browser's connection stays open for its next request: no new handshake
PATIENCE = 8.0  # seconds given to a process before it is killed
STARTING = 300.0  # seconds given to the server to answer: a busy machine is slow
TELLING = 20.0  # seconds between messages about what is waited for
UNWELL = 15.0  # seconds after which an answer other than "well" is accepted
PAUSE = 0.15
ARENAS = "2"  # of malloc in a process: with one a thread, what is freed by one serves no other
_SILENT = N_(
    "Le serveur web ne répond pas à {address} après {seconds} s : voyez le journal ci-dessus."
    " Une machine très occupée peut demander plus de temps : relancez-le une fois libre."
)
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 (where to ask, not to listen)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how the web server listens."""

    host: str
    port: int
    workers: int
    threads: int

    @property
    def bind(self) -> str:
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def health(self) -> str:
        return f"http://{_bracketed(ANY.get(self.host, self.host))}:{self.port}/health"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def refuse_taken(where: Listening) -> None:
    """Raise Conflict unless the address is free, before anything long begins."""
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((where.host, where.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Conflict(
                    N_(
                        "Le port {port} est déjà pris : arrêtez ce qui l’occupe, ou choisissez-en "
                        "un autre avec PORTAL_PORT."
                    ),
                    port=where.port,
                ) from error
            raise Conflict(
                N_("Impossible d’écouter sur {host}:{port} : {reason}."),
                host=where.host,
                port=where.port,
                reason=error.strerror or str(error),
            ) from error


def run(
    where: Listening, ready: Callable[[bool], None], waits: Callable[[int, int | None], None]
) -> None:
    """Run the three processes until SIGINT, SIGTERM or SIGHUP; raise if one of them dies.

    `ready` is called once the server answers, with whether `/health` finds all well; before,
    `waits` is called with the seconds waited and the status, None without an answer.
    """
    stop = threading.Event()
    with _signals(stop), _children(where) as children:
        well = _wait_until_up(where, children, stop, waits)
        if not stop.is_set():
            ready(well)
        while not stop.wait(PAUSE):
            _raise_if_dead(children)


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


Children = dict[str, subprocess.Popen[bytes]]


@contextmanager
def _children(where: Listening) -> Iterator[Children]:
    children: Children = {}
    try:
        children["scheduler"] = _start(["-m", "jobs", "scheduler"])
        children["worker"] = _start(["-m", "jobs", "worker"])
        children["web"] = _start(["-m", "jobs.web_server", *_options(where), "app:create_server()"])
        yield children
    finally:
        for child in children.values():
            if child.poll() is None:
                child.terminate()
        end = time.monotonic() + PATIENCE
        for child in children.values():
            try:
                child.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _options(where: Listening) -> list[str]:
    return [
        f"--bind={where.bind}",
        f"--workers={where.workers}",
        f"--threads={where.threads}",
        f"--worker-connections={CONNECTIONS}",
        "--worker-class=jobs.web.Worker",
        "--preload",
        f"--graceful-timeout={GRACEFUL}",
        f"--keep-alive={KEPT}",
        "--timeout=120",
        f"--limit-request-line={LONGEST_ADDRESS}",
        "--no-control-socket",
        "--log-level=warning",
        f"--pythonpath={ROOT}",
    ]


def _start(arguments: list[str]) -> subprocess.Popen[bytes]:
    """Start a Python child in its own session: the terminal's Ctrl-C reaches only us."""
    return subprocess.Popen(  # noqa: S603 (our own commands)
        [sys.executable, *arguments],
        start_new_session=True,
        env={"MALLOC_ARENA_MAX": ARENAS, **os.environ},
        preexec_fn=_die_with_parent,  # noqa: PLW1509 (no thread is running yet)
    )


def _die_with_parent() -> None:
    """On Linux, stop the children when this process is killed with `kill -9`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)


def _wait_until_up(
    where: Listening,
    children: Children,
    stop: threading.Event,
    waits: Callable[[int, int | None], None],
) -> bool:
    """Return whether `/health` finds all well; raise when the server never answers."""
    begun, next_message_s = time.monotonic(), TELLING
    while not stop.wait(PAUSE):
        _raise_if_dead(children)
        status = _status(where.health)
        if status == HTTPStatus.OK:
            return True
        waited = time.monotonic() - begun
        if status == HTTPStatus.SERVICE_UNAVAILABLE and waited > UNWELL:
            return False
        if waited > STARTING:
            raise PortalError(_SILENT, seconds=round(waited), address=where.health)
        if waited > next_message_s:
            waits(round(waited), status)
            next_message_s = waited + TELLING
    return False


def _status(url: str) -> int | None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def _raise_if_dead(children: Children) -> None:
    for name, child in children.items():
        code = child.poll()
        if code is not None:
            raise PortalError(
                N_("Le processus « {name} » s’est arrêté seul (code {code}) : tout est arrêté."),
                name=name,
                code=code,
            )
