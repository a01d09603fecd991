"""Bring forward due times that were computed while the clock was ahead.

A row written while the clock was ahead waits for the length of the jump, and delays its message,
webhook, declaration or decision. Its delay is kept, and counts from now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, String, Table, and_, or_, select, type_coerce, update

from core.database import Database, Session
from data.migrations import tables


@dataclass(frozen=True, slots=True)
class DueColumn:
    """A column that says when something is due, in the rows that are `waiting`.

    `born` is the column of the row's creation. Nothing waits longer than `longest`, if known.
    """

    table: str
    due: str
    born: str
    waiting: tuple[str, str | None]
    longest: timedelta | None = None


_HALF_A_DAY = timedelta(hours=13)  # slightly more than the longest pause between two attempts
_A_DAY = timedelta(hours=25)
DUE_COLUMNS = (
    DueColumn("notices", "due_at", "created_at", ("state", "PENDING")),
    DueColumn("notifications", "next_attempt_at", "created_at", ("state", "QUEUED"), _HALF_A_DAY),
    DueColumn("right_letters", "next_attempt_at", "created_at", ("state", "queued"), _HALF_A_DAY),
    DueColumn("hook_deliveries", "next_attempt_at", "created_at", ("state", "queued"), _A_DAY),
    DueColumn("mirror_sendings", "next_attempt_at", "created_at", ("state", "queued")),
    DueColumn("mirror_rounds", "resume_at", "created_at", ("state", "paused"), _A_DAY),
    DueColumn("queue_items", "not_before", "created_at", ("state", "waiting"), _A_DAY),
    DueColumn("control_decisions", "effect_at", "at", ("applied_at", None)),
)


def bring_forward(database: Database, now: datetime) -> int:
    """Restart the delay of each row put off by a wrong clock; return how many rows."""
    with database.reading() as db:
        rows_by_column = {
            due_column: list(_put_off(db, due_column, now)) for due_column in DUE_COLUMNS
        }
    count = sum(map(len, rows_by_column.values()))
    if count:
        with database.transaction() as db:
            for due_column, rows in rows_by_column.items():
                _write(db, due_column, rows, now)
        structlog.get_logger().warning("waits.brought_forward", rows=count)
    return count


def _put_off(db: Session, due_column: DueColumn, now: datetime) -> Iterator[Row[Any, Any, Any]]:
    table = tables()[due_column.table]
    due, born = table.c[due_column.due], table.c[due_column.born]
    wrong = and_(born > now, due >= born)  # computed by the clock that was ahead
    if due_column.longest is not None:
        wrong = or_(wrong, due > now + due_column.longest)
    query = select(table.c.id, due, born).where(_is_waiting(table, due_column), due > now, wrong)
    yield from db.execute(query).all()


def _is_waiting(table: Table, due_column: DueColumn) -> Any:  # noqa: ANN401 (an expression of either kind)
    name, word = due_column.waiting
    column = type_coerce(table.c[name], String) if word else table.c[name]
    return column == word if word else column.is_(None)


def _write(
    db: Session, due_column: DueColumn, rows: list[Row[Any, Any, Any]], now: datetime
) -> None:
    table = tables()[due_column.table]
    for row_id, due, born in rows:
        delay = due - born if born > now else timedelta()
        if due_column.longest is not None:
            delay = min(delay, due_column.longest)
        db.execute(
            update(table)
            .where(table.c.id == row_id, table.c[due_column.due] == due)
            .values({due_column.due: now + delay})
        )
