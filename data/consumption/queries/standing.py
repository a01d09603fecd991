"""How the PCE of a viewer stand over a period: read from what stands, worked out where it cannot.

What stands is of who may read every day. A PCE of which a grant cuts a month, or that was changed
since it last stood, is worked out from its months.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
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

from data.access import Viewer
from data.consumption.models import FleetStanding
from data.consumption.queries.monthly import calendar_of, enough, equalised, sums_of
from data.consumption.queries.months import months_read
from data.consumption.queries.periods import ends_of, granted, is_whole
from data.consumption.rules.calendar import month_end
from data.consumption.rules.fleet import MONTHS, months_of
from data.consumption.types import FleetPeriod, FleetSort, FleetView
from data.pces.models import Pce
from data.pces.queries import (
    filtered,
    held,
    holds_grants,
    nearer,
    readable_from,
    readable_until,
    until,
    with_grant,
)
from data.pces.rules import month_of
from data.pces.types import INJECTION, PceFilter

MANY = 30_000  # PCE: to sort more takes longer than to pass over others' in an index
SPARSE = 10  # times as many PCE in all: one in so many of an index is a good step
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
    """PCE by their `id` alone, for `lines_of`, or `whole`: with what `lines_of` gives of each."""

    query: Select[Any]
    key: ColumnElement[Any]
    id: ColumnElement[int]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Lie:
    """How things lie for a viewer.

    `simple`: what they may see stands as it is, none of it is cut and all is of today; `most`: as
    many PCE as there may be in all.
    """

    simple: bool
    most: int


def lie_of(db: Session, viewer: Viewer) -> Lie:
    edges = (func.max(_row.first_day), func.min(_row.last_day), func.max(Pce.id))
    columns = [holds_grants(viewer), *(select(edge).scalar_subquery() for edge in edges)]
    grants, first, last, most = db.execute(select(*columns)).one()
    stands = (first or viewer.today) <= viewer.today <= (last or viewer.today)
    return Lie(stands and not grants, most or 0)


def count_of(db: Session, viewer: Viewer, view: FleetView, lie: Lie) -> int:
    if lie.simple:
        return db.scalar(_own(db, viewer, view, lie, func.count())) or 0
    return db.scalar(filtered(viewer, with_grant(viewer, func.count()), view.filter)) or 0


def _own(db: Session, viewer: Viewer, view: FleetView, lie: Lie, column: Any) -> Select[Any]:  # noqa: ANN401
    """*column* of the PCE of *view*, which no grant cuts.

    Words that few have are looked for by their letters; the others of who holds most PCE of all,
    in the index that has every word.
    """
    query = filtered(viewer, held(viewer, column), view.filter)
    near = nearer(db, query, view.text)
    if near is not query or not view.text:
        return near
    whole = filtered(viewer, held(viewer, func.count()), replace(view, text="").filter)
    walked = SPARSE * (db.scalar(whole) or 0) >= lie.most
    return filtered(viewer, held(viewer, column, walked=walked), view.filter)


def standings(db: Session, viewer: Viewer, view: FleetView, *, simple: bool) -> Select[Any]:
    """A row a PCE of *view*: its `id` and NAMES."""
    columns = [Pce.id, *(getattr(_row, name) for name in NAMES)]
    if simple:
        stood = held(viewer, *columns).join(_row, _row.pce_id == Pce.id)
        stood = filtered(viewer, stood.where(_row.period == view.period), view.filter)
        return nearer(db, stood, view.text)
    scope = scope_of_each(viewer, view.filter).cte("scope").prefix_with("MATERIALIZED")
    stands = _stands(scope, viewer, view)
    told = [scope.c.id, *(getattr(_row, name) for name in NAMES)]
    stood = select(*told).join(_row, stands).where(_is_whole(scope, viewer, view))
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
    """Every month of the period may be read, and the one that it faces."""
    months = months_of(view.period, viewer.today)
    return is_whole(scope, month_of(months[0], -MONTHS), month_end(months[-1]))


def _worked_out(scope: CTE, viewer: Viewer, view: FleetView) -> Select[Any]:
    """The same of those that do not stand, or not for this viewer."""
    stands = select(_row.pce_id).where(_stands(scope, viewer, view)).exists()
    found = select(scope).where(not_(and_(_is_whole(scope, viewer, view), stands)))
    calendar = calendar_of(months_of(view.period, viewer.today), viewer.today)
    rest = found.cte("rest").prefix_with("MATERIALIZED")
    each = months_read(viewer, rest, calendar).subquery("each")
    sums = sums_of(each)
    return select(each.c.id, *(sums[name].label(name) for name in NAMES)).group_by(each.c.id)


def scope_of_each(
    viewer: Viewer, wanted: PceFilter, ids: Collection[int] | None = None
) -> Select[Any]:
    """What of each PCE the viewer may read, and what says which days of it are to come.

    `since` and `last` are its ends, `opens` and `closes` those between which no period goes beyond
    them; nothing is known before `reach`. `first` is of the last run of its days.
    """
    right = granted(viewer, wanted, ids)
    one, (opens, closes) = right.c, ends_of(right)
    return select(
        one.id,
        one.first,
        one.last,
        Pce.frequency,
        one.ended_on,
        (Pce.tariff == INJECTION).label("injects"),
        one.since,
        case((one.billed, opens), else_=one.since).label("reach"),
        one.holes,
        opens.label("opens"),
        closes.label("closes"),
        one.billed,
    ).join_from(right, Pce, Pce.id == one.id)


def ranking_of(  # noqa: PLR0913 (what a page is of)
    db: Session,
    viewer: Viewer,
    view: FleetView,
    sort: FleetSort,
    until_place: int,
    *,
    count: int | None,
) -> Ranking:
    """The PCE of *view*, to be sorted by *sort* and read up to some place; *count* if known."""
    lie = lie_of(db, viewer)
    if not lie.simple:
        return _sorted(db, viewer, view, sort)
    count = count_of(db, viewer, view, lie) if count is None else count
    near = count > MANY or SPARSE * count >= lie.most
    if near and until_place * lie.most < count * count:
        return _walked(viewer, view, sort)
    found = _own(db, viewer, view, lie, Pce.id).cte("chosen").prefix_with("MATERIALIZED")
    # Outer joins, so that SQLite starts from the few that are found and not from what stands.
    query = select(found.c.id).select_from(found)
    if sort in _SITES:
        return Ranking(query.outerjoin(Pce, Pce.id == found.c.id), _SITES[sort], found.c.id)
    here = and_(_row.pce_id == found.c.id, _row.period == view.period)
    return Ranking(query.outerjoin(_row, here), _KEYS[sort], found.c.id)


def _walked(viewer: Viewer, view: FleetView, sort: FleetSort) -> Ranking:
    """In the order of an index, passing over others' PCE: that costs less than to sort many."""
    query = held(viewer, Pce.id, walked=True)
    if sort in _SITES:
        return Ranking(filtered(viewer, query, view.filter), _SITES[sort], Pce.id.expression)
    query = query.join(_row, _row.pce_id == Pce.id).where(_row.period == view.period)
    return Ranking(filtered(viewer, query, view.filter), _KEYS[sort], _row.pce_id.expression)


def lines_of(viewer: Viewer, view: FleetView, ids: Collection[int]) -> Select[Any]:
    """What a `whole` ranking gives of each of *ids*, which stand as they are."""
    told = (getattr(_row, name) for name in (*NAMES, "equal_wh"))
    columns = [*_ABOUT, Pce.data_until, *told]
    query = held(viewer, *columns).join(_row, _row.pce_id == Pce.id)
    return query.where(_row.period == view.period, Pce.id.in_(ids))


_ABOUT = (Pce.id, Pce.number, Pce.alias)


def _sorted(db: Session, viewer: Viewer, view: FleetView, sort: FleetSort) -> Ranking:
    """All of them, some worked out, before a page is taken."""
    found = standings(db, viewer, view, simple=False).subquery("found")
    told, gap = enough(found.c), found.c.this_wh - found.c.before_wh
    drift = cast(gap, Float) / func.nullif(found.c.before_wh, 0)
    faced = [case((told, gap)).label("gap_wh"), case((told, drift)).label("drift")]
    sums = select(found, *faced).subquery("sums")
    equal = equalised(sums.c, _ratio(viewer))
    key: dict[FleetSort, Any] = {
        FleetSort.PERCENT: sums.c.drift,
        FleetSort.GAP: sums.c.gap_wh,
        FleetSort.ENERGY: sums.c.energy_wh,
        FleetSort.COVERAGE: cast(sums.c.known, Float) / func.nullif(sums.c.due, 0),
        FleetSort.DRIFT: equal["ranked"],
        FleetSort.EQUAL: equal["equal"],
        FleetSort.EQUAL_GAP: equal["equal_wh"],
        **_SITES,
        FleetSort.UNTIL: until(viewer),
    }
    columns = [*_ABOUT, until(viewer).label("data_until"), *(sums.c[name] for name in NAMES)]
    query = with_grant(viewer, *columns, equal["equal_wh"].label("equal_wh"))
    query = query.join(sums, sums.c.id == Pce.id)
    query = query.outerjoin(_row, and_(_row.pce_id == Pce.id, _row.period == view.period))
    return Ranking(query, key[sort], Pce.id.expression, whole=True)


def equals(db: Session, viewer: Viewer, view: FleetView) -> Select[Any]:
    """A row a PCE of *view* with its `equal_wh`, NULL where it is not told to this viewer."""
    return _sorted(db, viewer, view, FleetSort.EQUAL_GAP).query


def _ratio(viewer: Viewer) -> ColumnElement[Any]:
    """What puts the year of a PCE in the climate of the one before; needs the grant joined.

    None for who may not read each of the days that tell it.
    """
    since, to = readable_from(viewer), readable_until(viewer)
    reads = and_(
        _row.ratio_year == months_of(FleetPeriod.YEAR, viewer.today)[0],
        or_(since.is_(None), since <= _row.judged_from),
        or_(to.is_(None), to >= _row.judged_until),
    )
    return case((reads, _row.ratio))
