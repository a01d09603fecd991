"""Query several PCEs together: by month from the roll-up, by day as sums."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, not_, select, true
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import NotFound
from core.i18n import N_
from data.identity.accounts.models import Organisation
from data.identity.settings.types import Carbon
from data.metering.consumption.queries.grant_gaps import get_holes_cte, has_pieces
from data.metering.consumption.queries.months import get_calendar_cte, get_readable_months_query
from data.metering.consumption.queries.periods import count_apart
from data.metering.consumption.queries.sources import is_deposited
from data.metering.consumption.queries.standings import get_pce_scopes_query
from data.metering.consumption.queries.together_costs import sum_selection_costs
from data.metering.consumption.queries.together_days import (
    Found,
    SelectionQuery,
    count_pces_by_due_days,
    count_sheets,
    get_days_read,
    get_faced_days,
    is_due_columns,
    list_parts,
    list_top_consumers,
    load_with_shares,
)
from data.metering.consumption.rules.calendar import DAY, comparison_shifts, span_of
from data.metering.consumption.rules.spending import emission_of
from data.metering.consumption.rules.together import (
    BY_DAY,
    MOST,
    NO_FACE,
    PRICED_DAYS,
    Sum,
    bar_of,
    bars_of,
    due_in,
    in_thousandths,
    is_whole,
    with_late_pces,
)
from data.metering.consumption.rules.view import bounds
from data.metering.consumption.types import (
    BaseYear,
    CombinedBar,
    CombinedSeries,
    Face,
    Measure,
    Preset,
    Quality,
    SeriesStep,
    TogetherPart,
    TogetherView,
    Unit,
    View,
)
from data.metering.pces.models import Pce
from data.metering.pces.queries import get_last_readable_day, visible_with_grant
from data.metering.pces.rules import month_of
from data.metering.pces.types import PceFilter
from data.metering.prices.queries import SharedTariffs, load_shared_prices
from data.metering.surfaces.queries import load_drafts
from data.metering.surfaces.types import SurfaceDraft


def sum_selection(
    db: Session, viewer: Viewer, asked: TogetherView, carbon: Carbon | None = None
) -> CombinedSeries:
    """Return the sums of the visible PCEs of `asked` over its period; `carbon` adds emissions.

    Raise NotFound when no PCE is visible. Grants apply as elsewhere: whole months of the roll-up,
    or single days.
    """
    shared = load_shared_prices(db, viewer) if asked.view.unit is Unit.EUR else None
    scope = _scope(db, viewer, asked, shared)
    latest, count = _extent(db, viewer, scope)
    if not count:
        raise NotFound(N_("Aucun de ces PCE n’est de ceux que vous pouvez lire."))
    many = count > BY_DAY and asked.view.step in {SeriesStep.DAY, SeriesStep.WEEK}
    view = replace(asked.view, step=SeriesStep.MONTH) if many else asked.view
    first, last = bounds(view, viewer.today, latest, None)
    if many:
        first, last = first.replace(day=1), month_of(last, 1) - DAY
    holes = _holes(db, viewer, scope)
    common = SelectionQuery(
        scope, holes, view.unit, first, last, viewer, view.step, compares=1 in view.compare,
        owing=count_pces_by_due_days(db, scope), until=latest,
    )  # fmt: skip
    figures, spread = _read(db, common, shared, count)
    each = emission_of(1, carbon) if carbon and view.unit is Unit.CO2 else 1
    bars, total = _bars(common, figures, each)
    named_parts = _list_parts(db, viewer, [id_ for id_, _most in figures[1]], total.parts)
    surfaces, base = _load_measures(db, viewer, asked.measure, named_parts)
    measure = Measure.M2 if surfaces else Measure.BASE if base else Measure.UNIT
    return CombinedSeries(
        query=replace(asked, view=view, measure=measure),
        name=_name(db, asked),
        pces=count,
        parts=named_parts,
        others=count - len(named_parts),
        bars=bars,
        total=total,
        until=latest,
        read=_numbers(db, viewer, scope) if count <= MOST else tuple(p.number for p in named_parts),
        by_month=many,
        carbon=carbon,
        base=base,
        surfaces=surfaces,
        spread=spread,
        sheets=count_sheets(db, common),
        apart=count_apart(db, viewer, *_get_selection(db, asked)),
    )


Surfaces = tuple[Sequence[SurfaceDraft], ...]


def _load_measures(
    db: Session, viewer: Viewer, measure: Measure, parts: Sequence[TogetherPart]
) -> tuple[Surfaces, BaseYear | None]:
    """Return what curves are divided by: the surfaces, the base year, or neither."""
    is_usual = measure is Measure.USUAL and len(parts) > 1
    if measure is Measure.M2 or is_usual:
        surfaces = _load_surfaces(db, viewer, parts)
        if measure is Measure.M2 or all(surfaces):
            return surfaces, None
    if measure is Measure.BASE or is_usual:
        base = _load_base(db, viewer, parts)
        if measure is Measure.BASE or None not in base.means:
            return (), base
    return (), None


def _load_surfaces(db: Session, viewer: Viewer, parts: Sequence[TogetherPart]) -> Surfaces:
    drafts = load_drafts(db, viewer, [part.number for part in parts])
    return tuple(drafts.get(part.number, ()) for part in parts)


def _load_base(db: Session, viewer: Viewer, parts: Sequence[TogetherPart]) -> BaseYear:
    """Return the mean day of each part over the year before the last twelve complete months."""
    first, last = month_of(viewer.today, -24), month_of(viewer.today, -12) - DAY
    days = (last - first).days + 1
    named = tuple(part.number for part in parts)
    view = View(preset=Preset.FREE, first=first, last=last, step=SeriesStep.MONTH, compare=())
    query = TogetherView(numbers=named, view=view)
    try:
        year = sum_selection(db, viewer, query)
    except NotFound:
        return BaseYear(first, last, (None,) * len(parts))
    months_by_number = {
        part.number: [bar.parts[rank] for bar in year.bars] for rank, part in enumerate(year.parts)
    }
    means = []
    for part in parts:
        known_months = [
            value for value in months_by_number.get(part.number, ()) if value is not None
        ]
        is_complete = len(known_months) == len(year.bars) and sum(known_months) > 0
        means.append(sum(known_months) / days if is_complete else None)
    return BaseYear(first, last, tuple(means))


def _extent(db: Session, viewer: Viewer, scope: CTE) -> tuple[date | None, int]:
    """Return the last day with a value over all PCEs, and the number of PCEs."""
    query = visible_with_grant(viewer, func.max(get_last_readable_day(viewer)), func.count())
    latest, count = db.execute(query.where(Pce.id.in_(select(scope.c.id)))).one()
    return latest, count


def _holes(db: Session, viewer: Viewer, scope: CTE) -> CTE | None:
    """Build the holes of the grants of `scope`, or None when there is none."""
    pieces_query = select(scope.c.id).where(has_pieces(scope.c.holes)).limit(1)
    return None if viewer.staff or db.scalar(pieces_query) is None else get_holes_cte(scope)


def _read(
    db: Session, sum_query: SelectionQuery, shared: SharedTariffs | None, count: int
) -> tuple[Found, bool]:
    """Read the sums of `count` PCEs, and whether their costs are computed by month."""
    named = count * ((sum_query.last - sum_query.first).days + 1) <= PRICED_DAYS
    by_whole_month = is_whole(sum_query.step, sum_query.first, sum_query.last) and not (
        shared and named
    )
    if not by_whole_month:
        sum_query = load_with_shares(db, sum_query)
    sums, tops, parts = (_by_month if by_whole_month else _by_day)(db, sum_query)
    step, today = (
        SeriesStep.MONTH if by_whole_month else SeriesStep.DAY,
        sum_query.viewer.today,
    )
    owing, until = sum_query.owing, sum_query.until
    sums = [with_late_pces(each, span_of(step, each.day), owing, today, until) for each in sums]
    figures = sums, tops, parts
    if not shared:
        return figures, False
    return sum_selection_costs(
        db, sum_query, shared, figures, by_whole_month=by_whole_month
    ), by_whole_month


def _scope(
    db: Session, viewer: Viewer, combined_query: TogetherView, shared: SharedTariffs | None
) -> CTE:
    scoped = get_pce_scopes_query(viewer, *_get_selection(db, combined_query))
    scoped = scoped.add_columns(*(shared.columns if shared else ()))
    return scoped.cte("scope").prefix_with("MATERIALIZED")


def _get_selection(db: Session, asked: TogetherView) -> tuple[PceFilter, Sequence[int] | None]:
    """Return the filter of the group, and the ids of PCEs selected by number.

    The filter must not hide these.
    """
    pce_filter = PceFilter(tags=(asked.tag,) if asked.tag else (), holder=asked.holder)
    named = select(Pce.id).where(Pce.number.in_(asked.numbers))
    return pce_filter, db.scalars(named).all() if asked.numbers else None


def _bars(
    sum_query: SelectionQuery, figures: Found, each: int
) -> tuple[tuple[CombinedBar, ...], CombinedBar]:
    """Return the bars of the period and their total."""
    sums, _tops, parts = figures
    bars = bars_of(sum_query.step, (sum_query.first, sum_query.last), sums, parts)
    total = bar_of(sum_query.first, sum_query.last, sums, parts)
    if sum_query.unit not in {Unit.EUR, Unit.CO2}:
        return bars, total
    return tuple(in_thousandths(bar, each) for bar in bars), in_thousandths(total, each)


def _by_month(db: Session, sum_query: SelectionQuery) -> Found:
    months = []
    month = sum_query.first
    while month <= sum_query.last:
        months.append(month)
        month = month_of(month, 1)
    calendar = get_calendar_cte(tuple(months), sum_query.viewer.today)
    each = get_readable_months_query(sum_query.viewer, sum_query.scope, calendar).subquery("each")
    amount = each.c.volume_dm3 if sum_query.unit is Unit.M3 else each.c.energy_wh
    value: ColumnElement[Any] = case((each.c.known > 0, amount))
    known_days = case((each.c.known > each.c.due, each.c.due), else_=each.c.known)
    counts = [func.sum(column) for column in (known_days, each.c.due, each.c.deposited)]
    faces = [func.sum(each.c[name]) for name in ("shared", "this_wh", "before_wh")]
    query = select(each.c.month, func.sum(value), *counts, *faces).group_by(each.c.month)
    sums = []
    for day, total, *row_values in db.execute(query):
        have, owed, own = (_int(count) or 0 for count in row_values[:3])
        sums.append(Sum(day, _int(total), have, owed, _face(sum_query, *row_values[3:]), own))
    tops = list_top_consumers(db, each.c.id, value)
    rows = select(each.c.id, each.c.month, value).where(each.c.id.in_([id_ for id_, _ in tops]))
    return sums, tops, list_parts(tops, db.execute(rows).all())


def _by_day(db: Session, sum_query: SelectionQuery) -> Found:
    scope, row = sum_query.scope, sum_query.day
    amount = row.volume_dm3 if sum_query.unit is Unit.M3 else row.energy_wh
    has_reading, (owes, come) = row.quality > Quality.ABSENT, is_due_columns(sum_query)
    value: ColumnElement[Any] = case((has_reading, amount))
    counts = [
        func.count(case((and_(has_reading, owes, condition), 1)))
        for condition in (true(), not_(come))
    ]
    counts.append(func.count(case((and_(has_reading, is_deposited(row)), 1))))
    query = get_days_read(sum_query, row.gas_day, func.sum(value), *counts)
    sums_by_day = {
        day: tuple(row_values) for day, *row_values in db.execute(query.group_by(row.gas_day))
    }
    faces = _faces(db, sum_query) if sum_query.compares else {}
    sums = []
    day = sum_query.first
    while day <= sum_query.last:
        total, have, early, own = sums_by_day.get(day, (None, 0, 0, 0))
        owed = due_in(sum_query.owing, day, day, sum_query.viewer.today) + early
        sums.append(Sum(day, _int(total), have, owed, faces.get(day, NO_FACE), own))
        day += DAY
    days = get_days_read(sum_query, scope.c.id, row.gas_day, value.label("value"))
    each = days.subquery("each")
    tops = list_top_consumers(db, each.c.id, each.c.value)
    rows = days.where(row.pce_id.in_([id_ for id_, _ in tops]))
    return sums, tops, list_parts(tops, db.execute(rows).all())


def _faces(db: Session, sum_query: SelectionQuery) -> dict[date, Face]:
    """Return, by day, the sums over PCEs that have both that day and the day a year before."""
    before, row = sum_query.days.alias(), sum_query.day
    sums = func.count(), func.sum(row.energy_wh), func.sum(before.c.energy_wh)
    faces_by_day: dict[date, Face] = {}
    step = (
        SeriesStep.WEEK if sum_query.step is SeriesStep.WEEK else SeriesStep.DAY
    )  # weeks compare with the week of the same number
    for low, high, shift in comparison_shifts(sum_query.first, sum_query.last, 1, step):
        query = get_faced_days(db, sum_query, before, shift, row.gas_day, *sums)
        query = query.where(row.gas_day.between(low, high)).group_by(row.gas_day)
        for day, days, this, old in db.execute(query):
            faces_by_day[day] = Face(days, int(this or 0), int(old or 0))
    return faces_by_day


def _list_parts(
    db: Session, viewer: Viewer, ids: Sequence[int], values: Sequence[int | None]
) -> tuple[TogetherPart, ...]:
    query = visible_with_grant(viewer, Pce.id, Pce.number, Pce.alias)
    rows = {row.id: row for row in db.execute(query.where(Pce.id.in_(ids)))}
    return tuple(
        TogetherPart(rows[id_].number, rows[id_].alias, value or 0)
        for id_, value in zip(ids, values, strict=True)
    )


def _numbers(db: Session, viewer: Viewer, scope: CTE) -> tuple[str, ...]:
    query = visible_with_grant(viewer, Pce.number).where(Pce.id.in_(select(scope.c.id)))
    return tuple(db.scalars(query.order_by(Pce.number)))


def _name(db: Session, combined_query: TogetherView) -> str:
    """Return the holder's name, which any viewer of one of its PCEs may know."""
    if combined_query.holder is None:
        return ""
    return (
        db.scalar(select(Organisation.name).where(Organisation.id == combined_query.holder)) or ""
    )


def _face(sum_query: SelectionQuery, days: Any, this: Any, then: Any) -> Face:  # noqa: ANN401 (sums)
    return (
        Face(_int(days) or 0, _int(this) or 0, _int(then) or 0) if sum_query.compares else NO_FACE
    )


def _int(value: Any) -> int | None:  # noqa: ANN401 (PostgreSQL sums integers as decimals)
    return None if value is None else int(value)
