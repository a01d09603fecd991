"""Lock the scheduler to one process; the lock ends with its process."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core.database import Database
from core.errors import Conflict
from core.i18n import N_

KEY = 4_720_051  # of the advisory lock: any number, the same everywhere
PATIENCE = 5.0  # seconds: the lock of a killed process may outlive it a little
PAUSE = 0.2
_TAKE = text("SELECT pg_try_advisory_lock(:key)").bindparams(key=KEY)
_ANOTHER = N_("Un autre planificateur est déjà en marche sur cette base.")


@contextmanager
def only_one(
    database: Database, var: Path, patience: float = PATIENCE
) -> Iterator[Callable[[], None]]:
    """Hold the scheduler's lock; raise Conflict while another process has it.

    Yield a function that checks whether it is still held, takes it again after a server restart,
    and raises Conflict when another process was faster.
    """
    with _of_file(var, patience) if database.sqlite else _of_server(database, patience) as keep:
        yield keep


@contextmanager
def _of_file(var: Path, patience: float) -> Iterator[Callable[[], None]]:
    var.mkdir(parents=True, exist_ok=True)
    with (var / "scheduler.lock").open("a") as file:
        for _attempt in _attempts(patience):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield lambda: None  # the lock of a file lasts as long as the process
            return


@contextmanager
def _of_server(database: Database, patience: float) -> Iterator[Callable[[], None]]:
    lock = _ServerLock(database)
    for _attempt in _attempts(patience):
        if lock.take():
            try:
                yield lock.keep
            finally:
                lock.drop()
            return


class _ServerLock:
    """An advisory lock, which lasts as long as its connection, so the connection is kept."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.connection: Connection | None = None

    def take(self) -> bool:
        options = {"isolation_level": "AUTOCOMMIT"}
        connection = self.database.engine.connect().execution_options(**options)
        if connection.scalar(_TAKE):
            self.connection = connection
            return True
        connection.close()
        return False

    def keep(self) -> None:
        with suppress(DBAPIError):  # retried at the next check
            if self.connection is not None and self._answers(self.connection):
                return
            self.drop()
            if not self.take():
                raise Conflict(_ANOTHER)

    def drop(self) -> None:
        if self.connection is not None:
            self.connection.invalidate()
            self.connection.close()
            self.connection = None

    @staticmethod
    def _answers(connection: Connection) -> bool:
        try:
            connection.scalar(text("SELECT 1"))
        except DBAPIError:
            return False
        return True


def _attempts(patience: float) -> Iterator[None]:
    """Yield now, then again until `patience` seconds have passed; then raise Conflict."""
    end = time.monotonic() + patience
    yield
    while time.monotonic() < end:
        time.sleep(PAUSE)
        yield
    raise Conflict(_ANOTHER)
