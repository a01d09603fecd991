"""All the PCE of a viewer over some months, from the roll-up alone: ranked, summed, by month."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Float,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import MonthlyConsumption
from data.consumption.rules.calendar import month_end
from data.consumption.rules.fleet import (
    DRIFTS,
    MONTHS,
    cell_of,
    days_due,
    is_enough,
    months_of,
    months_shown,
)
from data.consumption.rules.series import FEW_DAYS
from data.consumption.types import (
    Face,
    FleetCell,
    FleetRow,
    FleetSort,
    FleetTotals,
    FleetView,
)
from data.db import blocks
from data.pces.models import Pce
from data.pces.queries import ended, filtered, scopes, until, with_grant
from data.pces.rules import month_of
from data.pces.types import INJECTION, Frequency, PceFilter

BLOCK = 100  # lines of which the months are read at once
_now = MonthlyConsumption


def _calendar(months: Sequence[date], today: date) -> CTE:
    """A row a month: its last day, the month it faces, the days to come of it by frequency.

    As a union, which is compiled once where VALUES would be each time.
    """
    rows = [
        select(
            literal(month, Date).label("month"),
            literal(month_end(month), Date).label("last"),
            literal(month_of(month, -MONTHS), Date).label("earlier"),
            *(literal(days_due(month, how, today), Integer).label(how.name) for how in Frequency),
        )
        for month in months
    ]
    return union_all(*rows).cte("calendar")


def _due(scope: Subquery, calendar: CTE) -> ColumnElement[int]:
    """The days to come of a PCE and month; none of the month in which service ended."""
    over = or_(scope.c.injects, scope.c.ended_on < calendar.c.last)
    by_frequency = [(scope.c.frequency == how, calendar.c[how.name]) for how in Frequency]
    return case((over, 0), *by_frequency, else_=0)


def months_of_each(
    viewer: Viewer, wanted: PceFilter, months: Sequence[date], ids: Collection[int] | None = None
) -> Select[Any]:
    """A row a visible PCE and month of *months*: days due and known, energy, and its two sides.

    A month that a grant covers in part is not there, nor is the side of the year before that it
    does not reach: the roll-up cannot be cut.
    """
    scope = _scope(viewer, wanted, ids)
    calendar = _calendar(months, viewer.today)
    known = _now.days_measured + _now.days_estimated + _now.days_reconstructed
    faces = or_(scope.c.first.is_(None), calendar.c.earlier >= scope.c.first)
    return (
        select(
            scope.c.id,
            calendar.c.month,
            calendar.c.last,
            _due(scope, calendar).label("due"),
            func.coalesce(known, 0).label("known"),
            _now.energy_wh,
            case((faces, _now.days_shared), else_=0).label("shared"),
            case((faces, _now.shared_wh), else_=0).label("this_wh"),
            case((faces, _now.before_wh), else_=0).label("before_wh"),
        )
        .select_from(scope)
        .join(calendar, _whole(scope, calendar))
        # Outer, so that SQLite looks each month up by its key instead of scanning the roll-up.
        .outerjoin(_now, and_(_now.pce_id == scope.c.id, _now.month == calendar.c.month))
    )


def _scope(viewer: Viewer, wanted: PceFilter, ids: Collection[int] | None) -> Subquery:
    query = scopes(viewer).add_columns(
        Pce.frequency, ended(viewer).label("ended_on"), (Pce.tariff == INJECTION).label("injects")
    )
    query = filtered(viewer, query, wanted)
    return (query if ids is None else query.where(Pce.id.in_(ids))).subquery("scope")


def _whole(scope: Subquery, calendar: CTE) -> ColumnElement[bool]:
    """The whole month may be read."""
    return and_(
        or_(scope.c.first.is_(None), calendar.c.month >= scope.c.first),
        or_(scope.c.last.is_(None), calendar.c.last <= scope.c.last),
    )


def _sums(each: Subquery) -> dict[str, ColumnElement[Any]]:
    """The months of a PCE together; days known of each month count for no more than are due."""
    known = case((each.c.known > each.c.due, each.c.due), else_=each.c.known)
    return {
        "energy_wh": func.sum(case((each.c.known > 0, each.c.energy_wh))),
        "known": func.sum(known),
        "due": func.sum(each.c.due),
        "shared": func.coalesce(func.sum(each.c.shared), 0),
        "this_wh": func.coalesce(func.sum(each.c.this_wh), 0),
        "before_wh": func.coalesce(func.sum(each.c.before_wh), 0),
    }


def _by_pce(viewer: Viewer, view: FleetView, ids: Collection[int] | None = None) -> Subquery:
    months = months_of(view.period, viewer.today)
    each = months_of_each(viewer, view.filter, months, ids).subquery("each")
    sums = [found.label(name) for name, found in _sums(each).items()]
    return select(each.c.id, *sums).group_by(each.c.id).subquery("sums")


def _enough(sums: Subquery) -> ColumnElement[bool]:
    """`rules.fleet.is_enough`, of a year before that was not nothing."""
    return and_(sums.c.shared >= FEW_DAYS, 2 * sums.c.shared >= sums.c.due, sums.c.before_wh > 0)


def fleet_totals(db: Session, viewer: Viewer, view: FleetView) -> FleetTotals:
    """Every PCE of *view* over its period; both sides are of all the days that face each other."""
    sums = _by_pce(viewer, view)
    enough = _enough(sums)
    drifts = 100 * (sums.c.this_wh - sums.c.before_wh) > DRIFTS * sums.c.before_wh
    row = db.execute(
        select(
            func.count(case((and_(sums.c.due > 0, sums.c.known >= sums.c.due), 1))),
            func.count(case((sums.c.due > 0, 1))),
            func.count(case((and_(enough, drifts), 1))),
            func.count(case((enough, 1))),
            *(func.sum(sums.c[name]) for name in _SUMMED),
        )
    ).one()
    complete, expected, drifting, ranked, energy, *days = row
    known, due, shared, this, before = (int(value or 0) for value in days)
    return FleetTotals(
        pces=count_fleet(db, viewer, view),
        complete=complete,
        expected=expected,
        drifting=drifting,
        ranked=ranked,
        energy_wh=None if energy is None else int(energy),
        days_known=known,
        days_expected=due,
        face=Face(shared, this, before),
    )


_SUMMED = ("energy_wh", "known", "due", "shared", "this_wh", "before_wh")


def count_fleet(db: Session, viewer: Viewer, view: FleetView) -> int:
    return db.scalar(filtered(viewer, with_grant(viewer, func.count()), view.filter)) or 0


def list_fleet(  # noqa: PLR0913 (what a grid asks for, each by its name)
    db: Session,
    viewer: Viewer,
    view: FleetView,
    *,
    sort: FleetSort = FleetSort.PERCENT,
    descending: bool = True,
    offset: int = 0,
    limit: int = BLOCK,
) -> list[FleetRow]:
    """A page of the ranking, with the months of the heat map; what has no figure comes last."""
    sums = _by_pce(viewer, view)
    key = _keys(viewer, sums)[sort]
    query = (
        with_grant(viewer, Pce.number, Pce.alias, until(viewer).label("data_until"), *sums.c)
        .join(sums, sums.c.id == Pce.id)
        .order_by((key.desc() if descending else key.asc()).nulls_last(), Pce.number)
        .offset(max(0, offset))
        .limit(max(0, limit))
    )
    rows = [_row(row) for row in db.execute(query)]
    cells = fleet_cells(db, viewer, [row.id for row in rows])
    return [replace(row, cells=cells.get(row.id, {})) for row in rows]


def _keys(viewer: Viewer, sums: Subquery) -> dict[FleetSort, ColumnElement[Any]]:
    gap, enough = sums.c.this_wh - sums.c.before_wh, _enough(sums)
    return {
        FleetSort.PERCENT: case((enough, cast(gap, Float) / sums.c.before_wh)),
        FleetSort.GAP: case((enough, gap)),
        FleetSort.ALIAS: Pce.search.expression,
        FleetSort.NUMBER: Pce.number.expression,
        FleetSort.ENERGY: sums.c.energy_wh,
        FleetSort.COVERAGE: cast(sums.c.known, Float) / func.nullif(sums.c.due, 0),
        FleetSort.UNTIL: until(viewer),
    }


def _row(row: Any) -> FleetRow:  # noqa: ANN401 (of `list_fleet`)
    shared, this, before = int(row.shared), int(row.this_wh), int(row.before_wh)
    enough = is_enough(shared, row.due) and before > 0
    return FleetRow(
        id=row.id,
        number=row.number,
        alias=row.alias,
        data_until=row.data_until,
        energy_wh=None if row.energy_wh is None else int(row.energy_wh),
        days_known=int(row.known),
        days_expected=int(row.due),
        face=Face(shared, this, before) if enough else None,
    )


def fleet_cells(
    db: Session, viewer: Viewer, ids: Collection[int]
) -> dict[int, dict[date, FleetCell]]:
    """{PCE: {month: cell}} of the heat map, of those of *ids* that the viewer may see."""
    months = months_shown(viewer.today)
    found: dict[int, dict[date, FleetCell]] = {}
    for some in blocks(list(ids)):
        for row in db.execute(months_of_each(viewer, PceFilter(), months, some)):
            face = Face(row.shared or 0, row.this_wh or 0, row.before_wh or 0)
            found.setdefault(row.id, {})[row.month] = cell_of(row.due, row.known, face)
    return found
