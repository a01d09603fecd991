"""Join the roll-up with the calendar: due, known and compared months of many PCEs."""

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Float,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from data.metering.consumption.models import MonthlyConsumption
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.rules.fleet import MONTHS, days_due
from data.metering.consumption.rules.series import FEW_DAYS
from data.metering.pces.rules import month_of
from data.metering.pces.types import Frequency

ROLLED = MonthlyConsumption


def get_month_columns(month: date, today: date) -> tuple[ColumnElement[Any], ...]:
    """Return a month's columns: last day, ends of the month a year before, days by frequency."""
    return (
        literal(month, Date).label("month"),
        literal(month_end(month), Date).label("last"),
        literal(month_of(month, -MONTHS), Date).label("earlier"),
        literal(month_end(month_of(month, -MONTHS)), Date).label("earlier_last"),
        *(literal(days_due(month, how, today), Integer).label(how.name) for how in Frequency),
    )


@lru_cache(32)
def get_calendar_cte(months: tuple[date, ...], today: date) -> CTE:
    """Build a row for each month, as a union: VALUES would be compiled at every execution."""
    return union_all(*(select(*get_month_columns(month, today)) for month in months)).cte(
        "calendar"
    )


def is_due(scope: FromClause, calendar: CTE) -> ColumnElement[bool]:
    """Return whether days of a PCE are due in the month; not in the month when service ended."""
    served = or_(scope.c.ended_on.is_(None), scope.c.ended_on >= calendar.c.last)
    return and_(not_(scope.c.injects), scope.c.frequency != Frequency.HALF_YEARLY, served)


def count_due_days(scope: FromClause, calendar: CTE) -> ColumnElement[int]:
    """Count the days of a PCE and month expected by now: due, or up to the last with a value."""
    by_frequency = [(scope.c.frequency == how, calendar.c[how.name]) for how in Frequency]
    due, until = case(*by_frequency, else_=0), scope.c.data_until
    month_days, early_days = (
        cast(extract("day", day), Integer) for day in (calendar.c.last, until)
    )
    return case(
        (not_(is_due(scope, calendar)), 0),
        (until >= calendar.c.last, month_days),
        (and_(until >= calendar.c.month, early_days > due), early_days),
        else_=due,
    )


def count_due_or_early_days(
    due: ColumnElement[Any], known_days: ColumnElement[Any], awaited: ColumnElement[bool]
) -> ColumnElement[int]:
    """Count the expected days, at least those known: a period may hold days after the last reading.

    No day is expected early in a month without `awaited` days.
    """
    return case((and_(awaited, known_days > due), known_days), else_=due)


def get_pce_month_rows_query(
    scope: FromClause,
    calendar: CTE,
    reads: ColumnElement[bool],
    faces: ColumnElement[bool],
    *more: ColumnElement[Any],
) -> Select[Any]:
    """Select a row for each PCE of `scope` and month where `reads`; `faces` adds last year.

    A zero energy beside a volume counts as unknown.
    """
    known_days = ROLLED.days_measured + ROLLED.days_estimated + ROLLED.days_reconstructed
    return (
        select(
            scope.c.id,
            calendar.c.month,
            calendar.c.last,
            count_due_or_early_days(
                count_due_days(scope, calendar),
                func.coalesce(known_days, 0),
                is_due(scope, calendar),
            ).label("due"),
            func.coalesce(known_days, 0).label("known"),
            case((or_(ROLLED.energy_wh != 0, ROLLED.volume_dm3 == 0), ROLLED.energy_wh)).label(
                "energy_wh"
            ),
            func.coalesce(ROLLED.days_deposited, 0).label("deposited"),
            case((faces, ROLLED.days_shared), else_=0).label("shared"),
            case((faces, ROLLED.shared_wh), else_=0).label("this_wh"),
            case((faces, ROLLED.before_wh), else_=0).label("before_wh"),
            *more,
        )
        .select_from(scope)
        .join(calendar, reads)
        # An outer join makes SQLite look each month up by key instead of scanning the roll-up.
        .outerjoin(ROLLED, and_(ROLLED.pce_id == scope.c.id, ROLLED.month == calendar.c.month))
    )


def sum_months_columns(each: Subquery) -> dict[str, ColumnElement[Any]]:
    """Return the sums over a PCE's months.

    Known days beyond those due in a month are not counted.
    """
    known_days = case((each.c.known > each.c.due, each.c.due), else_=each.c.known)
    return {
        "energy_wh": func.sum(case((each.c.known > 0, each.c.energy_wh))),
        "known": func.sum(known_days),
        "due": func.sum(each.c.due),
        "deposited": func.sum(each.c.deposited),
        "shared": func.coalesce(func.sum(each.c.shared), 0),
        "this_wh": func.coalesce(func.sum(each.c.this_wh), 0),
        "before_wh": func.coalesce(func.sum(each.c.before_wh), 0),
    }


def has_enough_days(sums: Any) -> ColumnElement[bool]:  # noqa: ANN401 (columns of a table or a subquery)
    """Return `rules.fleet.is_enough` in SQL, with consumption in the year before."""
    return and_(sums.shared >= FEW_DAYS, 2 * sums.shared >= sums.due, sums.before_wh > 0)


def get_equal_days_columns(sums: Any, ratio: ColumnElement[Any]) -> dict[str, ColumnElement[Any]]:  # noqa: ANN401
    """Return the weather-corrected columns computed from `ratio`, NULL where it is unknown.

    These are the gap in Wh, the gap relative to the year before, and the ranking key: the corrected
    gap if known, else the raw drift.
    """
    moved = cast(func.round(sums.this_wh * ratio), BigInteger)
    gap: ColumnElement[Any] = case((sums.gap_wh.is_not(None), moved - sums.before_wh))
    share = cast(gap, Float) / sums.before_wh  # not zero where there is a gap
    return {"equal_wh": gap, "equal": share, "ranked": func.coalesce(share, sums.drift)}
