"""Several PCE together: by month from the roll-up, by day as sums of sets."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, not_, select, true
from sqlalchemy.orm import Session

from data.access import Viewer
from data.accounts.models import Organisation
from data.consumption.queries.monthly import calendar_of
from data.consumption.queries.months import months_read
from data.consumption.queries.periods import count_apart
from data.consumption.queries.pieces import has_pieces, holes_cte
from data.consumption.queries.sources import is_deposited
from data.consumption.queries.standing import scope_of_each
from data.consumption.queries.together_costs import spent_together
from data.consumption.queries.together_days import (
    Asked,
    Found,
    count_sheets,
    days_read,
    due_of,
    faced_days,
    owing_of,
    parts_of,
    tops_of,
    with_shares,
)
from data.consumption.rules.calendar import DAY, shifts
from data.consumption.rules.spending import emission_of
from data.consumption.rules.together import (
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
)
from data.consumption.rules.view import bounds
from data.consumption.types import (
    Face,
    Quality,
    Step,
    Together,
    TogetherBar,
    TogetherPart,
    TogetherView,
    Unit,
)
from data.errors import NotFound
from data.pces.models import Pce
from data.pces.queries import until, with_grant
from data.pces.rules import month_of
from data.pces.types import PceFilter
from data.prices.queries import Shared, shared_prices
from data.settings.types import Carbon
from i18n import N_


def together(
    db: Session, viewer: Viewer, asked: TogetherView, carbon: Carbon | None = None
) -> Together:
    """The PCE of *asked* that the viewer may see, summed over its period.

    Raises NotFound when there is none. A grant cuts as everywhere: whole months of the roll-up,
    days one by one. What they emitted is told with *carbon*.
    """
    shared = shared_prices(db, viewer) if asked.view.unit is Unit.EUR else None
    scope = _scope(db, viewer, asked, shared)
    latest, count = _extent(db, viewer, scope)
    if not count:
        raise NotFound(N_("Aucun de ces PCE n’est de ceux que vous pouvez lire."))
    many = count > BY_DAY and asked.view.step in {Step.DAY, Step.WEEK}
    view = replace(asked.view, step=Step.MONTH) if many else asked.view
    first, last = bounds(view, viewer.today, latest, None)
    if many:
        first, last = first.replace(day=1), month_of(last, 1) - DAY
    holes = _holes(db, viewer, scope)
    common = Asked(
        scope, holes, view.unit, first, last, viewer, view.step, compares=1 in view.compare
    )
    found, spread = _read(db, common, shared, count)
    each = emission_of(1, carbon) if carbon and view.unit is Unit.CO2 else 1
    bars, total = _bars(common, found, each)
    told = _told(db, viewer, [id_ for id_, _most in found[1]], total.parts)
    return Together(
        asked=replace(asked, view=view),
        name=_name(db, asked),
        pces=count,
        parts=told,
        others=count - len(told),
        bars=bars,
        total=total,
        until=latest,
        read=_numbers(db, viewer, scope) if count <= MOST else tuple(p.number for p in told),
        by_month=many,
        carbon=carbon,
        spread=spread,
        sheets=count_sheets(db, common),
        apart=count_apart(db, viewer, *_wanted(db, asked)),
    )


def _extent(db: Session, viewer: Viewer, scope: CTE) -> tuple[date | None, int]:
    """The last day of all with a value, and how many PCE there are."""
    query = with_grant(viewer, func.max(until(viewer)), func.count())
    latest, count = db.execute(query.where(Pce.id.in_(select(scope.c.id)))).one()
    return latest, count


def _holes(db: Session, viewer: Viewer, scope: CTE) -> CTE | None:
    """Those of the grants of *scope*, if there are any."""
    some = select(scope.c.id).where(has_pieces(scope.c.holes)).limit(1)
    return None if viewer.staff or db.scalar(some) is None else holes_cte(scope)


def _read(db: Session, asked: Asked, shared: Shared | None, count: int) -> tuple[Found, bool]:
    """What is known of *count* PCE; and whether their costs are those of months, not of days."""
    named = count * ((asked.last - asked.first).days + 1) <= PRICED_DAYS
    whole = is_whole(asked.step, asked.first, asked.last) and not (shared and named)
    if not whole:
        asked = with_shares(db, asked)
    found = (_by_month if whole else _by_day)(db, asked)
    if not shared:
        return found, False
    return spent_together(db, asked, shared, found, whole=whole), whole


def _scope(db: Session, viewer: Viewer, asked: TogetherView, shared: Shared | None) -> CTE:
    scoped = scope_of_each(viewer, *_wanted(db, asked))
    scoped = scoped.add_columns(*(shared.columns if shared else ()))
    return scoped.cte("scope").prefix_with("MATERIALIZED")


def _wanted(db: Session, asked: TogetherView) -> tuple[PceFilter, Sequence[int] | None]:
    """The PCE of a group, and the ids of those that are named; the filter hides none of these."""
    wanted = PceFilter(tags=(asked.tag,) if asked.tag else (), holder=asked.holder)
    named = select(Pce.id).where(Pce.number.in_(asked.numbers))
    return wanted, db.scalars(named).all() if asked.numbers else None


def _bars(asked: Asked, found: Found, each: int) -> tuple[tuple[TogetherBar, ...], TogetherBar]:
    """Those of the period, and all of it as one."""
    sums, _tops, parts = found
    bars = bars_of(asked.step, (asked.first, asked.last), sums, parts)
    total = bar_of(asked.first, asked.last, sums, parts)
    if asked.unit not in {Unit.EUR, Unit.CO2}:
        return bars, total
    return tuple(in_thousandths(bar, each) for bar in bars), in_thousandths(total, each)


def _by_month(db: Session, asked: Asked) -> Found:
    months = []
    month = asked.first
    while month <= asked.last:
        months.append(month)
        month = month_of(month, 1)
    calendar = calendar_of(tuple(months), asked.viewer.today)
    each = months_read(asked.viewer, asked.scope, calendar).subquery("each")
    amount = each.c.volume_dm3 if asked.unit is Unit.M3 else each.c.energy_wh
    value: ColumnElement[Any] = case((each.c.known > 0, amount))
    known = case((each.c.known > each.c.due, each.c.due), else_=each.c.known)
    counts = [func.sum(one) for one in (known, each.c.due, each.c.deposited)]
    faces = [func.sum(each.c[name]) for name in ("shared", "this_wh", "before_wh")]
    query = select(each.c.month, func.sum(value), *counts, *faces).group_by(each.c.month)
    sums = []
    for day, total, *told in db.execute(query):
        have, owed, own = (_int(count) or 0 for count in told[:3])
        sums.append(Sum(day, _int(total), have, owed, _face(asked, *told[3:]), own))
    tops = tops_of(db, each.c.id, value)
    rows = select(each.c.id, each.c.month, value).where(each.c.id.in_([id_ for id_, _ in tops]))
    return sums, tops, parts_of(tops, db.execute(rows).all())


def _by_day(db: Session, asked: Asked) -> Found:
    scope, row = asked.scope, asked.day
    amount = row.volume_dm3 if asked.unit is Unit.M3 else row.energy_wh
    there, (owes, come) = row.quality > Quality.ABSENT, due_of(asked)
    value: ColumnElement[Any] = case((there, amount))
    counts = [func.count(case((and_(there, owes, one), 1))) for one in (true(), not_(come))]
    counts.append(func.count(case((and_(there, is_deposited(row)), 1))))
    query = days_read(asked, row.gas_day, func.sum(value), *counts)
    found = {day: tuple(told) for day, *told in db.execute(query.group_by(row.gas_day))}
    owing, faces = owing_of(db, scope), _faces(db, asked) if asked.compares else {}
    sums = []
    day = asked.first
    while day <= asked.last:
        total, have, early, own = found.get(day, (None, 0, 0, 0))
        owed = due_in(owing, day, day, asked.viewer.today) + early
        sums.append(Sum(day, _int(total), have, owed, faces.get(day, NO_FACE), own))
        day += DAY
    days = days_read(asked, scope.c.id, row.gas_day, value.label("value"))
    each = days.subquery("each")
    tops = tops_of(db, each.c.id, each.c.value)
    rows = days.where(row.pce_id.in_([id_ for id_, _ in tops]))
    return sums, tops, parts_of(tops, db.execute(rows).all())


def _faces(db: Session, asked: Asked) -> dict[date, Face]:
    """By day, those of the PCE that know it and the same one a year before, which may be read."""
    before, row = asked.days.alias(), asked.day
    sums = func.count(), func.sum(row.energy_wh), func.sum(before.c.energy_wh)
    found: dict[date, Face] = {}
    step = Step.WEEK if asked.step is Step.WEEK else Step.DAY  # weeks face those of their number
    for low, high, shift in shifts(asked.first, asked.last, 1, step):
        query = faced_days(db, asked, before, shift, row.gas_day, *sums)
        query = query.where(row.gas_day.between(low, high)).group_by(row.gas_day)
        for day, days, this, old in db.execute(query):
            found[day] = Face(days, int(this or 0), int(old or 0))
    return found


def _told(
    db: Session, viewer: Viewer, ids: Sequence[int], values: Sequence[int | None]
) -> tuple[TogetherPart, ...]:
    query = with_grant(viewer, Pce.id, Pce.number, Pce.alias)
    rows = {row.id: row for row in db.execute(query.where(Pce.id.in_(ids)))}
    return tuple(
        TogetherPart(rows[id_].number, rows[id_].alias, value or 0)
        for id_, value in zip(ids, values, strict=True)
    )


def _numbers(db: Session, viewer: Viewer, scope: CTE) -> tuple[str, ...]:
    query = with_grant(viewer, Pce.number).where(Pce.id.in_(select(scope.c.id)))
    return tuple(db.scalars(query.order_by(Pce.number)))


def _name(db: Session, asked: TogetherView) -> str:
    """The holder's name, which who sees one of its PCE may know."""
    if asked.holder is None:
        return ""
    return db.scalar(select(Organisation.name).where(Organisation.id == asked.holder)) or ""


def _face(asked: Asked, days: Any, this: Any, then: Any) -> Face:  # noqa: ANN401 (sums)
    return Face(_int(days) or 0, _int(this) or 0, _int(then) or 0) if asked.compares else NO_FACE


def _int(value: Any) -> int | None:  # noqa: ANN401 (PostgreSQL sums integers as decimals)
    return None if value is None else int(value)
