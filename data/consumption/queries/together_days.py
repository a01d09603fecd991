"""What the reads of several PCE together have in common: their days, and what is due of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Subquery, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import Reading
from data.consumption.queries.pieces import holds
from data.consumption.rules.together import PARTS, Owing, Part, Sum
from data.consumption.types import Step, Unit
from data.pces.rules import DAYS, holes_in, known_by
from data.pces.types import Frequency

_day = Reading
Found = tuple[list[Sum], Sequence[tuple[int, int]], list[Part]]  # sums, (PCE, total), their days


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reads have in common: `scope` is a row a PCE, its days and what is due of it.

    `holes` are the days of `scope` between two rights, which may not be read; None: there are none.
    """

    scope: Subquery
    holes: CTE | None
    unit: Unit
    first: date
    last: date
    viewer: Viewer
    step: Step
    compares: bool


def days_read(asked: Asked, *columns: Any) -> Select[Any]:  # noqa: ANN401
    """*columns* of the days of the period that may be read, the scope of their PCE joined."""
    scope = asked.scope.c
    inside = and_(
        _day.pce_id == scope.id,
        _day.gas_day.between(asked.first, asked.last),
        or_(scope.since.is_(None), _day.gas_day >= scope.since),
        or_(scope.last.is_(None), _day.gas_day <= scope.last),
    )
    query = select(*columns).select_from(_day).join(asked.scope, inside)
    return _between_holes(asked, query, _day)


def faced_days(
    db: Session,
    asked: Asked,
    before: type[Reading],
    shift: int,
    *columns: Any,  # noqa: ANN401
) -> Select[Any]:
    """*columns* of the same days and of those *shift* days *before*, which may be read too."""
    since = asked.scope.c.since
    then = and_(before.pce_id == _day.pce_id, before.gas_day == _day_earlier(db, shift))
    query = days_read(asked, *columns).join(before, then)
    query = query.where(
        _day.energy_wh.is_not(None),
        before.energy_wh.is_not(None),
        or_(since.is_(None), before.gas_day >= since),
    )
    return _between_holes(asked, query, before)


def _between_holes(asked: Asked, query: Select[Any], row: type[Reading]) -> Select[Any]:
    if asked.holes is None:
        return query
    closed = asked.holes.alias()
    return query.outerjoin(closed, holds(closed, row.pce_id, row.gas_day)).where(
        closed.c.id.is_(None)
    )


def due_of(asked: Asked) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether days of a PCE are awaited at all, as for `due_in`; and whether this one is yet."""
    scope = asked.scope.c
    come = [
        and_(scope.frequency == how, _day.gas_day <= known_by(asked.viewer.today, how))
        for how in Frequency
    ]
    served = or_(scope.ended_on.is_(None), _day.gas_day <= scope.ended_on)
    told = scope.frequency != Frequency.HALF_YEARLY
    return and_(not_(scope.injects), told, served), or_(*come)


def _day_earlier(db: Session, shift: int) -> ColumnElement[Any]:
    if db.connection().dialect.name == "sqlite":
        return func.date(_day.gas_day, f"-{shift} days")
    return _day.gas_day - shift


def owing_of(db: Session, scope: Subquery) -> list[Owing]:
    """The PCE of which the same days are to come, counted; none of who feeds gas in."""
    kinds = (scope.c.frequency, scope.c.since, scope.c.last, scope.c.ended_on, scope.c.holes)
    query = select(func.count(), *kinds).where(~scope.c.injects).group_by(*kinds)
    return [
        Owing(
            count,
            frequency,
            since,
            min(filter(None, (last, ended)), default=None),
            holes_in(holes or "", DAYS),
        )
        for count, frequency, since, last, ended, holes in db.execute(query)
    ]


def tops_of(db: Session, id_: ColumnElement[Any], value: Any) -> Sequence[tuple[int, int]]:  # noqa: ANN401
    """The PCE that consume most, and how much; none that consumes nothing."""
    total = func.sum(value)
    query = select(id_, total).group_by(id_).having(total > 0).order_by(total.desc(), id_)
    return [(row[0], int(row[1] or 0)) for row in db.execute(query.limit(PARTS))]


def parts_of(tops: Sequence[tuple[int, int]], rows: Sequence[Any]) -> list[Part]:
    found: dict[int, dict[date, int | None]] = {id_: {} for id_, _most in tops}
    for id_, day, value in rows:
        found[id_][day] = None if value is None else int(value)
    return list(found.values())
