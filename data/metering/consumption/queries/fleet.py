"""Rank and sum a viewer's PCEs over some months, from the roll-up only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import blocks
from core.paging import FIRST_ROWS, RowBlock
from data.metering.consumption.queries.fleet_sums import has_stored_sums, sum_stored_totals_query
from data.metering.consumption.queries.months import (
    get_calendar_cte,
    get_readable_months_query,
    has_enough_days,
)
from data.metering.consumption.queries.periods import count_apart
from data.metering.consumption.queries.standings import (
    NAMES,
    Ranking,
    count_of,
    get_pce_scopes_query,
    get_ranking,
    get_ranking_lines_query,
    get_standings_query,
    get_viewer_scope,
    list_pce_ids,
    load_ranking_lines,
)
from data.metering.consumption.rules.fleet import cell_of, is_enough, months_shown
from data.metering.consumption.types import (
    DRIFTS,
    Face,
    FleetCell,
    FleetRow,
    FleetSort,
    FleetTotals,
    FleetView,
)
from data.metering.pces.types import PceFilter


def get_pce_months_query(
    viewer: Viewer,
    pce_filter: PceFilter,
    months: Sequence[date],
    ids: Collection[int] | None = None,
) -> Select[Any]:
    """Select a row for each visible PCE and month of `months`: days, energy, both years.

    A month that a grant covers in part counts its covered days; a month of the year before that it
    does not cover whole is left out.
    """
    scope = get_pce_scopes_query(viewer, pce_filter, ids).cte("scope").prefix_with("MATERIALIZED")
    calendar = get_calendar_cte(tuple(months), viewer.today)
    return get_readable_months_query(viewer, scope, calendar)


def sum_fleet(db: Session, viewer: Viewer, view: FleetView) -> FleetTotals:
    """Return the totals of `view` over its period, comparing the days known in both years."""
    lie = get_viewer_scope(db, viewer)
    if lie.simple and has_stored_sums(viewer, view):
        totals_row = db.execute(sum_stored_totals_query(viewer, view)).one()
        return get_fleet_totals(totals_row, totals_row.pces)
    sums = get_standings_query(db, viewer, view, simple=lie.simple).subquery("sums")
    row = db.execute(select(*sum_total_columns(sums.c))).one()
    total = get_fleet_totals(row, count_of(db, viewer, view, lie))
    apart = 0 if lie.simple else count_apart(db, viewer, view.filter)
    return replace(total, apart=apart) if apart else total


def sum_total_columns(sums: Any) -> list[Any]:  # noqa: ANN401 (columns of a subquery)
    """Return the aggregate columns that `get_fleet_totals` reads."""
    has_enough = has_enough_days(sums)
    drifts = 100 * (sums.this_wh - sums.before_wh) > DRIFTS * sums.before_wh
    return [
        func.count(case((and_(sums.due > 0, sums.known >= sums.due), 1))).label("complete"),
        func.count(case((sums.due > 0, 1))).label("expected"),
        func.count(case((and_(has_enough, drifts), 1))).label("drifting"),
        func.count(case((has_enough, 1))).label("ranked"),
        *(func.sum(sums[name]).label(name) for name in NAMES),
    ]


def get_fleet_totals(row: Any, pces: int) -> FleetTotals:  # noqa: ANN401 (of `totals_of`)
    known_days, due, deposited, shared, this, before = (
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
        days_known=known_days,
        days_expected=due,
        face=Face(shared, this, before),
        days_deposited=deposited,
    )


def count_fleet(db: Session, viewer: Viewer, view: FleetView) -> int:
    return count_of(db, viewer, view, get_viewer_scope(db, viewer))


def list_fleet(  # noqa: PLR0913 (of a grid, passed by name)
    db: Session,
    viewer: Viewer,
    view: FleetView,
    *,
    sort: FleetSort = FleetSort.DRIFT,
    descending: bool = True,
    block: RowBlock = FIRST_ROWS,
    count: int | None = None,
) -> list[FleetRow]:
    """Return a page of the ranking with its heat map cells; PCEs without figure come last.

    `count` is the total when the caller knows it, which saves a text search.
    """
    place, size = max(0, block.offset), max(0, block.limit)
    ranking = get_ranking(db, viewer, view, sort, place + size, count=count)
    page_rows = _page(db, ranking, place, size, descending=descending)
    if not ranking.is_complete:
        ids = [row.id for row in page_rows]
        lines = {row.id: row for row in db.execute(get_ranking_lines_query(viewer, view, ids))}
        page_rows = [lines[id_] for id_ in ids]
    return _with_cells(db, viewer, page_rows)


def list_fleet_by(
    db: Session,
    viewer: Viewer,
    view: FleetView,
    figures: Mapping[int, float],
    *,
    descending: bool = True,
    block: RowBlock = FIRST_ROWS,
) -> list[FleetRow]:
    """Return a page of the PCEs of `view` sorted by `figures`; those without one come last."""
    pce_ids = list_pce_ids(db, viewer, view)
    ranked = sorted((id_ for id_ in pce_ids if id_ in figures), key=lambda id_: (figures[id_], id_))
    rest = sorted(id_ for id_ in pce_ids if id_ not in figures)
    order = [*(reversed(ranked) if descending else ranked), *rest]
    ids = order[max(0, block.offset) :][: max(0, block.limit)]
    lines = load_ranking_lines(db, viewer, view, ids)
    return _with_cells(db, viewer, [lines[id_] for id_ in ids if id_ in lines])


def load_month_changes(
    db: Session, viewer: Viewer, view: FleetView, month: date
) -> dict[int, float]:
    """Return the change of `month` that the heat map shows, in percent, by PCE id."""
    query = get_pce_months_query(viewer, view.filter, (month,))
    cells = ((row.id, _cell(row)) for row in db.execute(query))
    return {id_: cell.percent for id_, cell in cells if cell.percent is not None}


def _with_cells(db: Session, viewer: Viewer, page_rows: Sequence[Any]) -> list[FleetRow]:
    rows = [get_fleet_row(row) for row in page_rows]
    cells = list_fleet_cells(db, viewer, [row.id for row in rows])
    return [replace(row, cells=cells.get(row.id, {})) for row in rows]


def _page(
    db: Session, ranking: Ranking, offset: int, limit: int, *, descending: bool
) -> Sequence[Any]:
    """Return PCEs with a figure, then those without: both in the order of an index."""
    order = [column.desc() if descending else column.asc() for column in (ranking.key, ranking.id)]
    ranked_query = ranking.query.where(ranking.key.is_not(None))
    rows = list(db.execute(ranked_query.order_by(*order).offset(offset).limit(limit)))
    if len(rows) == limit:
        return rows
    before = (
        db.scalar(ranked_query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    )
    rest = ranking.query.where(ranking.key.is_(None)).order_by(order[1])
    return rows + list(db.execute(rest.offset(max(0, offset - before)).limit(limit - len(rows))))


def get_fleet_row(row: Any) -> FleetRow:  # noqa: ANN401 (of `get_ranking_lines_query`)
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


def list_fleet_cells(
    db: Session, viewer: Viewer, ids: Collection[int]
) -> dict[int, dict[date, FleetCell]]:
    """Return {PCE id: {month: cell}} of the heat map for those of `ids` that the viewer may see."""
    months = months_shown(viewer.today)
    cells_by_pce: dict[int, dict[date, FleetCell]] = {}
    for block in blocks(list(ids)):
        for row in db.execute(get_pce_months_query(viewer, PceFilter(), months, block)):
            cells_by_pce.setdefault(row.id, {})[row.month] = _cell(row)
    return cells_by_pce


def _cell(row: Any) -> FleetCell:  # noqa: ANN401 (of `get_pce_months_query`)
    face = Face(row.shared or 0, row.this_wh or 0, row.before_wh or 0)
    return cell_of(row.due, row.known, face)
