"""The engine, the declarative base, and one transaction at a time."""

import sqlite3
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

import psycopg
from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    MetaData,
    Select,
    TextualSelect,
    or_,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.types import Float, TypeDecorator

from data.engines import engine_of, raise_refusal
from data.errors import Busy, StorageFull

__all__ = ["NO_ID", "Base", "Database", "Instant", "Prepared", "Session", "blocks", "kept"]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps it naive, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant}  # noqa: RUF012 (SQLAlchemy reads it as is)


INSERTS: Mapping[str, Callable[..., Any]] = {
    "sqlite": sqlite_insert,
    "postgresql": postgresql_insert,
}
NO_ID = 2**31  # more than a column of ids holds: PostgreSQL refuses the question
BLOCK = 500  # values in one statement, which takes a limited number of them
AHEAD = timedelta(hours=1)  # by which a sign of life may be in the future: of another clock
KEPT = 16  # answers a connection to SQLite: a hundred kilobytes each, when they are two years
Rows = list[tuple[Any, ...]]
_T = TypeVar("_T")
_Change = Callable[[Any], Any]


def blocks(items: Sequence[_T], size: int = BLOCK) -> Iterator[Sequence[_T]]:
    """*items* by so many, for statements with a value each."""
    return (items[start : start + size] for start in range(0, len(items), size))


def is_silent(
    beat_at: ColumnElement[datetime | None] | InstrumentedAttribute[Any],
    now: datetime,
    after: timedelta,
) -> ColumnElement[bool]:
    """Whether a claim is over: its last sign of life is longer ago than *after*.

    One further in the future than clocks differ is of a clock that was set back since.
    """
    return or_(beat_at < now - after, beat_at > now + max(after, AHEAD))


def upsert(db: Session, model: type[Base]) -> Any:  # noqa: ANN401 (the INSERT of either dialect)
    """An INSERT into the table of *model* that may say what to do `on_conflict_…`."""
    return INSERTS[db.connection().dialect.name](model)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in the words of one dialect; what turns values into the driver's, and back."""

    text: str
    order: Sequence[str] | None  # of the parameters, where the driver knows them by their place
    fixed: Mapping[str, Any]
    sent: Sequence[tuple[str, _Change | None]]
    found: Sequence[tuple[int, _Change]]


class Prepared:
    """A statement of each request that gives rows: compiled once, its rows plain tuples.

    To go through the session costs several times what SQLite takes to answer. No `IN` of a list.
    """

    def __init__(
        self, statement: Select[*tuple[Any, ...]] | TextualSelect | ReturningUpdate[Any]
    ) -> None:
        self.statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, db: Session, values: Mapping[str, Any]) -> Rows:
        """What it answers, each value as the type of its column says."""
        rows, changes = self._run(db, values)
        if changes:
            for at, row in enumerate(rows):
                found = list(row)
                for place, change in changes:
                    found[place] = change(found[place])
                rows[at] = tuple(found)
        return rows

    def raw(self, db: Session, values: Mapping[str, Any]) -> Rows:
        """The same as the driver gives them: SQLite writes a day as text."""
        return self._run(db, values)[0]

    def _run(
        self, db: Session, values: Mapping[str, Any]
    ) -> tuple[Rows, Sequence[tuple[int, _Change]]]:
        db.flush()
        connection = cast("Connection", db.bind)
        made = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        sent = dict(made.fixed)
        for name, change in made.sent:
            sent[name] = change(values[name]) if change else values[name]
        cursor = connection.connection.cursor()
        given = sent if made.order is None else [sent[name] for name in made.order]
        try:
            cursor.execute(made.text, given)
        except Exception as error:
            raise_refusal(error, connection.engine.url)
            raise
        rows = cast("Rows", cursor.fetchall())
        cursor.close()
        return rows, made.found

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled = self.statement.compile(dialect=dialect)
        sent = {
            name: (bind, bind.type.dialect_impl(dialect).bind_processor(dialect))
            for name, bind in compiled.binds.items()
        }
        # Both drivers give floats as they are; psycopg's processor asks for the server's own type.
        found = [
            None
            if isinstance(column.type, Float)
            else column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in self.statement.exported_columns
        ]
        made = _Compiled(
            str(compiled),
            compiled.positiontup,
            {n: change(bind.value) if change else bind.value for n, (bind, change) in sent.items()},
            [(name, change) for name, (bind, change) in sent.items() if bind.required],
            [(place, change) for place, change in enumerate(found) if change],
        )
        self._compiled[dialect.name] = made
        return made


def kept(db: Session, key: Hashable, read: Callable[[], _T]) -> _T:
    """What *read* finds, found again as long as nothing is committed to the database.

    SQLite tells a connection whether another wrote since (`data_version`), which is how it knows
    that its own pages are good: what is made of them is good as long. Elsewhere, and where one
    writes, *read* is called. Nobody may change what is kept. See ADR 0013.
    """
    if not db.info.get("keeps"):
        return read()
    connection = cast("Connection", db.bind)
    driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    version = driver.execute("PRAGMA data_version").fetchone()
    known, shelf = connection.info.get("shelf", (None, {}))
    if known != version:
        shelf = {}
        connection.info["shelf"] = version, shelf
    if key not in shelf:
        if len(shelf) >= KEPT:
            del shelf[next(iter(shelf))]  # the oldest
        shelf[key] = read()
    found: _T = shelf[key]
    return found


class Database:
    """One engine; `transaction()` writes, `reading()` only reads."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = engine_of(self.url)

    @property
    def sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self, *, brief: bool = False, durable: bool = True) -> Iterator[Session]:
        """A writing transaction: commits at the end, rolls back on any error.

        Once it ends, a power cut undoes nothing of it, unless it is not *durable*. A *brief* one
        waits milliseconds for another writer, then raises Busy. On SQLite it begins IMMEDIATE: a
        deferred one that reads first and then writes fails at once when another writer came
        between, whatever the busy timeout.
        """
        options = {"portal_writes": True, "portal_brief": brief, "portal_durable": durable}
        with (
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session
            session.flush()

    def try_write(self, change: Callable[[Session], object], *, durable: bool = False) -> bool:
        """Write what may be given up, as a sign of life; return whether it was written.

        It waits milliseconds for another writer. Without its turn, room or the database, it is
        dropped.
        """
        try:
            with self.transaction(brief=True, durable=durable) as db:
                change(db)
        except (Busy, StorageFull, OperationalError):
            return False
        return True

    @contextmanager
    def reading(self, *, streams: bool = False) -> Iterator[Session]:
        """What only reads: a transaction on SQLite, where it sees one state of the database.

        On PostgreSQL each statement is for itself, as READ COMMITTED would have it within a
        transaction too, but for two turns more with the server; it refuses to write. What comes by
        and by (`yield_per`) needs one there: *streams*.
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
                if not (self.sqlite or streams):  # no ROLLBACK has it forget what it prepared
                    connection.invalidate()
                raise
            if session.in_transaction():  # else nothing went through it: see Prepared
                session.close()
            if streams:  # psycopg forgets every statement it prepared at a ROLLBACK
                connection.commit()

    def close(self) -> None:
        self.engine.dispose()
