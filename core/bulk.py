"""Insert, update or match many rows in one statement, with the driver's own commands.

The ORM, or a parameter for each value on PostgreSQL, takes several times as long. Every column
without a database default must be given, and all rows must have the same columns.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import JSON, Column, Connection, Table, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.database import Base, blocks

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = list[tuple[Any, ...]]
_AT_ONCE = 5000  # rows in one statement
_Change = Callable[[Any], Any]
_encode = json.JSONEncoder(ensure_ascii=False).encode


def is_among(db: Session, column: InstrumentedAttribute[Any], values: Sequence[Any]) -> Any:  # noqa: ANN401 (a condition)
    """Return the SQL condition that `column` is one of `values`, for the database of `db`.

    PostgreSQL gets an array, because its driver parses each parameter of a list again in every
    statement.
    """
    if db.connection().dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(literal(list(values), ARRAY(column.type)))


def insert_all(
    db: Session, model: type[Base], rows: Iterable[Row], returned_columns: Sequence[str] = ("id",)
) -> Rows:
    """Insert `rows`; return their `returned_columns` as the driver gives them, in no order."""
    return _insert(db, model, list(rows), f"RETURNING {', '.join(returned_columns)}")


def insert_new(
    db: Session, model: type[Base], rows: Iterable[Row], returned_columns: Sequence[str] = ("id",)
) -> Rows:
    """Insert the rows that no unique index holds yet; return as `insert_all`."""
    return _insert(
        db, model, list(rows), f"ON CONFLICT DO NOTHING RETURNING {', '.join(returned_columns)}"
    )


def update_all(db: Session, model: type[Base], rows: Sequence[tuple[Row, Row]]) -> int:
    """Update `rows`, (key, new values), of at most one row each; return how many existed."""
    if not rows:
        return 0
    connection, table = db.connection(), _table(model)
    keys, values = list(rows[0][0]), list(rows[0][1])
    columns = [table.c[name] for name in (*values, *keys)]
    records = [(*after.values(), *which.values()) for which, after in rows]
    if connection.dialect.name == "sqlite":
        changed = ", ".join(f"{name} = ?" for name in values)
        which = " AND ".join(f"{name} = ?" for name in keys)
        sql = f"UPDATE {table.name} SET {changed} WHERE {which}"  # noqa: S608 (names of ours)
        return connection.exec_driver_sql(
            sql, _lines(connection.dialect, columns, records)
        ).rowcount
    places = [f"v{at}" for at in range(len(columns))]
    pairs = [f"{column.name} = {place}" for column, place in zip(columns, places, strict=True)]
    sql = (
        f"UPDATE {table.name} SET {', '.join(pairs[: len(values)])} "  # noqa: S608 (names of ours)
        f"FROM {_unnested(connection.dialect, tuple(columns))} AS new({', '.join(places)}) "
        f"WHERE {' AND '.join(f'{table.name}.{pair}' for pair in pairs[len(values) :])}"
    )
    counts = [
        connection.exec_driver_sql(sql, _arrays(connection.dialect, columns, block)).rowcount
        for block in blocks(records, _AT_ONCE)
    ]
    return sum(counts)


def _insert(db: Session, model: type[Base], rows: Sequence[Row], tail: str) -> Rows:
    if not rows:
        return []
    connection, table = db.connection(), _table(model)
    columns = [table.c[name] for name in rows[0]]
    records = [tuple(row.values()) for row in rows]
    into = f"INSERT INTO {table.name} ({', '.join(rows[0])})"
    if connection.dialect.name == "sqlite":
        sql = f"{into} VALUES ({', '.join('?' * len(columns))}) {tail}"
        return _one_by_one(connection, sql, _lines(connection.dialect, columns, records))
    source = _unnested(connection.dialect, tuple(columns))
    inserted_rows: Rows = []
    for block in blocks(records, _AT_ONCE):
        sent = _arrays(connection.dialect, columns, block)
        inserted_rows += connection.exec_driver_sql(
            f"{into} SELECT * FROM {source} {tail}",  # noqa: S608
            sent,
        ).all()
    return inserted_rows


def _one_by_one(connection: Connection, sql: str, lines: Rows) -> Rows:
    """Run the statement row by row: SQLite is in-process and caches it, so calls are cheap."""
    cursor = connection.connection.cursor()
    inserted_rows: Rows = []
    for line in lines:
        cursor.execute(sql, line)
        inserted_rows += cursor.fetchall()
    cursor.close()
    return inserted_rows


def _lines(dialect: Dialect, columns: Sequence[Column[Any]], records: Rows) -> Rows:
    sent = (
        [_encode(value) for value in values]
        if isinstance(column.type, JSON)
        else _each(_change(dialect, column), values)
        for column, values in zip(columns, zip(*records, strict=True), strict=True)
    )
    return list(zip(*sent, strict=True))


def _arrays(
    dialect: Dialect, columns: Sequence[Column[Any]], records: Sequence[tuple[Any, ...]]
) -> tuple[Any, ...]:
    """Return an array of texts per column; one JSON text for a JSON column, to avoid quoting."""
    return tuple(
        _encode(values)
        if isinstance(column.type, JSON)
        else _each(_as_text(_change(dialect, column)), values)
        for column, values in zip(columns, zip(*records, strict=True), strict=True)
    )


def _each(change: _Change | None, values: Sequence[Any]) -> Sequence[Any]:
    """Return `values` converted once per distinct value: there are few among many rows."""
    if change is None:
        return values
    changed_by_value = {value: change(value) for value in set(values)}
    return [changed_by_value[value] for value in values]


def _as_text(change: _Change | None) -> _Change:
    def text(value: Any) -> str | None:  # noqa: ANN401 (of any column)
        sent = value if change is None else change(value)
        return None if sent is None else str(sent)

    return text


@lru_cache(maxsize=256)
def _change(dialect: Dialect, column: Column[Any]) -> _Change | None:
    """Return the function that converts a value for the driver; None without conversion."""
    return column.type.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=64)
def _unnested(dialect: Dialect, columns: tuple[Column[Any], ...]) -> str:
    """Return the FROM clause that turns the arrays of `_arrays` into rows on PostgreSQL."""
    each = (
        "json_array_elements(%s::json)"
        if isinstance(column.type, JSON)
        else f"unnest(%s::text[]::{column.type.compile(dialect)}[])"
        for column in columns
    )
    return f"ROWS FROM ({', '.join(each)})"


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 (mypy: a declarative class has a whole table)
    return table
