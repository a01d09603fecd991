"""Many rows written, or asked for, by one statement, in the words of the driver.

Through the ORM, or with a parameter a value on PostgreSQL, they take several times as long. Every
column without a default of the database's own has to be given, and all rows have one shape.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import JSON, Column, Connection, Table, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.db import Base, blocks

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = list[tuple[Any, ...]]
_AT_ONCE = 5000  # rows of one statement
_Change = Callable[[Any], Any]
_encode = json.JSONEncoder(ensure_ascii=False).encode


def among(db: Session, column: InstrumentedAttribute[Any], values: Sequence[Any]) -> Any:  # noqa: ANN401 (a condition)
    """*column* is one of *values*; their database stands by *db*.

    An array on PostgreSQL: its driver reads each place of a list again, at every statement.
    """
    if db.connection().dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(literal(list(values), ARRAY(column.type)))


def insert_all(
    db: Session, model: type[Base], rows: Iterable[Row], found: Sequence[str] = ("id",)
) -> Rows:
    """Insert *rows*; the columns *found* of each, as the driver gives them, in no order."""
    return _insert(db, model, list(rows), f"RETURNING {', '.join(found)}")


def insert_new(
    db: Session, model: type[Base], rows: Iterable[Row], found: Sequence[str] = ("id",)
) -> Rows:
    """The same, of those rows alone that no unique index holds yet; the others are left alone."""
    return _insert(db, model, list(rows), f"ON CONFLICT DO NOTHING RETURNING {', '.join(found)}")


def update_all(db: Session, model: type[Base], rows: Sequence[tuple[Row, Row]]) -> int:
    """Of *rows*, (which row, its new values), how many were there; each is one row at most."""
    if not rows:
        return 0
    connection, table = db.connection(), _table(model)
    keys, values = list(rows[0][0]), list(rows[0][1])
    columns = [table.c[name] for name in (*values, *keys)]
    told = [(*after.values(), *which.values()) for which, after in rows]
    if connection.dialect.name == "sqlite":
        changed = ", ".join(f"{name} = ?" for name in values)
        which = " AND ".join(f"{name} = ?" for name in keys)
        sql = f"UPDATE {table.name} SET {changed} WHERE {which}"  # noqa: S608 (names of ours)
        return connection.exec_driver_sql(sql, _lines(connection.dialect, columns, told)).rowcount
    places = [f"v{at}" for at in range(len(columns))]
    pairs = [f"{column.name} = {place}" for column, place in zip(columns, places, strict=True)]
    sql = (
        f"UPDATE {table.name} SET {', '.join(pairs[: len(values)])} "  # noqa: S608 (names of ours)
        f"FROM {_unnested(connection.dialect, tuple(columns))} AS new({', '.join(places)}) "
        f"WHERE {' AND '.join(f'{table.name}.{pair}' for pair in pairs[len(values) :])}"
    )
    counts = [
        connection.exec_driver_sql(sql, _arrays(connection.dialect, columns, some)).rowcount
        for some in blocks(told, _AT_ONCE)
    ]
    return sum(counts)


def _insert(db: Session, model: type[Base], rows: Sequence[Row], tail: str) -> Rows:
    if not rows:
        return []
    connection, table = db.connection(), _table(model)
    columns = [table.c[name] for name in rows[0]]
    told = [tuple(row.values()) for row in rows]
    into = f"INSERT INTO {table.name} ({', '.join(rows[0])})"
    if connection.dialect.name == "sqlite":
        sql = f"{into} VALUES ({', '.join('?' * len(columns))}) {tail}"
        return _one_by_one(connection, sql, _lines(connection.dialect, columns, told))
    source = _unnested(connection.dialect, tuple(columns))
    found: Rows = []
    for some in blocks(told, _AT_ONCE):
        sent = _arrays(connection.dialect, columns, some)
        found += connection.exec_driver_sql(f"{into} SELECT * FROM {source} {tail}", sent).all()  # noqa: S608
    return found


def _one_by_one(connection: Connection, sql: str, lines: Rows) -> Rows:
    """SQLite is in our own process and keeps a statement ready: a call costs next to nothing."""
    cursor = connection.connection.cursor()
    found: Rows = []
    for line in lines:
        cursor.execute(sql, line)
        found += cursor.fetchall()
    cursor.close()
    return found


def _lines(dialect: Dialect, columns: Sequence[Column[Any]], told: Rows) -> Rows:
    sent = (
        [_encode(value) for value in values]
        if isinstance(column.type, JSON)
        else _each(_change(dialect, column), values)
        for column, values in zip(columns, zip(*told, strict=True), strict=True)
    )
    return list(zip(*sent, strict=True))


def _arrays(
    dialect: Dialect, columns: Sequence[Column[Any]], told: Sequence[tuple[Any, ...]]
) -> tuple[Any, ...]:
    """An array of texts a column; of JSON one text for all, which nobody has to quote."""
    return tuple(
        _encode(values)
        if isinstance(column.type, JSON)
        else _each(_as_text(_change(dialect, column)), values)
        for column, values in zip(columns, zip(*told, strict=True), strict=True)
    )


def _each(change: _Change | None, values: Sequence[Any]) -> Sequence[Any]:
    """*values* changed: many rows have few days, words and instants among them."""
    if change is None:
        return values
    known = {value: change(value) for value in set(values)}
    return [known[value] for value in values]


def _as_text(change: _Change | None) -> _Change:
    def text(value: Any) -> str | None:  # noqa: ANN401 (of any column)
        sent = value if change is None else change(value)
        return None if sent is None else str(sent)

    return text


@lru_cache(maxsize=256)
def _change(dialect: Dialect, column: Column[Any]) -> _Change | None:
    """What makes of a value that of the driver."""
    return column.type.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=64)
def _unnested(dialect: Dialect, columns: tuple[Column[Any], ...]) -> str:
    """PostgreSQL's rows of `_arrays`."""
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
