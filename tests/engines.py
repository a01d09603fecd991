"""Open databases for tests, which share compiled statements, connections and files."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Dialect, event
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.util import LRUCache

from core.database import Database
from data.migrations import tables

_KNOWN: dict[str, tuple[Dialect, LRUCache]] = {}
_SEARCHES = "SELECT name FROM sqlite_master WHERE sql LIKE '% VIRTUAL %'"
_MANY = 100  # SQLite joins no more than 500 SELECT by UNION


def opened(url: str) -> Database:
    """Open a database whose engine shares the statements that earlier engines compiled.

    Compiling them again would take a fifth of the time of the suite. No test cuts the power, so
    SQLite does not wait for its disk.
    """
    database = Database(url)
    engine = database.engine
    if database.sqlite:
        event.listen(engine, "connect", _without_waiting)
        event.listen(engine, "checkin", _without_waiting_again)
    if engine.name not in _KNOWN:
        engine.connect().close()  # the dialect asks for the version of its server
        _KNOWN[engine.name] = engine.dialect, LRUCache(8000)
    engine.dialect, known = _KNOWN[engine.name]
    engine.update_execution_options(compiled_cache=known)
    return database


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _without_waiting_again(
    connection: sqlite3.Connection | None, record: ConnectionPoolEntry
) -> None:
    """Undo what a transaction that need not survive a power cut changed."""
    if connection and record.info.get("writes", (None, "FULL"))[1] != "FULL":
        del record.info["writes"]
        _without_waiting(connection, record)


class EmptyDatabases:
    """Lend SQLite databases, copies of *template* in *folder*; empty them and lend them again.

    To open a copy takes longer than most tests: for each connection SQLite reads the schema, which
    has 380 tables, indexes and triggers.
    """

    def __init__(self, template: Path, folder: Path) -> None:
        self.template = template
        self.folder = folder
        self.made = 0
        self.free: list[_Reused] = []

    @contextmanager
    def lend(self) -> Iterator[Database]:
        reused = self.free.pop() if self.free else self._make()
        try:
            yield reused.database
        finally:
            if reused.empty():
                self.free.append(reused)
            else:
                reused.close()

    def close(self) -> None:
        while self.free:
            self.free.pop().close()

    def _make(self) -> "_Reused":
        self.made += 1
        path = self.folder / f"{self.made}.db"
        shutil.copy(self.template, path)
        return _Reused(path)


class _Reused:
    """A database in a file, and the connection that empties it.

    That connection knows no trigger, since those of journals refuse to delete: it read the schema
    while the file had none. SQLite reads a schema again when its version changes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cleaner = sqlite3.connect(path, isolation_level=None, timeout=0)
        self.cleaner.execute("PRAGMA synchronous=OFF")
        triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        known = self.cleaner.execute(triggers).fetchall()
        for name, _ in known:
            self.cleaner.execute(f"DROP TRIGGER {name}")
        self.version = self._version()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            for _, sentence in known:
                other.execute(sentence)
            other.execute(f"PRAGMA schema_version = {self.version}")
            other.execute("COMMIT")
        self.searches = [name for (name,) in self.cleaner.execute(_SEARCHES)]
        held = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables()]
        self.held = [
            " UNION ALL ".join(held[start : start + _MANY]) for start in range(0, len(held), _MANY)
        ]
        self.database = opened(f"sqlite:///{path}")
        self.inode = path.stat().st_ino

    def _version(self) -> int:
        return int(self.cleaner.execute("PRAGMA schema_version").fetchone()[0])

    def empty(self) -> bool:
        """Delete every row; return False if a test changed the file or its schema, or uses it."""
        pool = self.database.engine.pool
        if not isinstance(pool, QueuePool) or pool.checkedout() or self._is_changed():
            return False
        try:
            self.cleaner.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:  # it is locked
            return False
        for sentence in self.held:
            for (name,) in self.cleaner.execute(sentence).fetchall():
                self.cleaner.execute(f"DELETE FROM {name}")
        for name in self.searches:
            self.cleaner.execute(f"INSERT INTO {name} ({name}) VALUES ('delete-all')")
        self.cleaner.execute("COMMIT")
        return True

    def _is_changed(self) -> bool:
        if not self.path.exists() or self.path.stat().st_ino != self.inode:
            return True
        return self._version() != self.version

    def close(self) -> None:
        self.database.close()
        self.cleaner.close()
        for path in self.path.parent.glob(f"{self.path.name}*"):  # also what a killed process left
            path.unlink()
