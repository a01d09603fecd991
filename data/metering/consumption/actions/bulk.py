"""Write many days at once: COPY on PostgreSQL, `executemany` on SQLite, never the ORM."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session

from data.metering.consumption.models import Reading, ReadingRevision
from data.metering.consumption.rules.merge import CONTENT, SAID, Content, Statements, digest

# (status, as-of date or None for our own reconstruction, learnt at, source, run id)
Kept: TypeAlias = tuple[int, date | None, datetime, int, int]
Row: TypeAlias = tuple[Content, Kept]

_BLOCK = 16
_KEY = ("pce_id", "gas_day")
_TYPES = ("int8", "int8", "int8", "int8", "int4", "int2", "int2", "int2", "int2")
_SAID_TYPES = ("date", "timestamptz", "int2", "int4")
_READING_TYPES = ("int4", "date", *_TYPES, *_SAID_TYPES)
_REVISION_TYPES = ("int4", "date", "int8", *_TYPES, *_SAID_TYPES)
READING_COLUMNS = (*_KEY, *CONTENT, *SAID)
REVISION_COLUMNS = (*_KEY, "digest", *CONTENT, *SAID)


def write_readings(
    db: Session, pce_id: int, rows: Mapping[date, Row], gone: Collection[date]
) -> None:
    """Write `rows` as the readings in force.

    `gone` are days whose existing row is deleted first.
    """
    connection = db.connection()
    _erase(connection, _table(Reading), pce_id, gone)
    if connection.dialect.name == "sqlite":
        insert_flat(connection, "readings", READING_COLUMNS, _as_text(pce_id, rows))
    else:
        records = (
            (pce_id, day, *content, *attribution) for day, (content, attribution) in rows.items()
        )
        _copy(connection, "readings", READING_COLUMNS, _READING_TYPES, records)


def _as_text(pce_id: int, rows: Mapping[date, Row]) -> list[Any]:
    """Flatten `rows` into SQLite values; consecutive days usually share one attribution."""
    values: list[Any] = []
    last: Kept | None = None
    tail: tuple[object, ...] = ()
    for day, (content, attribution) in rows.items():
        if attribution is not last:
            last, tail = attribution, _tail(attribution)
        values += (pce_id, day.isoformat())
        values += content
        values += tail
    return values


def _tail(attribution: Kept) -> tuple[object, ...]:
    status, as_of, learnt_at, *whose = attribution
    return (
        status,
        None if as_of is None else as_of.isoformat(),
        learnt_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        *whose,
    )


def write_revisions(db: Session, pce_id: int, days: Mapping[date, Statements]) -> None:
    """Store all statements of `days` with several, replacing the revisions already stored."""
    if not days:
        return
    connection = db.connection()
    _erase(connection, _table(ReadingRevision), pce_id, days)
    rows = [
        (day, digest(content, run_id), content, attribution)
        for day, statements in days.items()
        if len(statements) > 1
        for (content, run_id), attribution in statements.items()
    ]
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        plain = [
            value
            for day, name, content, attribution in rows
            for value in (pce_id, day.isoformat(), name, *content, *_tail(attribution))
        ]
        insert_flat(connection, "reading_revisions", REVISION_COLUMNS, plain)
    else:
        records = (
            (pce_id, day, name, *content, *attribution) for day, name, content, attribution in rows
        )
        _copy(connection, "reading_revisions", REVISION_COLUMNS, _REVISION_TYPES, records)


def _table(model: type[Reading | ReadingRevision]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 (tells mypy what a declarative class holds)
    return table


def _erase(connection: Connection, table: Table, pce_id: int, days: Collection[date]) -> None:
    if not days:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"DELETE FROM {table.name} WHERE pce_id = ? AND gas_day = ?",  # noqa: S608 (our names)
            [(pce_id, day.isoformat()) for day in days],
        )
        return
    connection.exec_driver_sql(
        f"DELETE FROM {table.name} WHERE pce_id = %s AND gas_day = ANY(%s)",  # noqa: S608
        (pce_id, list(days)),
    )


@cache
def _insertion(table: str, columns: tuple[str, ...], rows: int) -> str:
    marks = ", ".join([f"({', '.join('?' * len(columns))})"] * rows)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks}"  # noqa: S608


def insert_flat(
    connection: Connection, table: str, columns: tuple[str, ...], values: list[Any]
) -> None:
    """Insert rows, given as one flat list of values, into SQLite.

    Each statement inserts `_BLOCK` rows, which was measured a fifth faster than one row each.
    """
    driver: Any = connection.connection.driver_connection
    wide, block = len(columns), _BLOCK * len(columns)
    full_block_count = len(values) - len(values) % block
    if full_block_count:
        blocks = (values[start : start + block] for start in range(0, full_block_count, block))
        driver.executemany(_insertion(table, columns, _BLOCK), blocks)
    if full_block_count < len(values):
        rest = values[full_block_count:]
        driver.execute(_insertion(table, columns, len(rest) // wide), rest)


def _copy(
    connection: Connection,
    table: str,
    columns: tuple[str, ...],
    types: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    driver: Any = connection.connection.driver_connection
    sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(sql) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
