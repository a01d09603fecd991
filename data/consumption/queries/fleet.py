"""All the PCE of a viewer over some months, from the roll-up: ranked, summed, by month."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.queries.monthly import calendar_of, enough
from data.consumption.queries.months import months_read
from data.consumption.queries.periods import count_apart
from data.consumption.queries.standing import (
    NAMES,
    Ranking,
    count_of,
    lie_of,
    lines_of,
    ranking_of,
    scope_of_each,
    standings,
)
from data.consumption.queries.sums import kept_totals, tells
from data.consumption.rules.fleet import DRIFTS, cell_of, is_enough, months_shown
from data.consumption.types import (
    Face,
    FleetCell,
    FleetRow,
    FleetSort,
    FleetTotals,
    FleetView,
)
from data.db import blocks
from data.pces.types import PceFilter

BLOCK = 100  # lines of which the months are read at once


def months_of_each(
    viewer: Viewer, wanted: PceFilter, months: Sequence[date], ids: Collection[int] | None = None
) -> Select[Any]:
    """A row a visible PCE and month of *months*: days due and known, energy, and its two sides.

    Of a month that a grant covers in part, its days; the side of the year before that it does not
    reach whole is not there.
    """
    scope = scope_of_each(viewer, wanted, ids).cte("scope").prefix_with("MATERIALIZED")
    calendar = calendar_of(tuple(months), viewer.today)
    return months_read(viewer, scope, calendar)


def fleet_totals(db: Session, viewer: Viewer, view: FleetView) -> FleetTotals:
    """Every PCE of *view* over its period; both sides are of all the days that face each other."""
    lie = lie_of(db, viewer)
    if lie.simple and tells(viewer, view):
        kept = db.execute(kept_totals(viewer, view)).one()
        return total_of(kept, kept.pces)
    sums = standings(db, viewer, view, simple=lie.simple).subquery("sums")
    row = db.execute(select(*totals_of(sums.c))).one()
    total = total_of(row, count_of(db, viewer, view, lie))
    apart = 0 if lie.simple else count_apart(db, viewer, view.filter)
    return replace(total, apart=apart) if apart else total


def totals_of(sums: Any) -> list[Any]:  # noqa: ANN401 (columns of a subquery)
    """What `total_of` reads, of many PCE together."""
    told = enough(sums)
    drifts = 100 * (sums.this_wh - sums.before_wh) > DRIFTS * sums.before_wh
    return [
        func.count(case((and_(sums.due > 0, sums.known >= sums.due), 1))).label("complete"),
        func.count(case((sums.due > 0, 1))).label("expected"),
        func.count(case((and_(told, drifts), 1))).label("drifting"),
        func.count(case((told, 1))).label("ranked"),
        *(func.sum(sums[name]).label(name) for name in NAMES),
    ]


def total_of(row: Any, pces: int) -> FleetTotals:  # noqa: ANN401 (of `totals_of`)
    known, due, deposited, shared, this, before = (
        int(value or 0)
        for value in (row.known, row.due, row.deposited, row.shared, row.this_wh, row.before_wh)
    )
    return FleetTotals(
        pces=pces,
        complete=row.complete,
        expected=row.expected,
        drifting=row.drifting,
        ranked=row.ranked,
        energy_wh=None if row.energy_wh is None else int(row.energy_wh),
        days_known=known,
        days_expected=due,
        face=Face(shared, this, before),
        days_deposited=deposited,
    )


def count_fleet(db: Session, viewer: Viewer, view: FleetView) -> int:
    return count_of(db, viewer, view, lie_of(db, viewer))


def list_fleet(  # noqa: PLR0913 (what a grid asks for, each by its name)
    db: Session,
    viewer: Viewer,
    view: FleetView,
    *,
    sort: FleetSort = FleetSort.DRIFT,
    descending: bool = True,
    offset: int = 0,
    limit: int = BLOCK,
    count: int | None = None,
) -> list[FleetRow]:
    """A page of the ranking, with the months of the heat map; what has no figure comes last.

    *count* is how many there are in all, where the caller knows it: words are looked for once less.
    """
    place, size = max(0, offset), max(0, limit)
    ranking = ranking_of(db, viewer, view, sort, place + size, count=count)
    found = _page(db, ranking, place, size, descending=descending)
    if not ranking.whole:
        ids = [row.id for row in found]
        lines = {row.id: row for row in db.execute(lines_of(viewer, view, ids))}
        found = [lines[id_] for id_ in ids]
    rows = [_row(row) for row in found]
    cells = fleet_cells(db, viewer, [row.id for row in rows])
    return [replace(row, cells=cells.get(row.id, {})) for row in rows]


def _page(
    db: Session, ranking: Ranking, offset: int, limit: int, *, descending: bool
) -> Sequence[Any]:
    """Those that have a figure, then those that have none: each in an order that an index has."""
    order = [one.desc() if descending else one.asc() for one in (ranking.key, ranking.id)]
    told = ranking.query.where(ranking.key.is_not(None))
    rows = list(db.execute(told.order_by(*order).offset(offset).limit(limit)))
    if len(rows) == limit:
        return rows
    before = db.scalar(told.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    rest = ranking.query.where(ranking.key.is_(None)).order_by(order[1])
    return rows + list(db.execute(rest.offset(max(0, offset - before)).limit(limit - len(rows))))


def _row(row: Any) -> FleetRow:  # noqa: ANN401 (of `list_fleet`)
    shared, this, before = int(row.shared), int(row.this_wh), int(row.before_wh)
    enough = is_enough(shared, row.due) and before > 0
    equal = None if row.equal_wh is None else Face(shared, int(row.equal_wh) + before, before)
    return FleetRow(
        id=row.id,
        number=row.number,
        alias=row.alias,
        data_until=row.data_until,
        energy_wh=None if row.energy_wh is None else int(row.energy_wh),
        days_known=int(row.known),
        days_expected=int(row.due),
        face=Face(shared, this, before) if enough else None,
        equal=equal,
        days_deposited=int(row.deposited),
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
