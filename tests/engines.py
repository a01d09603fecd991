"""Databases for tests, which share what costs much and tells nothing."""

import sqlite3

from sqlalchemy import Dialect, event
from sqlalchemy.util import LRUCache

from core.database import Database

_KNOWN: dict[str, tuple[Dialect, LRUCache]] = {}


def opened(url: str) -> Database:
    """A database whose engine knows the statements that those before it compiled.

    To compile them anew is a fifth of the time of the suite. And no test pulls the plug: SQLite
    need not wait for its disk.
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
