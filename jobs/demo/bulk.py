"""Writing many rows at once, the fastest way each database has, inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session


def stamp_of(db: Session, at: datetime) -> str:
    """An instant as the database's driver keeps it."""
    utc = at.astimezone(UTC)
    if db.get_bind().dialect.name == "sqlite":
        return utc.strftime("%Y-%m-%d %H:%M:%S.%f")
    return utc.isoformat()


def pour(db: Session, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert *rows* (dates as ISO text) into *table*: driver tuples on SQLite, else COPY."""
    names = ", ".join(columns)
    driver: Any = db.connection().connection.driver_connection
    if db.get_bind().dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
