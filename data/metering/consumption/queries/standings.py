"""Read the standings of the viewer's PCEs over a period, computing those that are not stored.

Stored standings assume that every day is readable. A PCE whose grant cuts a month, or that changed
since it was stored, is computed from its months.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Select,
    and_,
    case,
    cast,
    func,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.consumption.models import FleetStanding
from data.metering.consumption.queries.months import (
    get_calendar_cte,
    get_equal_days_columns,
    get_readable_months_query,
    has_enough_days,
    sum_months_columns,
)
from data.metering.consumption.queries.periods import get_grants_cte, get_period_ends, is_whole
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.rules.fleet import MONTHS, months_of
from data.metering.consumption.types import FleetPeriod, FleetSort, FleetView
from data.metering.pces.models import Pce
from data.metering.pces.queries import (
    get_filtered_query,
    get_last_readable_day,
    get_near_matches_query,
    get_readable_from,
    get_readable_until,
    has_grants,
    visible_held,
    visible_with_grant,
)
from data.metering.pces.rules import month_of
from data.metering.pces.types import INJECTION, PceFilter

MANY = 30_000  # PCEs: sorting more takes longer than walking an index past other holders' PCEs
SPARSE = 10  # an index is walked when at least one PCE in so many is the viewer's
NAMES = ("energy_wh", "known", "due", "deposited", "shared", "this_wh", "before_wh")
_row = FleetStanding
_KEYS: Mapping[FleetSort, Any] = {
    FleetSort.PERCENT: _row.drift,
    FleetSort.GAP: _row.gap_wh,
    FleetSort.ENERGY: _row.energy_wh,
    FleetSort.COVERAGE: _row.coverage,
    FleetSort.DRIFT: _row.ranked,
    FleetSort.EQUAL: _row.equal,
    FleetSort.EQUAL_GAP: _row.equal_wh,
}
_SITES: Mapping[FleetSort, Any] = {
    FleetSort.ALIAS: Pce.search,
    FleetSort.NUMBER: Pce.number,
    FleetSort.UNTIL: Pce.data_until,
}


class Ranking(NamedTuple):
    """A ranking of PCE ids.

    `is_complete` says that it has the columns of `get_ranking_lines_query` too.
    """

    query: Select[Any]
    key: ColumnElement[Any]
    id: ColumnElement[int]
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class ViewerStandings:
    """How the viewer's PCEs are stored.

    `simple`: all their standings are current and no grant cuts them; `most`: an upper bound of the
    number of all PCEs.
    """

    simple: bool
    most: int


def get_viewer_scope(db: Session, viewer: Viewer) -> ViewerStandings:
    edges = (func.max(_row.first_day), func.min(_row.last_day), func.max(Pce.id))
    columns = [has_grants(viewer), *(select(edge).scalar_subquery() for edge in edges)]
    grants, first, last, most = db.execute(select(*columns)).one()
    stands = (first or viewer.today) <= viewer.today <= (last or viewer.today)
    return ViewerStandings(stands and not grants, most or 0)


def count_of(db: Session, viewer: Viewer, view: FleetView, lie: ViewerStandings) -> int:
    if lie.simple:
        return db.scalar(_own(db, viewer, view, lie, func.count())) or 0
    return (
        db.scalar(get_filtered_query(viewer, visible_with_grant(viewer, func.count()), view.filter))
        or 0
    )


def _own(
    db: Session,
    viewer: Viewer,
    view: FleetView,
    lie: ViewerStandings,
    column: Any,  # noqa: ANN401
) -> Select[Any]:
    """Select `column` of the PCEs of `view` for a viewer without grants.

    A rare text is searched by trigrams. Otherwise, if the viewer's organisation holds a large part
    of all PCEs, the query avoids the holder index.
    """
    query = get_filtered_query(viewer, visible_held(viewer, column), view.filter)
    near = get_near_matches_query(db, viewer, query, view.text)
    if near is not query or not view.text:
        return near
    count_query = get_filtered_query(
        viewer, visible_held(viewer, func.count()), replace(view, text="").filter
    )
    walked = SPARSE * (db.scalar(count_query) or 0) >= lie.most
    return get_filtered_query(viewer, visible_held(viewer, column, walked=walked), view.filter)


def list_pce_ids(db: Session, viewer: Viewer, view: FleetView) -> Sequence[int]:
    """Return the ids of the PCEs of `view`, in no order."""
    lie = get_viewer_scope(db, viewer)
    if lie.simple:
        return db.scalars(_own(db, viewer, view, lie, Pce.id)).all()
    query = get_filtered_query(viewer, visible_with_grant(viewer, Pce.id), view.filter)
    return db.scalars(query).all()


def get_standings_query(
    db: Session,
    viewer: Viewer,
    view: FleetView,
    *,
    simple: bool,
    ids: Collection[int] | None = None,
) -> Select[Any]:
    """Select a row for each PCE of `view`, or those of `ids` unless `simple`: `id` and NAMES."""
    columns = [Pce.id, *(getattr(_row, name) for name in NAMES)]
    if simple:
        stood = visible_held(viewer, *columns).join(_row, _row.pce_id == Pce.id)
        stood = get_filtered_query(viewer, stood.where(_row.period == view.period), view.filter)
        return get_near_matches_query(db, viewer, stood, view.text)
    scope = get_pce_scopes_query(viewer, view.filter, ids).cte("scope")
    scope = scope.prefix_with("MATERIALIZED")
    stands = _stands(scope, viewer, view)
    columns = [scope.c.id, *(getattr(_row, name) for name in NAMES)]
    stood = select(*columns).join(_row, stands).where(_is_whole(scope, viewer, view))
    either = union_all(stood, _worked_out(scope, viewer, view)).subquery("either")
    return select(either)


def _stands(scope: CTE, viewer: Viewer, view: FleetView) -> ColumnElement[bool]:
    return and_(
        _row.pce_id == scope.c.id,
        _row.period == view.period,
        _row.first_day <= viewer.today,
        _row.last_day >= viewer.today,
    )


def _is_whole(scope: CTE, viewer: Viewer, view: FleetView) -> ColumnElement[bool]:
    """Return whether every month of the period, and the same months a year before, are readable."""
    months = months_of(view.period, viewer.today)
    return is_whole(scope, month_of(months[0], -MONTHS), month_end(months[-1]))


def _worked_out(scope: CTE, viewer: Viewer, view: FleetView) -> Select[Any]:
    """Compute from months the standings that are stale, missing or cut by the viewer's grant."""
    stands = select(_row.pce_id).where(_stands(scope, viewer, view)).exists()
    scope_rows = select(scope).where(not_(and_(_is_whole(scope, viewer, view), stands)))
    calendar = get_calendar_cte(months_of(view.period, viewer.today), viewer.today)
    rest = scope_rows.cte("rest").prefix_with("MATERIALIZED")
    each = get_readable_months_query(viewer, rest, calendar).subquery("each")
    sums = sum_months_columns(each)
    return select(each.c.id, *(sums[name].label(name) for name in NAMES)).group_by(each.c.id)


def get_pce_scopes_query(
    viewer: Viewer, pce_filter: PceFilter, ids: Collection[int] | None = None
) -> Select[Any]:
    """Select the readable days of each PCE and what decides which of its days are due.

    `since` and `last` bound the readable days, `opens` and `closes` bound them so that no period
    extends beyond; nothing is known before `reach`. `first` starts the last run of days.
    """
    right = get_grants_cte(viewer, pce_filter, ids)
    grant, (opens, closes) = right.c, get_period_ends(right)
    return select(
        grant.id,
        grant.first,
        grant.last,
        Pce.frequency,
        grant.ended_on,
        Pce.data_until,
        (Pce.tariff == INJECTION).label("injects"),
        grant.since,
        case((grant.billed, opens), else_=grant.since).label("reach"),
        grant.holes,
        opens.label("opens"),
        closes.label("closes"),
        grant.billed,
    ).join_from(right, Pce, Pce.id == grant.id)


def get_ranking(
    db: Session,
    viewer: Viewer,
    view: FleetView,
    sort: FleetSort,
    until_place: int,
    *,
    count: int | None,
) -> Ranking:
    """Return the ranking of `view` by `sort`, read up to `until_place`; pass `count` if known."""
    lie = get_viewer_scope(db, viewer)
    if not lie.simple:
        return _sorted(db, viewer, view, sort)
    count = count_of(db, viewer, view, lie) if count is None else count
    near = count > MANY or SPARSE * count >= lie.most
    if near and until_place * lie.most < count * count:
        return _walked(viewer, view, sort)
    selected_pces = _own(db, viewer, view, lie, Pce.id).cte("chosen").prefix_with("MATERIALIZED")
    # Outer joins make SQLite start from the few selected PCEs, not from all standings.
    query = select(selected_pces.c.id).select_from(selected_pces)
    if sort in _SITES:
        return Ranking(
            query.outerjoin(Pce, Pce.id == selected_pces.c.id), _SITES[sort], selected_pces.c.id
        )
    here = and_(_row.pce_id == selected_pces.c.id, _row.period == view.period)
    return Ranking(query.outerjoin(_row, here), _KEYS[sort], selected_pces.c.id)


def _walked(viewer: Viewer, view: FleetView, sort: FleetSort) -> Ranking:
    """Rank in index order, skipping other holders' PCEs: cheaper than sorting many."""
    query = visible_held(viewer, Pce.id, walked=True)
    if sort in _SITES:
        return Ranking(
            get_filtered_query(viewer, query, view.filter), _SITES[sort], Pce.id.expression
        )
    query = query.join(_row, _row.pce_id == Pce.id).where(_row.period == view.period)
    return Ranking(
        get_filtered_query(viewer, query, view.filter), _KEYS[sort], _row.pce_id.expression
    )


def get_ranking_lines_query(
    viewer: Viewer, view: FleetView, ids: Collection[int] | None
) -> Select[Any]:
    """Select the line of each PCE of `ids`, whose standings are current; of all for None."""
    value_columns = (getattr(_row, name) for name in (*NAMES, "equal_wh"))
    columns = [*_ABOUT, Pce.data_until, *value_columns]
    query = visible_held(viewer, *columns, walked=ids is None)
    query = query.join(_row, _row.pce_id == Pce.id).where(_row.period == view.period)
    return query if ids is None else query.where(Pce.id.in_(ids))


_ABOUT = (Pce.id, Pce.number, Pce.alias)


def _sorted(
    db: Session,
    viewer: Viewer,
    view: FleetView,
    sort: FleetSort,
    ids: Collection[int] | None = None,
) -> Ranking:
    """Rank all PCEs, or `ids`, computing standings where needed, before a page is taken."""
    standings_query = get_standings_query(db, viewer, view, simple=False, ids=ids)
    standing_rows = standings_query.subquery("found")
    has_enough, gap = (
        has_enough_days(standing_rows.c),
        standing_rows.c.this_wh - standing_rows.c.before_wh,
    )
    drift = cast(gap, Float) / func.nullif(standing_rows.c.before_wh, 0)
    faced = [case((has_enough, gap)).label("gap_wh"), case((has_enough, drift)).label("drift")]
    sums = select(standing_rows, *faced).subquery("sums")
    equal = get_equal_days_columns(sums.c, _ratio(viewer))
    key: dict[FleetSort, Any] = {
        FleetSort.PERCENT: sums.c.drift,
        FleetSort.GAP: sums.c.gap_wh,
        FleetSort.ENERGY: sums.c.energy_wh,
        FleetSort.COVERAGE: cast(sums.c.known, Float) / func.nullif(sums.c.due, 0),
        FleetSort.DRIFT: equal["ranked"],
        FleetSort.EQUAL: equal["equal"],
        FleetSort.EQUAL_GAP: equal["equal_wh"],
        **_SITES,
        FleetSort.UNTIL: get_last_readable_day(viewer),
    }
    columns = [
        *_ABOUT,
        get_last_readable_day(viewer).label("data_until"),
        *(sums.c[name] for name in NAMES),
    ]
    query = visible_with_grant(viewer, *columns, equal["equal_wh"].label("equal_wh"))
    query = query.join(sums, sums.c.id == Pce.id)
    query = query.outerjoin(_row, and_(_row.pce_id == Pce.id, _row.period == view.period))
    return Ranking(query, key[sort], Pce.id.expression, is_complete=True)


def load_ranking_lines(
    db: Session, viewer: Viewer, view: FleetView, ids: Collection[int]
) -> Mapping[int, Any]:
    """Return the line of each PCE of `ids`, by id."""
    is_simple = get_viewer_scope(db, viewer).simple
    lines_query = get_ranking_lines_query if is_simple else partial(get_equal_days_query, db)
    return {row.id: row for row in db.execute(lines_query(viewer, view, ids))}


def get_equal_days_query(
    db: Session, viewer: Viewer, view: FleetView, ids: Collection[int] | None = None
) -> Select[Any]:
    """Select the lines of `view`, or of `ids`; `equal_wh` is NULL where the viewer cannot know."""
    return _sorted(db, viewer, view, FleetSort.EQUAL_GAP, ids).query


def _ratio(viewer: Viewer) -> ColumnElement[Any]:
    """Return the ratio that corrects a PCE's year for last year's climate; needs the grant joined.

    NULL if the viewer cannot read each of the days it is computed from.
    """
    since, to = get_readable_from(viewer), get_readable_until(viewer)
    reads = and_(
        _row.ratio_year == months_of(FleetPeriod.YEAR, viewer.today)[0],
        or_(since.is_(None), since <= _row.judged_from),
        or_(to.is_(None), to >= _row.judged_until),
    )
    return case((reads, _row.ratio))
