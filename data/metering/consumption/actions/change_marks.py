"""Mark the PCEs whose readings changed, for the evaluations that follow."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, case, literal, update
from sqlalchemy.orm import Session

from core.database import INSERTS, upsert
from data.metering.consumption.models import ReadingChange, ReadingMark, ReadingNews
from data.metering.consumption.types import PceNews


def _earliest(insertion: Any) -> Any:  # noqa: ANN401 (either dialect's own Insert)
    """Keep the earliest day on conflict.

    PostgreSQL locks the row even when it is left unchanged.
    """
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


_WIDER = (
    update(ReadingNews)
    .where(ReadingNews.pce_id == bindparam("pce"), ReadingNews.sort == PceNews.DAYS)
    .values(
        first_day=case(
            (ReadingNews.first_day > bindparam("first"), bindparam("first")),
            else_=ReadingNews.first_day,
        ),
        last_day=case(
            (ReadingNews.last_day < bindparam("last"), bindparam("last")),
            else_=ReadingNews.last_day,
        ),
    )
)
_NEWS = {
    name: insert(ReadingNews)
    .values(
        pce_id=bindparam("pce"),
        sort=bindparam("sort"),
        first_day=bindparam("first"),
        last_day=bindparam("last"),
    )
    .on_conflict_do_nothing()
    for name, insert in INSERTS.items()
}


def mark_days_changed(db: Session, pce_id: int, first: date, last: date) -> None:
    """Record, in the caller's transaction, that readings of `first`…`last` changed.

    A PCE has one row, widened to cover every change not yet announced. The caller has locked the
    PCE.
    """
    connection, parameters = db.connection(), {"pce": pce_id, "first": first, "last": last}
    if not connection.execute(_WIDER, parameters).rowcount:
        connection.execute(_NEWS[connection.dialect.name], parameters | {"sort": PceNews.DAYS})


def mark_periods_changed(
    db: Session, pce_id: int, sort: PceNews, periods: Iterable[tuple[date, date]]
) -> None:
    """Record that published `periods` changed, one row each since each is read as a whole."""
    connection = db.connection()
    rows = [
        {"pce": pce_id, "sort": sort, "first": period[0], "last": period[1]} for period in periods
    ]
    if rows:
        connection.execute(_NEWS[connection.dialect.name], rows)


def note_change(db: Session, pce_id: int) -> None:
    """Mark `pce_id` for evaluation because its readings changed, in the caller's transaction."""
    connection = db.connection()
    connection.execute(_CHANGED[connection.dialect.name], {"pce": pce_id})


def note_changes(db: Session, pce_query: Select[int]) -> None:
    """Mark every PCE that `pce_query` selects for evaluation; the query must have a WHERE."""
    counted_query = pce_query.add_columns(literal(1))
    db.execute(
        _once_more(upsert(db, ReadingChange).from_select(["pce_id", "times"], counted_query))
    )


def mark_pces(db: Session, pce_id: int, day: date) -> None:
    """Mark `pce_id` for threshold evaluation from `day` on, in the caller's transaction."""
    connection = db.connection()
    connection.execute(_ONE[connection.dialect.name], {"pce": pce_id, "day": day})


def mark_all(db: Session, day_query: Select[int, date]) -> None:
    """Mark every (PCE, day) that `day_query` selects; the query must have a WHERE."""
    insertion = upsert(db, ReadingMark).from_select(["pce_id", "first_day"], day_query)
    db.execute(_earliest(insertion))
