"""The schema and its history (Alembic)."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table

from core.database import Base, Database
from core.errors import Conflict
from core.i18n import N_

_NEWER = N_(
    "La base vient d’une autre version du portail ({revision}), que celle-ci ne connaît pas :"
    " lancez la version qui l’a écrite, ou une plus récente."
)
_ONE_AT_A_TIME = 0x5CE3A  # two portals that start at once bring the schema forward


@cache
def tables() -> Mapping[str, Table]:
    """Every table by its name, those it refers to before it: for backups and bulk loading."""
    import_module("core.queue_models")
    root = Path(__file__).parents[2]
    for path in sorted((root / "data").rglob("models.py")):
        import_module(".".join(path.relative_to(root).with_suffix("").parts))
    return {table.name: table for table in Base.metadata.sorted_tables}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema forward to *revision*, keeping its data; it waits for writers at work.

    Raises Conflict for a database of a newer version than this code.
    """
    current = revision_of(database)
    if current is not None and not knows(current):
        raise Conflict(_NEWER, revision=current)
    config = _config()
    with changing_schema(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@contextmanager
def changing_schema(database: Database) -> Iterator[Connection]:
    """Open the one transaction that changes the schema; it waits for writers at work.

    SQLite rebuilds a table by dropping it, which it refuses while other rows refer to its own: it
    does not look at references meanwhile.
    """
    connecting = database.engine.connect().execution_options(portal_writes=True)
    with connecting as connection, _ignoring_references(connection), connection.begin():
        if not database.sqlite:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
        yield connection


@contextmanager
def _ignoring_references(connection: Connection) -> Iterator[None]:
    """Ignore foreign keys on SQLite; it takes that outside transactions only."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def is_current(database: Database) -> bool:
    """Whether the schema is the newest this code knows."""
    return revision_of(database) == _scripts().get_current_head()


def revision_of(database: Database) -> str | None:
    """The schema that *database* has; None before the first."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def knows(revision: str) -> bool:
    """Whether *revision* is one of this code's."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
