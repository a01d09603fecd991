"""Wake a worker as soon as another process has enqueued work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import psycopg

from core.queue import CHANNEL

if TYPE_CHECKING:
    from core.database import Database

FILE_POLL_S = 0.05  # interval between checks of SQLite's file


def iter_wakeups(database: Database, stop: threading.Event, poll_s: float) -> Iterator[None]:
    """Yield at each commit of another connection, and every `poll_s`, until `stop`."""
    if database.sqlite:
        return _iter_commits(database, stop, poll_s)
    return _iter_notifications(database, stop, poll_s)


def _iter_commits(database: Database, stop: threading.Event, poll_s: float) -> Iterator[None]:
    """Watch SQLite's `data_version`, which changes when another connection has committed."""
    with database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        version, waited_s = None, 0.0
        while not stop.is_set():
            (newest,) = driver.execute("PRAGMA data_version").fetchone()
            if newest != version or waited_s >= poll_s:
                version, waited_s = newest, 0.0
                yield
            stop.wait(FILE_POLL_S)
            waited_s += FILE_POLL_S


def _iter_notifications(database: Database, stop: threading.Event, poll_s: float) -> Iterator[None]:
    """Listen to PostgreSQL's notifications; poll while this connection is broken."""
    address = database.url.set(drivername="postgresql")
    while not stop.is_set():
        try:
            dsn = address.render_as_string(hide_password=False)
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                while not stop.is_set():
                    yield
                    for _notice in connection.notifies(timeout=poll_s, stop_after=1):
                        pass
        except psycopg.Error:
            yield
            stop.wait(poll_s)
