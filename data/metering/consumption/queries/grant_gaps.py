"""Exclude in SQL the unreadable days between the pieces of a grant."""

from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Integer, Text, and_, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from data.metering.pces.rules import DAYS

_WORD = 23  # characters of a hole in `holes_text`: letter, two days, separator and space


def has_pieces(holes: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether `PceGrant.holes` has holes in daily readings, which come first in it."""
    return func.coalesce(holes, "").like(f"{DAYS}%")


def find_first_hole(holes: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the first day of the first hole in the daily readings, as text."""
    return func.substr(func.coalesce(holes, ""), 2, 10)


def get_holes_cte(scope: FromClause) -> CTE:
    """Build a row for each hole in the readings of `scope`: `first` and `last` as text."""
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
    """Return whether a day of a PCE, or a day of `first`…`last`, lies in `hole`.

    At most one hole contains a day. Use it in a join, not in a correlated subquery.
    """
    end = first if last is None else last
    return and_(hole.c.id == pce, hole.c.first <= cast(end, Text), hole.c.last >= cast(first, Text))


def touches(hole: CTE, pce: ColumnElement[int], calendar: CTE) -> ColumnElement[bool]:
    """Return whether a day of the month lies in `hole`."""
    first, last = _ends(calendar)
    return and_(hole.c.id == pce, hole.c.first <= last, hole.c.last >= first)


def days_closed(hole: CTE, calendar: CTE, skip: Any, stop: Any) -> ColumnElement[int]:  # noqa: ANN401
    """Count the days of the month that lie in `hole`, between days `skip` (excluded) and `stop`."""
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
