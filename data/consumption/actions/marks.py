"""Noting that readings changed, for whoever judges them."""

from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from data.consumption.models import ReadingMark


def _earliest(insertion: Any) -> Any:  # noqa: ANN401 (either dialect's own Insert)
    """The earliest day wins; on PostgreSQL the row is locked even where it wins already."""
    return insertion.on_conflict_do_update(
        index_elements=["pce_id"],
        set_={"first_day": insertion.excluded.first_day},
        where=insertion.excluded.first_day < ReadingMark.first_day,
    )


_ONE = {
    name: _earliest(insert(ReadingMark).values(pce_id=bindparam("pce"), first_day=bindparam("day")))
    for name, insert in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}


def mark(db: Session, pce_id: int, day: date) -> None:
    """The readings of *pce_id* changed from *day* on, in the caller's transaction."""
    connection = db.connection()
    connection.execute(_ONE[connection.dialect.name], {"pce": pce_id, "day": day})


def mark_all(db: Session, found: Select[int, date]) -> None:
    """The same for every (PCE, day) that *found* selects, once each; it must have a WHERE."""
    sqlite = db.connection().dialect.name == "sqlite"
    insert: Any = sqlite_insert(ReadingMark) if sqlite else postgresql_insert(ReadingMark)
    db.execute(_earliest(insert.from_select(["pce_id", "first_day"], found)))
