"""Noting that readings changed, for whoever judges them."""

from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, case, literal
from sqlalchemy.orm import Session

from data.consumption.models import ReadingChange, ReadingMark, ReadingNews
from data.consumption.types import News
from data.db import INSERTS, upsert


def _earliest(insertion: Any) -> Any:  # noqa: ANN401 (either dialect's own Insert)
    """The earliest day wins; on PostgreSQL the row is locked even where it wins already."""
    return insertion.on_conflict_do_update(
        index_elements=["pce_id"],
        set_={"first_day": insertion.excluded.first_day},
        where=insertion.excluded.first_day < ReadingMark.first_day,
    )


_ONE = {
    name: _earliest(insert(ReadingMark).values(pce_id=bindparam("pce"), first_day=bindparam("day")))
    for name, insert in INSERTS.items()
}


def _once_more(insertion: Any) -> Any:  # noqa: ANN401 (either dialect's own Insert)
    return insertion.on_conflict_do_update(
        index_elements=["pce_id"], set_={"times": ReadingChange.times + 1}
    )


_CHANGED = {
    name: _once_more(insert(ReadingChange).values(pce_id=bindparam("pce"), times=1))
    for name, insert in INSERTS.items()
}


def _widened(insertion: Any) -> Any:  # noqa: ANN401 (either dialect's own Insert)
    """From the earliest day to the latest that anybody has noted."""
    new, kept = insertion.excluded, ReadingNews
    return insertion.on_conflict_do_update(
        index_elements=["pce_id", "sort"],
        set_={
            "first_day": case(
                (new.first_day < kept.first_day, new.first_day), else_=kept.first_day
            ),
            "last_day": case((new.last_day > kept.last_day, new.last_day), else_=kept.last_day),
        },
    )


_NEWS = {
    name: _widened(
        insert(ReadingNews).values(
            pce_id=bindparam("pce"),
            sort=bindparam("sort"),
            first_day=bindparam("first"),
            last_day=bindparam("last"),
        )
    )
    for name, insert in INSERTS.items()
}


def note_news(db: Session, pce_id: int, sort: News, first: date, last: date) -> None:
    """Data of *pce_id* changed between two days, in the caller's transaction: it is to be told."""
    connection = db.connection()
    given = {"pce": pce_id, "sort": sort.value, "first": first, "last": last}
    connection.execute(_NEWS[connection.dialect.name], given)


def note_change(db: Session, pce_id: int) -> None:
    """The readings of *pce_id* changed, in the caller's transaction: it is to be judged."""
    connection = db.connection()
    connection.execute(_CHANGED[connection.dialect.name], {"pce": pce_id})


def note_changes(db: Session, found: Select[int]) -> None:
    """The same for every PCE that *found* selects, once each; it must have a WHERE."""
    told = found.add_columns(literal(1))
    db.execute(_once_more(upsert(db, ReadingChange).from_select(["pce_id", "times"], told)))


def mark(db: Session, pce_id: int, day: date) -> None:
    """The readings of *pce_id* changed from *day* on, in the caller's transaction."""
    connection = db.connection()
    connection.execute(_ONE[connection.dialect.name], {"pce": pce_id, "day": day})


def mark_all(db: Session, found: Select[int, date]) -> None:
    """The same for every (PCE, day) that *found* selects, once each; it must have a WHERE."""
    wanted = upsert(db, ReadingMark).from_select(["pce_id", "first_day"], found)
    db.execute(_earliest(wanted))
