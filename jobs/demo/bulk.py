"""Write many rows by the fastest command of each database, in the caller's transaction."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from data.metering.consumption.actions.bulk import insert_flat


def pour(
    db: Session, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert `rows` (dates as ISO text) into `table`."""
    pour_flat(db, table, columns, list(chain.from_iterable(rows)))


def pour_flat(db: Session, table: str, columns: tuple[str, ...], values: list[Any]) -> None:
    """Insert rows as `pour`; they are given as one flat list of values."""
    connection = db.connection()
    if connection.dialect.name == "sqlite":
        insert_flat(connection, table, columns, values)
        return
    driver: Any = connection.connection.driver_connection
    sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(sql) as copy:
        for row in zip(*[iter(values)] * len(columns), strict=True):
            copy.write_row(row)
