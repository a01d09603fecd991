"""Exclude in SQL the unreadable days between the pieces of a grant."""

from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Text,
    and_,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from data.pces.rules import DAYS

_WORD = 23  # characters of `holes_text`: its letter, two days, what parts them and a space


def has_pieces(holes: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether `PceGrant.holes` holds some of daily readings, which come first."""
    return func.coalesce(holes, "").like(f"{DAYS}%")


def find_first_hole(holes: ColumnElement[Any]) -> ColumnElement[str]:
    """The first day of the first hole in the daily readings, as a text."""
    return func.substr(func.coalesce(holes, ""), 2, 10)


def get_holes_cte(scope: FromClause) -> CTE:
    """A row a hole in the readings of a PCE of *scope*: its `first` and `last` day, as texts."""
    start = select(scope.c.id, cast(scope.c.holes, Text).label("rest")).where(
        has_pieces(scope.c.holes)
    )
    words = start.cte("words", recursive=True)
    rest = func.substr(words.c.rest, _WORD + 1)
    words = words.union_all(select(words.c.id, rest).where(has_pieces(rest)))
    first, last = find_first_hole(words.c.rest), func.substr(words.c.rest, 13, 10)
    return select(words.c.id, first.label("first"), last.label("last")).cte("holes")


def holds(
    hole: FromClause,
    pce: InstrumentedAttribute[int],
    first: InstrumentedAttribute[date],
    last: InstrumentedAttribute[date] | None = None,
) -> ColumnElement[bool]:
    """Whether a day of a PCE, or one of *first*…*last*, lies in the *hole*.

    At most one holds a day. For a join, never one by one.
    """
    end = first if last is None else last
    return and_(hole.c.id == pce, hole.c.first <= cast(end, Text), hole.c.last >= cast(first, Text))


def touches(hole: CTE, pce: ColumnElement[int], calendar: CTE) -> ColumnElement[bool]:
    """Whether some day of the month lies in the *hole*."""
    first, last = _ends(calendar)
    return and_(hole.c.id == pce, hole.c.first <= last, hole.c.last >= first)


def days_closed(hole: CTE, calendar: CTE, skip: Any, stop: Any) -> ColumnElement[int]:  # noqa: ANN401
    """The days of the month in the *hole*, of those after its day *skip* up to its day *stop*."""
    first, last = _ends(calendar)
    start = case((hole.c.first < first, 1), else_=_place(hole.c.first))
    end = case((hole.c.last > last, 31), else_=_place(hole.c.last))
    low = case((start > skip, start), else_=skip + 1)
    high = case((end < stop, end), else_=stop)
    lies = and_(hole.c.id.is_not(None), high >= low)
    return case((lies, high - low + 1), else_=0)


def _ends(calendar: CTE) -> tuple[ColumnElement[str], ColumnElement[str]]:
    return cast(calendar.c.month, Text), cast(calendar.c.last, Text)


def _place(day: ColumnElement[str]) -> ColumnElement[int]:
    return cast(func.substr(day, 9, 2), Integer)
