"""Open databases for tests, which share compiled statements."""

import sqlite3

from sqlalchemy import Dialect, event
from sqlalchemy.util import LRUCache

from core.database import Database

_KNOWN: dict[str, tuple[Dialect, LRUCache]] = {}


def opened(url: str) -> Database:
    """Open a database whose engine shares the statements that earlier engines compiled.

    Compiling them again would take a fifth of the time of the suite. No test cuts the power, so
    SQLite does not wait for its disk.
    """
    database = Database(url)
    engine = database.engine
    if database.sqlite:
        event.listen(engine, "connect", _without_waiting)
    if engine.name not in _KNOWN:
        engine.connect().close()  # the dialect asks for the version of its server
        _KNOWN[engine.name] = engine.dialect, LRUCache(8000)
    engine.dialect, known = _KNOWN[engine.name]
    engine.update_execution_options(compiled_cache=known)
    return database


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
