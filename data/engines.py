"""The engine of each database: how its connections are opened, kept and asked."""

import shutil
import sqlite3
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any, cast

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from data.errors import Busy, StorageFull
from data.outage import FULL
from i18n import N_

PATIENCE = 20  # seconds that a writer waits for another: one is never at work for so long
BUSY = N_("Le portail est occupé, recommencez dans un instant.")
BRIEF_MS = 50  # that a write which may be given up waits for another
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
# What SQLite says of a disk without room for a file beside the database, among other reasons.
_MAYBE_FULL = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
_NO_ROOM = 64 * 1024  # octets
_DISK_FULL = "53100"  # of PostgreSQL
# PostgreSQL: serialisation, deadlock, a lock not had in time, a statement not done in time.
_GIVEN_UP = {"40001", "40P01", "55P03", "57014"}
_TRUSTED = 1  # second after its last use for which a connection is not asked whether it is there


def engine_of(url: URL) -> Engine:
    """The engine of a database; raises Busy and StorageFull as `raise_refusal` does."""
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)

    @event.listens_for(engine, "handle_error")
    def translate(context: ExceptionContext) -> None:
        raise_refusal(context.original_exception, url)

    return engine


def raise_refusal(error: BaseException, url: URL) -> None:
    """Raise Busy for another writer that does not end, StorageFull for a disk without room.

    Neither is a bug: nothing was done, and whoever asked is to ask again.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what it adds to the kind
    state = getattr(error, "sqlstate", None)
    if code in _LOCKED or state in _GIVEN_UP:
        raise Busy(BUSY) from error
    full = code == sqlite3.SQLITE_FULL or state == _DISK_FULL
    if full or (code in _MAYBE_FULL and _lacks_room(url)):
        raise StorageFull(FULL) from error


def _lacks_room(url: URL) -> bool:
    folder = Path(url.database or "").parent
    return folder.is_dir() and shutil.disk_usage(folder).free < _NO_ROOM


def _sqlite(url: URL) -> Engine:
    path = url.database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # Its WAL takes the same mode. One that is there is not opened: to close it would drop the
        # locks that other connections of this process have on it.
        Path(path).touch(0o600)
    engine = create_engine(
        url,
        connect_args={"timeout": PATIENCE, "check_same_thread": False},
        hide_parameters=True,
        pool_use_lifo=True,  # the connection that just read has its pages at hand
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a commit is on the disk, whatever then becomes of the power
            "foreign_keys=ON",
            f"busy_timeout={PATIENCE * 1000}",
            "cache_size=-32000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        if not options.get("portal_writes", False):
            driver.execute("BEGIN")
            return
        wait_ms = BRIEF_MS if options.get("portal_brief", False) else PATIENCE * 1000
        synchronous = "FULL" if options.get("portal_durable", True) else "NORMAL"
        if connection.info.get("writes", (None, "FULL")) != (wait_ms, synchronous):
            driver.execute(f"PRAGMA busy_timeout={wait_ms}")
            if connection.info.get("writes", (None, "FULL"))[1] != synchronous:
                driver.execute(f"PRAGMA synchronous={synchronous}")
            connection.info["writes"] = wait_ms, synchronous
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "commit")
    def forget(connection: Connection) -> None:
        connection.info.pop("shelf", None)  # a connection is not told of its own writes

    return engine


def _postgresql(target: URL) -> Engine:
    if target.drivername in {"postgresql", "postgres"}:
        target = target.set(drivername="postgresql+psycopg")
    patience = f"-c lock_timeout={PATIENCE}s"  # unless the address asks for another
    asked = target.normalized_query.get("options", ())
    options = " ".join([patience, *asked, "-c jit=off -c timezone=UTC"])  # jit: for long queries
    engine = create_engine(
        target,
        connect_args={"options": options},
        hide_parameters=True,  # a bug is logged without what people wrote
    )

    @event.listens_for(engine, "connect")
    def refuse(connection: psycopg.Connection[Any], _kept: object) -> None:
        """It writes in transactions alone; said now, as libpq would take it for a standby's."""
        connection.set_autocommit(True)
        connection.execute("SET default_transaction_read_only = on")
        connection.set_autocommit(False)
        connection.set_read_only(False)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("portal_brief", False):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BRIEF_MS}")

    @event.listens_for(engine, "checkin")
    def leave(_connection: object, kept: ConnectionPoolEntry) -> None:
        kept.info["left"] = monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: DBAPIConnection, kept: ConnectionPoolEntry, _by: object) -> None:
        """What the pool's own `pre_ping` does, but at each use: two of the ten turns of a call."""
        if monotonic() - kept.info.get("left", inf) > _TRUSTED:
            try:
                engine.dialect.do_ping(connection)
            except psycopg.Error as error:
                raise InvalidatePoolError from error

    return engine
