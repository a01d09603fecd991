"""Copy many rows into a table by the fastest command of the database."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, cast

from sqlalchemy import func, select, text

from core.database import Base, Session, blocks

_PARAMETERS = 16_000  # in one statement: SQLite allows 32,766
# rows prepared before sending: PostgreSQL writes them while the next ones are prepared
_AHEAD = 200
Row = Sequence[Any]
_Change = Callable[[Any], Any]


def pour(db: Session, model: type[Base], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert many `rows`, in the order of `names`: COPY on PostgreSQL, long INSERTs on SQLite.

    Going through the session or Core would double the time.
    """
    db.flush()
    connection = db.connection()
    dialect, types = connection.dialect, model.__table__.c
    changes = [types[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    into = f"{model.__tablename__} ({', '.join(names)})"
    cursor = cast("Any", connection.connection.cursor())
    if dialect.name == "sqlite":
        _insert(cursor, into, list(_sent(rows, changes)))
    else:
        with cursor.copy(f"COPY {into} FROM STDIN") as copy:
            row_iterator = iter(rows)
            while batch := list(islice(row_iterator, _AHEAD)):
                for values in _sent(batch, changes):
                    copy.write_row(values)
    cursor.close()


def take_ids(db: Session, model: type[Base], count: int) -> Sequence[int]:
    """Return `count` ids that no row of `model` has or will have, for rows to insert."""
    table = model.__table__
    if db.connection().dialect.name == "sqlite":  # SQLite has a single writer
        last: int = db.scalar(select(func.max(table.c.id))) or 0
        return range(last + 1, last + 1 + count)
    sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
    query = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return db.scalars(query).all()


def learn(db: Session, model: type[Base]) -> None:
    """Update PostgreSQL's statistics on the table of `model`, before its daemon does.

    Until then it plans for the few rows that it knew, and reads the whole table.
    """
    if db.connection().dialect.name != "sqlite":
        db.execute(text(f"ANALYZE {model.__tablename__}"))


def put_off(db: Session) -> None:
    """Let PostgreSQL defer updates of text search indexes in this transaction.

    Searches still find the rows, more slowly. Indexing at once would take as long as writing the
    rows. `sort_in` indexes them at once, PostgreSQL's daemon later.
    """
    if db.connection().dialect.name != "sqlite":
        db.execute(text("SET LOCAL gin_pending_list_limit = '64MB'"))


def sort_in(db: Session, index: str) -> None:
    """Index what `put_off` deferred in `index`, if it exists."""
    if db.connection().dialect.name != "sqlite":
        db.scalar(select(func.gin_clean_pending_list(func.to_regclass(index))))


def _sent(rows: Iterable[Row], changes: Sequence[_Change | None]) -> Iterator[Row]:
    """Return `rows` with values converted for the driver."""
    return zip(*map(_changed, zip(*rows, strict=True), changes), strict=True)


def _changed(column: Row, change: _Change | None) -> Iterable[Any]:
    """Return a column's values converted for the driver."""
    return column if change is None else _copy_rows(column, change)


def _copy_rows(column: Row, change: _Change) -> Iterator[Any]:
    last, result = None, change(None)
    for value in column:
        if value is not last:
            last, result = value, change(value)
        yield result


def _insert(cursor: Any, into: str, rows: Sequence[Row]) -> None:  # noqa: ANN401 (of the driver)
    """Insert many rows per statement, so that a trigger updates a search index once for each."""
    if not rows:
        return
    blank = f"({', '.join('?' * len(rows[0]))})"
    for block in blocks(rows, max(1, _PARAMETERS // len(rows[0]))):
        values = ", ".join([blank] * len(block))
        cursor.execute(f"INSERT INTO {into} VALUES {values}", list(chain.from_iterable(block)))  # noqa: S608
