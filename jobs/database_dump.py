"""Dump and restore the database: SQLite's backup, or COPY of each PostgreSQL table."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from core.database import Database
from core.errors import Invalid
from core.i18n import N_
from data.migrations import present_columns, tables
from jobs.database_fingerprint import Weights, weigh_postgresql, weigh_sqlite

COPY_OF_SQLITE = "portal.db"
TABLES = "tables"
# Tables that triggers fill while other tables are restored: they are restored last.
MADE = ("fleet_standings", "fleet_sums", "fleet_month_sums", "hook_marks")
Progress = Callable[[str], None]
# columns of each table, in order, and the fingerprints
Dumped = tuple[dict[str, list[str]], Weights]


def dump_sqlite(database: Database, folder: Path, progress: Progress) -> Dumped:
    """Write a consistent copy of the file, while others may write."""
    progress(COPY_OF_SQLITE)
    (folder / COPY_OF_SQLITE).touch(mode=0o600)
    with (
        closing(sqlite3.connect(_path(database))) as source,
        closing(sqlite3.connect(folder / COPY_OF_SQLITE)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    return {}, weigh_sqlite(folder / COPY_OF_SQLITE)


def fill_sqlite(database: Database, folder: Path) -> None:
    """Replace the (empty) database by the copy, in one transaction of SQLite's own."""
    path = folder / COPY_OF_SQLITE
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as source:
        if source.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise Invalid(
                N_("Sauvegarde abîmée : le fichier {file} de {folder} a été modifié."),
                file=COPY_OF_SQLITE,
                folder=folder,
            )
        with closing(sqlite3.connect(_path(database), timeout=10)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=WAL")


def _path(database: Database) -> str:
    return database.url.database or ""


def _quoted(columns: Sequence[str]) -> str:
    """Return the quoted column names: some are SQL keywords."""
    return ", ".join(f'"{column}"' for column in columns)


def dump_postgresql(database: Database, folder: Path, progress: Progress) -> Dumped:
    """Write every table as COPY text, from one REPEATABLE READ snapshot.

    A database of an earlier revision may lack some tables and columns.
    """
    (folder / TABLES).mkdir(mode=0o700)
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with database.engine.connect().execution_options(**options) as connection:
        columns = present_columns(connection)
        for name, listed in columns.items():
            progress(name)
            path = folder / TABLES / f"{name}.copy"
            path.touch(mode=0o600)
            sql = f"COPY {name} ({_quoted(listed)}) TO STDOUT"
            with (
                path.open("wb") as file,
                _driver(connection).cursor() as cursor,
                cursor.copy(sql) as copy,
            ):
                for block in copy:
                    file.write(block)
        return dict(columns), weigh_postgresql(connection)


def fill_postgresql(
    database: Database, folder: Path, columns: Mapping[str, list[str]], progress: Progress
) -> None:
    """Fill the (empty, migrated) tables in one transaction, then advance the sequences."""
    known_tables = tables()
    if not columns.keys() <= known_tables.keys():
        raise Invalid(N_("Cette sauvegarde vient d’une version plus récente du portail."))
    with database.engine.begin() as connection:
        for name in sorted(columns, key=lambda name: MADE.index(name) if name in MADE else -1):
            listed = columns[name]
            progress(name)
            if name in MADE:
                connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608 (our own name)
            with (
                (folder / TABLES / f"{name}.copy").open("rb") as file,
                _driver(connection).cursor() as cursor,
                cursor.copy(f"COPY {name} ({_quoted(listed)}) FROM STDIN") as copy,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)
        for name in columns:
            _reset_sequence(connection, name)


def _reset_sequence(connection: Connection, name: str) -> None:
    if "id" not in tables()[name].c:
        return
    connection.exec_driver_sql(
        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608 (our own names)
        f"coalesce(max(id), 1), max(id) IS NOT NULL) FROM {name}"
    )


def _driver(connection: Connection) -> Any:  # noqa: ANN401 (psycopg's connection)
    return connection.connection.driver_connection
