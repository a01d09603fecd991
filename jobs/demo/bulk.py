"""Write many rows by the fastest command of each database, in the caller's transaction."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from data.metering.consumption.actions.bulk import insert_flat


def stamp_of(at: datetime, *, sqlite: bool) -> str:
    """Return a time as the database's driver stores it."""
    utc = at.astimezone(UTC)
    return utc.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else utc.isoformat()


def pour(
    db: Session, table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert `rows` (dates as ISO text) into `table`."""
    connection = db.connection()
    if connection.dialect.name == "sqlite":
        insert_flat(connection, table, columns, list(chain.from_iterable(rows)))
        return
    driver: Any = connection.connection.driver_connection
    sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)
