"""One scheduler at a time: a lock that ends with the process that holds it."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from data.db import Database
from data.errors import Conflict
from i18n import N_

KEY = 4_720_051  # of the advisory lock: any number, the same everywhere
PATIENCE = 5.0  # seconds: the lock of a killed process may outlive it a little
PAUSE = 0.2


@contextmanager
def only_one(database: Database, var: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the scheduler's lock; raises Conflict while another process has it."""
    with _of_file(var, patience) if database.sqlite else _of_server(database, patience):
        yield


@contextmanager
def _of_file(var: Path, patience: float) -> Iterator[None]:
    var.mkdir(parents=True, exist_ok=True)
    with (var / "scheduler.lock").open("a") as file:
        for _attempt in _attempts(patience):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield
            return


@contextmanager
def _of_server(database: Database, patience: float) -> Iterator[None]:
    """An advisory lock lives as long as its connection, which is kept for it."""
    options = {"isolation_level": "AUTOCOMMIT"}
    with database.engine.connect().execution_options(**options) as connection:
        for _attempt in _attempts(patience):
            if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY}):
                try:
                    yield
                finally:
                    connection.invalidate()
                return


def _attempts(patience: float) -> Iterator[None]:
    """Now, then again until *patience* seconds have passed; then Conflict."""
    end = time.monotonic() + patience
    yield
    while time.monotonic() < end:
        time.sleep(PAUSE)
        yield
    raise Conflict(N_("Un autre planificateur est déjà en marche sur cette base."))
