"""Several PCE together: by month from the roll-up, by day as sums of sets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, not_, or_, select, true
from sqlalchemy.orm import Session, aliased

from data.access import Viewer
from data.accounts.models import Organisation
from data.consumption.models import Reading
from data.consumption.queries.monthly import calendar_of
from data.consumption.queries.months import months_read
from data.consumption.queries.standing import scope_of_each
from data.consumption.rules.calendar import DAY, shifts
from data.consumption.rules.together import (
    BY_DAY,
    MOST,
    NO_FACE,
    PARTS,
    Owing,
    Part,
    Sum,
    bar_of,
    bars_of,
    due_in,
    is_whole,
)
from data.consumption.rules.view import bounds
from data.consumption.types import (
    Face,
    Quality,
    Step,
    Together,
    TogetherPart,
    TogetherView,
    Unit,
)
from data.errors import NotFound
from data.pces.models import Pce
from data.pces.queries import until, with_grant
from data.pces.rules import known_by, month_of
from data.pces.types import Frequency, PceFilter
from i18n import N_

_day = Reading


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the reads have in common: `scope` is a row a PCE, its days and what is due of it."""

    scope: Subquery
    unit: Unit
    first: date
    last: date
    viewer: Viewer
    step: Step
    compares: bool


def together(db: Session, viewer: Viewer, asked: TogetherView) -> Together:
    """The PCE of *asked* that the viewer may see, summed over its period.

    Raises NotFound when there is none. A grant cuts as everywhere: whole months of the roll-up,
    days one by one.
    """
    wanted = PceFilter(tags=(asked.tag,) if asked.tag else (), holder=asked.holder)
    scoped = scope_of_each(viewer, wanted)
    if asked.numbers:
        scoped = scoped.where(Pce.number.in_(asked.numbers))
    scope = scoped.subquery("scope")
    latest, count = db.execute(
        with_grant(viewer, func.max(until(viewer)), func.count()).where(
            Pce.id.in_(select(scope.c.id))
        )
    ).one()
    if not count:
        raise NotFound(N_("Aucun de ces PCE n’est de ceux que vous pouvez lire."))
    many = count > BY_DAY and asked.view.step in {Step.DAY, Step.WEEK}
    view = replace(asked.view, step=Step.MONTH) if many else asked.view
    first, last = bounds(view, viewer.today, latest, None)
    if many:
        first, last = first.replace(day=1), month_of(last, 1) - DAY
    common = _Asked(scope, view.unit, first, last, viewer, view.step, compares=1 in view.compare)
    read = _by_month if is_whole(view.step, first, last) else _by_day
    sums, tops, parts = read(db, common)
    told = _told(db, viewer, tops)
    return Together(
        asked=replace(asked, view=view),
        name=_name(db, asked),
        pces=count,
        parts=told,
        others=count - len(told),
        bars=bars_of(view.step, (first, last), sums, parts),
        total=bar_of(first, last, sums, parts),
        until=latest,
        read=_numbers(db, viewer, scope) if count <= MOST else tuple(p.number for p in told),
        by_month=many,
    )


Found = tuple[list[Sum], Sequence[tuple[int, int]], list[Part]]  # sums, (PCE, total), their days


def _by_month(db: Session, asked: _Asked) -> Found:
    months = []
    month = asked.first
    while month <= asked.last:
        months.append(month)
        month = month_of(month, 1)
    calendar = calendar_of(tuple(months), asked.viewer.today)
    each = months_read(asked.viewer, asked.scope, calendar).subquery("each")
    amount = each.c.energy_wh if asked.unit is Unit.KWH else each.c.volume_dm3
    value: ColumnElement[Any] = case((each.c.known > 0, amount))
    known = case((each.c.known > each.c.due, each.c.due), else_=each.c.known)
    faces = [func.sum(each.c[name]) for name in ("shared", "this_wh", "before_wh")]
    sums = [
        Sum(day, _int(total), _int(have) or 0, _int(owed) or 0, _face(asked, *face))
        for day, total, have, owed, *face in db.execute(
            select(
                each.c.month, func.sum(value), func.sum(known), func.sum(each.c.due), *faces
            ).group_by(each.c.month)
        )
    ]
    tops = _tops(db, each.c.id, value)
    rows = select(each.c.id, each.c.month, value).where(each.c.id.in_([id_ for id_, _ in tops]))
    return sums, tops, _parts(tops, db.execute(rows).all())


def _by_day(db: Session, asked: _Asked) -> Found:
    scope, inside = asked.scope, _inside(asked)
    amount = _day.energy_wh if asked.unit is Unit.KWH else _day.volume_dm3
    value: ColumnElement[Any] = case((_day.quality > Quality.ABSENT, amount))
    there, (owes, come) = _day.quality > Quality.ABSENT, _due(asked)
    counts = [func.count(case((and_(there, owes, one), 1))) for one in (true(), not_(come))]
    query = select(_day.gas_day, func.sum(value), *counts).join(scope, inside)
    found = {day: tuple(told) for day, *told in db.execute(query.group_by(_day.gas_day))}
    owing, faces = _owing(db, scope), _faces(db, asked) if asked.compares else {}
    sums = []
    day = asked.first
    while day <= asked.last:
        total, have, early = found.get(day, (None, 0, 0))
        owed = due_in(owing, day, day, asked.viewer.today) + early
        sums.append(Sum(day, _int(total), have, owed, faces.get(day, NO_FACE)))
        day += DAY
    own = select(scope.c.id, _day.gas_day, value.label("value")).join(scope, inside)
    each = select(_day.pce_id, value.label("value")).join(scope, inside).subquery("each")
    tops = _tops(db, each.c.pce_id, each.c.value)
    rows = own.where(_day.pce_id.in_([id_ for id_, _ in tops]))
    return sums, tops, _parts(tops, db.execute(rows).all())


def _inside(asked: _Asked) -> ColumnElement[bool]:
    scope = asked.scope.c
    return and_(
        _day.pce_id == scope.id,
        _day.gas_day.between(asked.first, asked.last),
        or_(scope.first.is_(None), _day.gas_day >= scope.first),
        or_(scope.last.is_(None), _day.gas_day <= scope.last),
    )


def _due(asked: _Asked) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether days of a PCE are awaited at all, as for `due_in`; and whether this one is yet."""
    scope = asked.scope.c
    come = [
        and_(scope.frequency == how, _day.gas_day <= known_by(asked.viewer.today, how))
        for how in Frequency
    ]
    served = or_(scope.ended_on.is_(None), _day.gas_day <= scope.ended_on)
    told = scope.frequency != Frequency.HALF_YEARLY
    return and_(not_(scope.injects), told, served), or_(*come)


def _faces(db: Session, asked: _Asked) -> dict[date, Face]:
    """By day, those of the PCE that know it and the same one a year before, which may be read."""
    before, scope = aliased(Reading), asked.scope.c
    found: dict[date, Face] = {}
    step = Step.WEEK if asked.step is Step.WEEK else Step.DAY  # weeks face those of their number
    for low, high, shift in shifts(asked.first, asked.last, 1, step):
        earlier = _earlier(db, shift)
        query = (
            select(_day.gas_day, func.count(), func.sum(_day.energy_wh), func.sum(before.energy_wh))
            .join(asked.scope, _inside(asked))
            .join(before, and_(before.pce_id == _day.pce_id, before.gas_day == earlier))
            .where(
                _day.gas_day.between(low, high),
                _day.energy_wh.is_not(None),
                before.energy_wh.is_not(None),
                or_(scope.first.is_(None), before.gas_day >= scope.first),
            )
            .group_by(_day.gas_day)
        )
        for day, days, this, then in db.execute(query):
            found[day] = Face(days, int(this or 0), int(then or 0))
    return found


def _earlier(db: Session, shift: int) -> ColumnElement[Any]:
    if db.connection().dialect.name == "sqlite":
        return func.date(_day.gas_day, f"-{shift} days")
    return _day.gas_day - shift


def _owing(db: Session, scope: Subquery) -> list[Owing]:
    """The PCE of which the same days are to come, counted; none of who feeds gas in."""
    kinds = (scope.c.frequency, scope.c.first, scope.c.last, scope.c.ended_on)
    query = select(func.count(), *kinds).where(~scope.c.injects).group_by(*kinds)
    return [
        Owing(count, frequency, first, min(filter(None, (last, ended)), default=None))
        for count, frequency, first, last, ended in db.execute(query)
    ]


def _tops(db: Session, id_: ColumnElement[Any], value: Any) -> Sequence[tuple[int, int]]:  # noqa: ANN401
    """The PCE that consume most, and how much; none that consumes nothing."""
    total = func.sum(value)
    query = select(id_, total).group_by(id_).having(total > 0).order_by(total.desc(), id_)
    return [(row[0], int(row[1] or 0)) for row in db.execute(query.limit(PARTS))]


def _parts(tops: Sequence[tuple[int, int]], rows: Sequence[Any]) -> list[Part]:
    found: dict[int, dict[date, int | None]] = {id_: {} for id_, _most in tops}
    for id_, day, value in rows:
        found[id_][day] = _int(value)
    return list(found.values())


def _told(db: Session, viewer: Viewer, tops: Sequence[tuple[int, int]]) -> tuple[TogetherPart, ...]:
    query = with_grant(viewer, Pce.id, Pce.number, Pce.alias)
    rows = {row.id: row for row in db.execute(query.where(Pce.id.in_([id_ for id_, _ in tops])))}
    return tuple(TogetherPart(rows[id_].number, rows[id_].alias, most) for id_, most in tops)


def _numbers(db: Session, viewer: Viewer, scope: Subquery) -> tuple[str, ...]:
    query = with_grant(viewer, Pce.number).where(Pce.id.in_(select(scope.c.id)))
    return tuple(db.scalars(query.order_by(Pce.number)))


def _name(db: Session, asked: TogetherView) -> str:
    """The holder's name, which who sees one of its PCE may know."""
    if asked.holder is None:
        return ""
    return db.scalar(select(Organisation.name).where(Organisation.id == asked.holder)) or ""


def _face(asked: _Asked, days: Any, this: Any, then: Any) -> Face:  # noqa: ANN401 (sums)
    return Face(_int(days) or 0, _int(this) or 0, _int(then) or 0) if asked.compares else NO_FACE


def _int(value: Any) -> int | None:  # noqa: ANN401 (PostgreSQL sums integers as decimals)
    return None if value is None else int(value)
