"""Query the months of many PCEs: due, known and compared days, from the roll-up or from days."""

from collections.abc import Sequence
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
    Text,
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
from sqlalchemy.orm import aliased

from core.access import Viewer
from data.metering.consumption.models import MonthlyConsumption, Reading
from data.metering.consumption.queries.grant_gaps import (
    days_closed,
    find_first_hole,
    get_holes_cte,
    has_pieces,
    holds,
    touches,
)
from data.metering.consumption.queries.periods import get_spans_cte, get_valued_days_cte
from data.metering.consumption.queries.sources import is_deposited
from data.metering.consumption.queries.year_before import year_before
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.rules.fleet import MONTHS, days_due
from data.metering.consumption.rules.series import FEW_DAYS
from data.metering.consumption.types import Quality
from data.metering.pces.rules import month_of
from data.metering.pces.types import Frequency

ROLLED = MonthlyConsumption


def get_month_columns(month: date, today: date) -> tuple[ColumnElement[Any], ...]:
    """Return a month's columns: its days, ends of the month a year before, days by frequency."""
    return (
        literal(month, Date).label("month"),
        literal(month_end(month), Date).label("last"),
        literal(month_end(month).day, Integer).label("days"),
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
    early_days = cast(extract("day", until), Integer)
    return case(
        (not_(is_due(scope, calendar)), 0),
        (until >= calendar.c.last, calendar.c.days),
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


_then = aliased(Reading)  # the same date a year before


def get_readable_months_query(viewer: Viewer, scope: FromClause, calendar: CTE) -> Select[Any]:
    """Select a row for each PCE of `scope` and month with a readable day.

    Columns are those of `get_pce_month_rows_query`, `volume_dm3` and the number of first days to
    `skip`. Where a grant cuts the month, or the same month a year before, days are summed one by
    one.
    """
    reads, faces = _whole_months(scope, calendar)
    volume = ROLLED.volume_dm3.expression
    if viewer.staff:  # grants do not limit staff
        full_months = get_pce_month_rows_query(scope, calendar, reads, faces, volume)
        return full_months.add_columns(literal(0).label("skip"))
    rolled = and_(reads, not_(_faces_in_part(scope, calendar)), not_(_is_holed(scope, calendar)))
    holes = get_holes_cte(scope)
    full_months = get_pce_month_rows_query(scope, calendar, rolled, faces, volume)
    full_months = full_months.add_columns(literal(0).label("skip"))
    cut = _cut(scope, calendar, holes).cte("cut").prefix_with("MATERIALIZED")
    names = full_months.selected_columns.keys()
    days = _of_readings(cut, holes, names)
    rough = _of_periods(cut, get_valued_days_cte(get_spans_cte(cut), holes), names)
    return select(union_all(full_months, days, rough).subquery("months_read"))


def _of_readings(cut: CTE, holes: CTE, names: Sequence[str]) -> Select[Any]:
    """Sum the months of `cut` from readings alone."""
    closed, closed_then = holes.alias("closed"), holes.alias("closed_then")
    columns = [
        cut.c[name] if name in cut.c else _of_days(cut, closed, closed_then, name) for name in names
    ]
    return (
        select(*columns)
        .select_from(cut)
        .outerjoin(
            Reading,
            and_(
                Reading.pce_id == cut.c.id,
                Reading.gas_day.between(cut.c.month, cut.c.last),
                or_(cut.c.since.is_(None), Reading.gas_day >= cut.c.since),
                or_(cut.c.to.is_(None), Reading.gas_day <= cut.c.to),
                Reading.quality > Quality.ABSENT,
            ),
        )
        .outerjoin(
            _then,
            and_(
                _then.pce_id == Reading.pce_id,
                _then.gas_day == year_before(Reading.gas_day),
                or_(cut.c.since.is_(None), _then.gas_day >= cut.c.since),
                _then.energy_wh.is_not(None),
                Reading.energy_wh.is_not(None),
            ),
        )
        .outerjoin(closed, holds(closed, Reading.pce_id, Reading.gas_day))
        .outerjoin(closed_then, holds(closed_then, _then.pce_id, _then.gas_day))
        .where(cut.c.billed.is_(None))
        .group_by(cut.c.id, cut.c.month, cut.c.last, cut.c.skip, cut.c.owed, cut.c.awaited)
    )


def _of_periods(cut: CTE, valued_days: CTE, names: Sequence[str]) -> Select[Any]:
    """Sum the months of `cut` that periods cover in part, from the days `valued_days`."""
    day, then = valued_days.c, valued_days.alias("then").c
    known_days, faced = func.count(day.gas_day), then.gas_day.is_not(None)
    sums: dict[str, ColumnElement[Any]] = {
        "known": known_days,
        "due": count_due_or_early_days(cut.c.owed, known_days, cut.c.awaited),
        "energy_wh": cast(func.sum(day.energy_wh), BigInteger),
        "deposited": func.count(case((is_deposited(day), 1))),
        "volume_dm3": cast(func.sum(day.volume_dm3), BigInteger),
        "shared": func.count(then.gas_day),
        "this_wh": cast(func.sum(case((faced, day.energy_wh))), BigInteger),
        "before_wh": cast(func.sum(then.energy_wh), BigInteger),
    }
    columns = [cut.c[name] if name in cut.c else sums[name].label(name) for name in names]
    both = and_(then.energy_wh.is_not(None), day.energy_wh.is_not(None))
    inside = and_(day.pce_id == cut.c.id, day.gas_day.between(cut.c.month, cut.c.last))
    earlier = and_(then.pce_id == day.pce_id, then.gas_day == year_before(day.gas_day), both)
    return (
        select(*columns)
        .select_from(cut)
        .outerjoin(valued_days, inside)
        .outerjoin(then.gas_day.table, earlier)
        .where(cut.c.billed.is_not(None))
        .group_by(cut.c.id, cut.c.month, cut.c.last, cut.c.skip, cut.c.owed, cut.c.awaited)
    )


def _whole_months(
    scope: FromClause, calendar: CTE
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return whether the whole month is readable, and whether the same month a year before is."""
    opens, closes = scope.c.opens, scope.c.closes
    reads = and_(
        or_(opens.is_(None), calendar.c.month >= opens),
        or_(closes.is_(None), calendar.c.last <= closes),
    )
    return reads, or_(opens.is_(None), calendar.c.earlier >= opens)


def _faces_in_part(scope: FromClause, calendar: CTE) -> ColumnElement[bool]:
    """Return whether the month a year before is readable in part only."""
    opens, month = scope.c.opens, calendar.c
    part = and_(opens > month.earlier, scope.c.reach <= month.earlier_last)
    return and_(opens.is_not(None), part)


def _is_holed(scope: FromClause, calendar: CTE) -> ColumnElement[bool]:
    """Return whether a hole may lie in the month or in the same month a year before.

    It cannot before the first hole or after the last one. Periods may extend beyond a hole.
    """
    begins, month = find_first_hole(scope.c.holes), calendar.c
    before, after = cast(month.last, Text) < begins, month.earlier >= scope.c.first
    around = and_(month.month >= scope.c.first, cast(month.earlier_last, Text) < begins)
    away = and_(scope.c.billed.is_(None), or_(before, after, around))
    return and_(has_pieces(scope.c.holes), not_(away))


def _cut(scope: FromClause, calendar: CTE, holes: CTE) -> Select[Any]:
    """Select the months to read by day, and how many of their readable days are due (`owed`)."""
    since, to, month = scope.c.since, scope.c.last, calendar.c
    begins, ends = and_(since > month.month, since <= month.last), to < month.last
    first, final = (cast(extract("day", day), Integer) for day in (since, to))
    skip = case((begins, first - 1), else_=0)
    due = count_due_days(scope, calendar)
    stop = case((and_(ends, final < due), final), else_=due)
    closed = func.coalesce(func.sum(days_closed(holes, calendar, skip, stop)), 0)
    # All columns that `_cut` reads: PostgreSQL sees no key in a subquery
    return (
        select(
            scope.c.id,
            *(month[name] for name in ("month", "last", "earlier", "earlier_last")),
            skip.label("skip"),
            cast(case((stop > skip, stop - skip), else_=0) - closed, Integer).label("owed"),
            is_due(scope, calendar).label("awaited"),
            since.label("since"),
            to.label("to"),
            scope.c.reach,
            scope.c.billed,
        )
        .select_from(scope)
        .join(
            calendar,
            and_(
                or_(since.is_(None), since <= month.last),
                or_(to.is_(None), to >= month.month),
                or_(
                    scope.c.opens > month.month,
                    scope.c.closes < month.last,
                    _faces_in_part(scope, calendar),
                    _is_holed(scope, calendar),
                ),
            ),
        )
        .outerjoin(holes, touches(holes, scope.c.id, calendar))
        .where(or_(since.is_(None), to.is_(None), since <= to))
        .group_by(*[*scope.c, *calendar.c])
    )


def _of_days(
    cut: CTE, closed: FromClause, closed_then: FromClause, name: str
) -> ColumnElement[Any]:
    is_open = closed.c.id.is_(None)
    day = case((is_open, Reading.gas_day))
    known_days = func.count(day)
    faced = and_(is_open, _then.gas_day.is_not(None), closed_then.c.id.is_(None))
    columns_by_name: dict[str, ColumnElement[Any]] = {
        "known": known_days,
        "due": count_due_or_early_days(cut.c.owed, known_days, cut.c.awaited),
        "energy_wh": cast(func.sum(case((is_open, Reading.energy_wh))), BigInteger),
        "deposited": func.count(case((and_(is_open, is_deposited()), 1))),
        "volume_dm3": cast(func.sum(case((is_open, Reading.volume_dm3))), BigInteger),
        "shared": func.count(case((faced, 1))),
        "this_wh": cast(func.sum(case((faced, Reading.energy_wh))), BigInteger),
        "before_wh": cast(func.sum(case((faced, _then.energy_wh))), BigInteger),
    }
    return columns_by_name.get(name, literal(0)).label(name)
