"""The figures of the home page, from the monthly roll-up; days only of the month under way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    column,
    func,
    or_,
    select,
    values,
)
from sqlalchemy.orm import Session, aliased

from data.access import Viewer
from data.consumption.models import MonthlyConsumption, Reading
from data.consumption.rules.calendar import month_end, same_day
from data.consumption.types import FleetMonth, HomeFigures
from data.pces.queries import count_pces, latest_day, scopes, until
from data.pces.rules import month_of

MONTHS = 12
MOST_CUT = 20_000  # PCE whose days are added for one page: more would be waited for


def home_figures(db: Session, viewer: Viewer) -> HomeFigures:
    """The last 12 complete months and the one under way, of every PCE the viewer may read.

    A month that a grant covers in part is left out: the roll-up cannot be cut. The one under way
    is compared on equal days, unless that asks for the days of too many PCE.
    """
    current = month_of(viewer.today)
    months = [month_of(current, n) for n in range(-MONTHS, 1)]
    rows = {row.month: row._asdict() for row in db.execute(_by_month(viewer, months))}
    found = [_month(month, rows.get(month, {}), current=month == current) for month in months]
    pces = count_pces(db, viewer)
    if pces <= MOST_CUT:
        found[-1] = _on_equal_days(db, viewer, found[-1])
    return HomeFigures(
        pces=pces,
        months=tuple(found),
        year=_sum(found[:-1]),
        data_until=latest_day(db, viewer),
    )


def _calendar(months: Sequence[date]) -> CTE:
    """The months with their last day and length, and the same a year before."""
    rows = []
    for month in months:
        earlier = month_of(month, -MONTHS)
        rows.append(
            (month, month_end(month), month_end(month).day, earlier, month_end(earlier).day)
        )
    return (
        values(
            column("month", Date),
            column("last", Date),
            column("length", Integer),
            column("earlier", Date),
            column("earlier_length", Integer),
        )
        .data(rows)
        .cte("calendar")
    )


def _by_month(viewer: Viewer, months: Sequence[date]) -> Select[Any]:
    calendar = _calendar(months)
    scope = scopes(viewer).subquery("scope")
    now, then = MonthlyConsumption, aliased(MonthlyConsumption)
    measured, estimated = func.sum(now.days_measured), func.sum(now.days_estimated)
    known = now.days_measured + now.days_estimated + now.days_reconstructed
    known_then = then.days_measured + then.days_estimated + then.days_reconstructed
    both = and_(
        known == calendar.c.length,
        known_then == calendar.c.earlier_length,
        calendar.c.month < months[-1],
    )
    return (
        select(
            calendar.c.month,
            func.count(case((known > 0, 1))).label("pces"),
            func.sum(now.energy_wh).label("energy_wh"),
            func.sum(now.volume_dm3).label("volume_dm3"),
            (measured + estimated + func.sum(now.days_reconstructed)).label("days_known"),
            measured.label("days_measured"),
            func.sum(now.days_absent).label("days_absent"),
            func.sum(then.energy_wh).label("earlier_wh"),
            func.count(case((both, 1))).label("shared_pces"),
            func.sum(case((both, now.energy_wh))).label("this_wh"),
            func.sum(case((both, then.energy_wh))).label("before_wh"),
        )
        .select_from(scope)
        .join(calendar, _within(scope, calendar))
        # Outer, so that SQLite looks each month up by its key instead of scanning the roll-up.
        .outerjoin(now, and_(now.pce_id == scope.c.id, now.month == calendar.c.month))
        .outerjoin(
            then,
            and_(
                then.pce_id == scope.c.id,
                then.month == calendar.c.earlier,
                or_(scope.c.first.is_(None), then.month >= scope.c.first),
            ),
        )
        .group_by(calendar.c.month)
    )


def _within(scope: Subquery, calendar: CTE) -> ColumnElement[bool]:
    """The whole month may be read."""
    return and_(
        or_(scope.c.first.is_(None), calendar.c.month >= scope.c.first),
        or_(scope.c.last.is_(None), calendar.c.last <= scope.c.last),
    )


def _on_equal_days(db: Session, viewer: Viewer, month: FleetMonth) -> FleetMonth:
    """*month*, under way, with what its PCE had taken on the same days a year before."""
    ends = _ends(month.month, viewer.today)
    if not ends:
        return month
    each = _each_on_equal_days(viewer, month.month, ends).cte("each").prefix_with("MATERIALIZED")
    totals = select(func.count(), func.sum(each.c.this_wh), func.sum(each.c.before_wh))
    whole = totals.select_from(each).where(each.c.before_wh.is_not(None))
    shared, this, before = db.execute(whole).one()
    return replace(month, shared_pces=shared, this_wh=_int(this), before_wh=_int(before))


def _ends(month: date, today: date) -> list[tuple[date, date, int]]:
    """Each day that data may stop at, the same a year before, and how many days there are."""
    days = [month + timedelta(days=n) for n in range(today.day)]
    earlier = [(day, same_day(day, 1)) for day in days]
    return [(day, then, day.day) for day, then in earlier if then is not None]


def _each_on_equal_days(
    viewer: Viewer, month: date, ends: Sequence[tuple[date, date, int]]
) -> Select[int, int | None]:
    """Both sums of each PCE whose every day up to its last one is known this year.

    The roll-up has those of *month*: it holds no day beyond the last one with a value. The sum of
    the year before is NULL unless every day of it is known too.
    """
    scope = scopes(viewer).add_columns(until(viewer).label("until")).subquery("scope")
    calendar = (
        values(column("until", Date), column("earlier", Date), column("length", Integer))
        .data(ends)
        .cte("ends")
    )
    now, first = MonthlyConsumption, month_of(month, -MONTHS)
    known = now.days_measured + now.days_estimated + now.days_reconstructed
    # Held whole before any day is read, and the days summed one PCE at a time by their key: when
    # they were joined, SQLite read a year of them before it looked where to stop.
    kept = (
        select(scope.c.id, now.energy_wh, calendar.c.earlier, calendar.c.length)
        .select_from(scope)
        .join(calendar, calendar.c.until == scope.c.until)
        .join(
            now,
            and_(now.pce_id == scope.c.id, now.month == month, known == calendar.c.length),
        )
        .where(or_(scope.c.first.is_(None), scope.c.first <= first))
        .cte("kept")
        .prefix_with("MATERIALIZED")
    )
    whole = func.count(Reading.energy_wh) == kept.c.length
    before = (
        select(case((whole, func.sum(Reading.energy_wh))))
        .where(Reading.pce_id == kept.c.id, Reading.gas_day.between(first, kept.c.earlier))
        .correlate(kept)
        .scalar_subquery()
    )
    return select(kept.c.energy_wh.label("this_wh"), before.label("before_wh"))


def _month(month: date, row: Mapping[str, Any], *, current: bool) -> FleetMonth:
    pces = row.get("pces", 0)
    return FleetMonth(
        month=month,
        current=current,
        pces=pces,
        energy_wh=_int(row.get("energy_wh")) if pces else None,
        volume_dm3=_int(row.get("volume_dm3")) if pces else None,
        days_known=_int(row.get("days_known")) or 0,
        days_measured=_int(row.get("days_measured")) or 0,
        days_absent=_int(row.get("days_absent")) or 0,
        earlier_wh=_int(row.get("earlier_wh")),
        shared_pces=row.get("shared_pces", 0),
        this_wh=_int(row.get("this_wh")),
        before_wh=_int(row.get("before_wh")),
    )


def _int(value: int | None) -> int | None:
    """PostgreSQL sums BIGINT into NUMERIC."""
    return None if value is None else int(value)


def _sum(months: Sequence[FleetMonth]) -> FleetMonth:
    def added(name: str) -> int | None:
        known = [value for month in months if (value := getattr(month, name)) is not None]
        return sum(known) if known else None

    return FleetMonth(
        month=months[0].month,
        current=False,
        pces=added("pces") or 0,
        energy_wh=added("energy_wh"),
        volume_dm3=added("volume_dm3"),
        days_known=added("days_known") or 0,
        days_measured=added("days_measured") or 0,
        days_absent=added("days_absent") or 0,
        earlier_wh=added("earlier_wh"),
        shared_pces=added("shared_pces") or 0,
        this_wh=added("this_wh"),
        before_wh=added("before_wh"),
    )
