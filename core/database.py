"""Provide database sessions and prepared statements."""

import sqlite3
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import psycopg
from sqlalchemy import Connection, Delete, Select, TextualSelect, Update, func, select
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.types import Float

from core.engines import engine_of, raise_refusal
from core.errors import Busy, Conflict, StorageFull
from core.tables import INSERTS, Base, Instant, upsert

__all__ = [
    "INSERTS",
    "NO_ID",
    "Base",
    "Database",
    "Instant",
    "Prepared",
    "Session",
    "blocks",
    "cached",
    "upsert",
]

NO_ID = 2**31  # above the range of an id column: PostgreSQL rejects a query with it
BLOCK = 500  # values in one statement: drivers limit their number
KEPT = 16  # cached results of a kind per SQLite connection: two years of days take 100 kB
Rows = list[tuple[Any, ...]]
_T = TypeVar("_T")
_Change = Callable[[Any], Any]


def blocks(items: Sequence[_T], size: int = BLOCK) -> Iterator[Sequence[_T]]:
    """Split `items` into blocks of `size`, for statements with one value an item."""
    return (items[start : start + size] for start in range(0, len(items), size))


def run_before_commit(db: Session, act: Callable[[], object]) -> None:
    """Run `act` at the end of the transaction of `db`, unless an error ends it."""
    db.info.setdefault("before_commit", []).append(act)


def wait_for_turn(db: Session, key: str) -> None:
    """Wait until no other transaction works on `key`, and hold it to the end of this one.

    On SQLite a transaction that writes is alone anyway.
    """
    if cast("Connection", db.bind).dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def change_rows(db: Session, change: Update | Delete) -> int:
    """Run an UPDATE or a DELETE past the loaded objects; return how many rows it changed."""
    changed = db.execute(change.execution_options(synchronize_session=False))
    return int(changed.rowcount)  # type: ignore[attr-defined]


def change_one(db: Session, change: Update | Delete, lost: str) -> None:
    """Change one row as `change_rows`; raise Conflict with `lost` if none matches any more."""
    if change_rows(db, change) != 1:
        raise Conflict(lost)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement compiled for one dialect, with its parameter and result converters."""

    text: str
    order: Sequence[str] | None  # of the parameters, for a driver with positional ones
    fixed: Mapping[str, Any]
    sent: Sequence[tuple[str, _Change | None]]
    converters: Sequence[tuple[int, _Change]]


class Prepared:
    """A hot statement that is compiled once and returns rows as plain tuples (ADR 0013).

    The session would cost several times what SQLite takes to answer. It cannot contain `IN` with a
    list, whose number of parameters varies.
    """

    def __init__(
        self, statement: Select[*tuple[Any, ...]] | TextualSelect | ReturningUpdate[Any]
    ) -> None:
        self.statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, db: Session, values: Mapping[str, Any]) -> Rows:
        """Run the statement and return its rows, each value converted to its column's type."""
        rows, changes = self._run(db, values)
        if changes:
            for at, row in enumerate(rows):
                cells = list(row)
                for place, change in changes:
                    cells[place] = change(cells[place])
                rows[at] = tuple(cells)
        return rows

    def raw(self, db: Session, values: Mapping[str, Any]) -> Rows:
        """Run the statement and return its rows as the driver does: SQLite gives a day as text."""
        return self._run(db, values)[0]

    def _run(
        self, db: Session, values: Mapping[str, Any]
    ) -> tuple[Rows, Sequence[tuple[int, _Change]]]:
        db.flush()
        connection = cast("Connection", db.bind)
        compiled_statement = self._compiled.get(connection.dialect.name) or self._compile(
            connection.dialect
        )
        sent = dict(compiled_statement.fixed)
        for name, change in compiled_statement.sent:
            sent[name] = change(values[name]) if change else values[name]
        cursor = connection.connection.cursor()
        parameters = (
            sent
            if compiled_statement.order is None
            else [sent[name] for name in compiled_statement.order]
        )
        try:
            cursor.execute(compiled_statement.text, parameters)
        except Exception as error:
            raise_refusal(error, connection.engine.url)
            raise
        rows = cast("Rows", cursor.fetchall())
        cursor.close()
        return rows, compiled_statement.converters

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled = self.statement.compile(dialect=dialect)
        sent = {
            name: (bind, bind.type.dialect_impl(dialect).bind_processor(dialect))
            for name, bind in compiled.binds.items()
        }
        # Both drivers return floats; psycopg's result processor would need the server's type.
        converters = [
            None
            if isinstance(column.type, Float)
            else column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in self.statement.exported_columns
        ]
        compiled_statement = _Compiled(
            str(compiled),
            compiled.positiontup,
            {n: change(bind.value) if change else bind.value for n, (bind, change) in sent.items()},
            [(name, change) for name, (bind, change) in sent.items() if bind.required],
            [(place, change) for place, change in enumerate(converters) if change],
        )
        self._compiled[dialect.name] = compiled_statement
        return compiled_statement


def cached(db: Session, kind: str, key: Hashable, read: Callable[[], _T]) -> _T:
    """Return the result of `read`, cached until the next commit to the database (ADR 0013).

    Each `kind` has its own places, so that days, read most often, evict nothing dearer.

    SQLite tells a connection whether another one wrote since (`data_version`), across processes.
    On PostgreSQL, and in a writing transaction, `read` is called each time. The caller must not
    change the returned value.
    """
    if not db.info.get("keeps"):
        return read()
    connection = cast("Connection", db.bind)
    driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    version = driver.execute("PRAGMA data_version").fetchone()
    cached_version, shelves = connection.info.get("shelves", (None, {}))
    if cached_version != version:
        shelves = {}
        connection.info["shelves"] = version, shelves
    shelf = shelves.setdefault(kind, {})
    if key not in shelf:
        if len(shelf) >= KEPT:
            del shelf[next(iter(shelf))]  # the oldest
        shelf[key] = read()
    cached_value: _T = shelf[key]
    return cached_value


class Database:
    """One engine: `transaction()` opens a writing session, `reading()` a read-only one."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = engine_of(self.url)

    @property
    def sqlite(self) -> bool:
        """Return whether the database is SQLite."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self, *, brief: bool = False, durable: bool = True) -> Iterator[Session]:
        """Open a writing transaction: commit at the end, roll back on any error.

        A commit survives a power cut, unless `durable` is false. A `brief` transaction waits
        `BRIEF_MS` for another writer, then raises Busy. On SQLite it begins IMMEDIATE: a deferred
        transaction that reads before it writes fails at once when another writer came between,
        whatever the busy timeout.
        """
        options = {"portal_writes": True, "portal_brief": brief, "portal_durable": durable}
        with (
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session
            if connection.in_transaction():  # else it was rolled back inside
                for act in session.info.get("before_commit", ()):
                    act()
            session.flush()

    def try_write(self, change: Callable[[Session], object], *, durable: bool = False) -> bool:
        """Run `change` if the database is free; return whether it was written.

        It is for writes that may be lost, such as a sign of life: the change is dropped when
        another writer holds the database for `BRIEF_MS`, the disk is full or the database is down.
        """
        try:
            with self.transaction(brief=True, durable=durable) as db:
                change(db)
        except (Busy, StorageFull, OperationalError):
            return False
        return True

    @contextmanager
    def reading(self, *, streams: bool = False) -> Iterator[Session]:
        """Open a read-only session: on SQLite a transaction, which sees one snapshot.

        On PostgreSQL it is autocommit and refuses to write: READ COMMITTED gives the statements of
        a transaction no common snapshot either, and costs two round trips more. A streamed result
        (`yield_per`) needs a transaction there: pass `streams`.
        """
        options: dict[str, Any] = {} if self.sqlite else {"isolation_level": "AUTOCOMMIT"}
        if streams:
            options = {"postgresql_readonly": True}
        with self.engine.connect().execution_options(**options) as connection:
            connection.begin()
            session = Session(connection, expire_on_commit=False, info={"keeps": self.sqlite})
            try:
                yield session
            except (DBAPIError, psycopg.Error, Busy):
                if not (self.sqlite or streams):  # prepared statements may be gone
                    connection.invalidate()
                raise
            if session.in_transaction():  # else only Prepared used the connection
                session.close()
            if streams:  # at a ROLLBACK psycopg forgets its prepared statements
                connection.commit()

    def close(self) -> None:
        """Close every connection of the pool."""
        self.engine.dispose()
