"""Load the database that the last version before `0001_initial` filled with a demo.

`tests/data/fixtures/revision-0078.*.sql.gz` are its dumps (`.dump` of sqlite3; `pg_dump
--inserts`, without pg_trgm): two delivery points and all that the demo invents about them.
"""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

from core.database import Database
from data.migrations.initial import METADATA

FIXTURES = Path(__file__).parent / "data" / "fixtures"


def load_revision_0078(database: Database) -> None:
    """Fill an empty database with the schema and the rows of revision 0078."""
    kind = "sqlite" if database.sqlite else "postgresql"
    script = gzip.decompress((FIXTURES / f"revision-0078.{kind}.sql.gz").read_bytes()).decode()
    if database.sqlite:
        with closing(sqlite3.connect(str(database.url.database))) as connection:
            connection.executescript(script)
        return
    url = database.engine.url.set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(script)


# removed budgets have the time of their removal since
DERIVED = frozenset({"search", "surface_dm2", "budgets.removed"})


def read_rows(database: Database) -> dict[str, list[str]]:
    """Return the rows of each table of that revision, in an order that no database chooses.

    What is computed from other columns, and may be by other rules since, or moved to another table
    is left out.
    """
    rows = {}
    with database.engine.connect() as connection:
        for name, table in METADATA.tables.items():
            names = sorted(
                column for column in {*table.c.keys()} if not DERIVED & {column, f"{name}.{column}"}
            )
            columns = ", ".join(map('"{}"'.format, names))
            found = connection.exec_driver_sql(f"SELECT {columns} FROM {name}")
            rows[name] = sorted(map(repr, found))
    return rows


def drop_everything(database: Database) -> None:
    """Empty the database: not a table is left."""
    database.engine.dispose()
    if database.sqlite:
        path = Path(str(database.url.database))
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
        return
    with database.engine.begin() as connection:
        for statement in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
            connection.exec_driver_sql(statement)
