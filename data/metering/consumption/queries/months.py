"""Query the readable months of many PCEs: the roll-up, or days where a grant cuts it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
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
from data.metering.consumption.models import Reading
from data.metering.consumption.queries.grant_gaps import (
    days_closed,
    find_first_hole,
    get_holes_cte,
    has_pieces,
    holds,
    touches,
)
from data.metering.consumption.queries.monthly import (
    ROLLED,
    count_due_days,
    count_due_or_early_days,
    get_pce_month_rows_query,
    is_due,
)
from data.metering.consumption.queries.periods import get_spans_cte, get_valued_days_cte
from data.metering.consumption.queries.sources import is_deposited
from data.metering.consumption.queries.year_before import year_before
from data.metering.consumption.types import Quality

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
