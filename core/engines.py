"""Create the SQLAlchemy engine of each database and configure its connections."""

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

from core.errors import Busy, StorageFull
from core.i18n import N_
from core.outages import FULL

PATIENCE = 20  # seconds to wait for a lock: no transaction of the portal takes that long
BUSY = N_("Le portail est occupé, recommencez dans un instant.")
BRIEF_MS = 50  # time to wait for a lock in a write that may be dropped
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
# SQLite's codes when the disk has no space for a file beside the database, among other causes.
_MAYBE_FULL = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
_NO_ROOM = 64 * 1024  # bytes free: less counts as a full disk
_DISK_FULL = "53100"  # PostgreSQL: disk_full
# PostgreSQL: serialisation failure, deadlock, lock timeout, statement timeout.
_GIVEN_UP = {"40001", "40P01", "55P03", "57014"}
_TRUSTED = 1  # second: a connection used more recently is not pinged


def engine_of(url: URL) -> Engine:
    """Create the engine of the database at `url`; its errors are translated by `raise_refusal`."""
    engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)

    @event.listens_for(engine, "handle_error")
    def translate(context: ExceptionContext) -> None:
        raise_refusal(context.original_exception, url)

    return engine


def raise_refusal(error: BaseException, url: URL) -> None:
    """Raise Busy if `error` is a lock timeout, StorageFull if the disk is full.

    Neither is a bug: nothing was done, and the request may be repeated. Return for other errors.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code
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
        # The WAL file gets the same mode. `touch` does not open an existing file: closing it would
        # drop the POSIX locks that other connections of this process hold on it.
        Path(path).touch(0o600)
    engine = create_engine(
        url,
        connect_args={"timeout": PATIENCE, "check_same_thread": False},
        hide_parameters=True,
        pool_use_lifo=True,  # the last used connection has its pages in cache
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the `begin` event below sends BEGIN
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a commit survives a power cut (ADR 0046)
            "foreign_keys=ON",
            f"busy_timeout={PATIENCE * 1000}",
            "cache_size=-8000",
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
        connection.info.pop("shelves", None)  # data_version ignores a connection's own writes

    return engine


def _postgresql(target: URL) -> Engine:
    if target.drivername in {"postgresql", "postgres"}:
        target = target.set(drivername="postgresql+psycopg")
    patience = f"-c lock_timeout={PATIENCE}s"  # options of the URL come later and override it
    user_options = target.normalized_query.get("options", ())
    options = " ".join(
        [patience, *user_options, "-c jit=off -c timezone=UTC"]
    )  # JIT: for long queries
    engine = create_engine(
        target,
        connect_args={"options": options},
        hide_parameters=True,  # logs must not contain user data
    )

    @event.listens_for(engine, "connect")
    def refuse(connection: psycopg.Connection[Any], _kept: object) -> None:
        """Make the connection read-only outside explicit transactions.

        Set in the connection options, libpq would take the server for a standby.
        """
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
        """Ping a connection that was idle; `pool_pre_ping` would ping it at each use."""
        if monotonic() - kept.info.get("left", inf) > _TRUSTED:
            try:
                engine.dialect.do_ping(connection)
            except psycopg.Error as error:
                raise InvalidatePoolError from error

    return engine
