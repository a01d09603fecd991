"""Many rows into one table, as fast as the database takes them."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from data.db import Base, Session


def pour(
    db: Session, model: type[Base], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert many *rows*, each in the order of *names*: COPY on PostgreSQL, else `executemany`.

    To go through the session, or through Core, costs as much again as the database takes.
    """
    db.flush()
    connection = db.connection()
    dialect, types = connection.dialect, model.__table__.c
    changes = [
        (place, change)
        for place, name in enumerate(names)
        if (change := types[name].type.dialect_impl(dialect).bind_processor(dialect))
    ]
    sent = []
    for row in rows:
        values = list(row)
        for place, change in changes:
            values[place] = change(values[place])
        sent.append(values)
    columns = ", ".join(names)
    cursor = cast("Any", connection.connection.cursor())
    if dialect.name == "sqlite":
        blanks = ", ".join("?" * len(names))
        cursor.executemany(f"INSERT INTO {model.__tablename__} ({columns}) VALUES ({blanks})", sent)  # noqa: S608
    else:
        with cursor.copy(f"COPY {model.__tablename__} ({columns}) FROM STDIN") as copy:
            for values in sent:
                copy.write_row(values)
    cursor.close()
