"""Compute a database's fingerprint: row counts and a checksum of each table."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table

from data.migrations import present_columns, tables

Weights = Mapping[str, list[int]]  # by table: number of rows, and their sum
_MODULO = 2**63


def weigh_postgresql(connection: Connection) -> Weights:
    """Return the fingerprint of a PostgreSQL schema, independent of the row order."""
    weights = {}
    for name, columns in present_columns(connection).items():
        sum_of_rows = f"coalesce(bit_xor(hashtextextended(({_text(sorted(columns))}), 0)), 0)"
        found = connection.exec_driver_sql(f"SELECT count(*), {sum_of_rows} FROM {name}")  # noqa: S608
        weights[name] = list(found.one())
    return weights


def weigh_sqlite(path: Path) -> Weights:
    """Return the fingerprint of an SQLite file without writers."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source:
        table_names = {name for (name,) in source.execute("SELECT name FROM sqlite_master")}
        return {
            name: _sum(source.execute(f"SELECT {', '.join(map(_quoted, columns))} FROM {name}"))  # noqa: S608
            for name, columns in _columns(tables()).items()
            if name in table_names
        }


def _sum(rows: Iterable[Any]) -> list[int]:
    """Return the count and checksum of rows, independent of their order."""
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(blake2b(repr(row).encode(), digest_size=8).digest())
    return [count, total % _MODULO]


def _columns(listed: Mapping[str, Table]) -> Mapping[str, list[str]]:
    return {name: sorted(column.name for column in table.c) for name, table in listed.items()}


def _text(columns: Iterable[str]) -> str:
    return f"({', '.join(map(_quoted, columns))})::text"


_quoted: Callable[[str], str] = '"{}"'.format
