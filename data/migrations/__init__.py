"""The schema and its history (Alembic)."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import cast

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, inspect

from core.database import Base, Database
from core.errors import Conflict
from core.i18n import N_

INITIAL = "0001_initial"
LAST_NUMBERED = "0078"  # of the revisions before INITIAL, whose schema it creates (ADR 69)
_NEWER = N_(
    "Ces données viennent d’une autre version du portail ({revision}), que celle-ci ne connaît"
    " pas : lancez la version qui les a écrites, ou une plus récente."
)
_OLDER = N_(
    "Ces données sont à la révision {revision}, trop ancienne pour cette version : ouvrez-les"
    " d’abord avec le dernier portail qui la connaît, qui les amène à la révision {last}. La page"
    " « Mettre à jour » de la documentation dit comment."
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


def present_tables(connection: Connection) -> Mapping[str, Table]:
    """Return those of `tables` that the database has: an earlier revision lacks some."""
    names = set(inspect(connection).get_table_names())
    return {name: table for name, table in tables().items() if name in names}


def present_columns(connection: Connection) -> Mapping[str, list[str]]:
    """Return the columns of `present_tables` that the database has.

    An earlier one lacks some, and has others that a migration drops once it has moved them.
    """
    found = {
        name: {column["name"] for column in columns}
        for (_schema, name), columns in inspect(connection).get_multi_columns().items()
    }
    return {
        name: [
            *(column.name for column in table.c if column.name in found[name]),
            *sorted(found[name] - {column.name for column in table.c}),
        ]
        for name, table in tables().items()
        if name in found
    }


def is_modelled(name: str | None, *_: object) -> bool:
    """Whether a model may say *name*: not the search indexes, which each kind of database has."""
    return not (name or "").startswith(("rights_search", "pces_search"))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema forward to *revision*, keeping its data; it waits for writers at work.

    A database of LAST_NUMBERED is adopted: it continues from INITIAL, which creates the same
    schema. All is one transaction. Raises Conflict for a database that this code cannot bring
    forward, or that was altered by hand before it is adopted.
    """
    current = revision_of(database)
    if current is not None:
        require_known(current)
    config = _config()
    with changing_schema(database) as connection:
        config.attributes["connection"] = connection
        adopted = current == LAST_NUMBERED and _rename_revision(connection)
        command.upgrade(config, revision)
        if adopted:
            from data.migrations.completeness import complete

            added = complete(connection)
    if adopted:
        structlog.get_logger().info("database.adopted", revision=LAST_NUMBERED, added=added)


def _rename_revision(connection: Connection) -> bool:
    """Say that the database is at INITIAL; False if another start has said so meanwhile."""
    rename = "UPDATE alembic_version SET version_num = '{}' WHERE version_num = '{}'"
    renamed = connection.exec_driver_sql(rename.format(INITIAL, LAST_NUMBERED))
    return renamed.rowcount == 1


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


def current_name(revision: str) -> str:
    """Return the revision of this history that has the schema of *revision*."""
    return INITIAL if revision == LAST_NUMBERED else revision


def require_known(revision: str) -> None:
    """Raise Conflict unless this code can bring data of *revision* forward."""
    if current_name(revision) in {script.revision for script in _scripts().walk_revisions()}:
        return
    numbered = re.fullmatch(r"\d{4}", revision) is not None and revision < LAST_NUMBERED
    raise Conflict(_OLDER if numbered else _NEWER, revision=revision, last=LAST_NUMBERED)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
