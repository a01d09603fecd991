"""What the reads of several PCE together have in common: their days, and what is due of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import PeriodDay, Reading
from data.consumption.queries.periods import days_told
from data.consumption.queries.pieces import holds
from data.consumption.rules.calendar import DAY
from data.consumption.rules.together import PARTS, Owing, Part, Sum
from data.consumption.types import Step, Unit
from data.pces.rules import DAYS, holes_in, known_by
from data.pces.types import Frequency

_YEAR = 372 * DAY  # and more: weeks face those of their number
Found = tuple[list[Sum], Sequence[tuple[int, int]], list[Part]]  # sums, (PCE, total), their days


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reads have in common: `scope` is a row a PCE, its days and what is due of it.

    `holes` are the days of `scope` between two rights, which may not be read; None: there are none.
    `days` are those of `readings`, or of `days_told`.
    """

    scope: CTE
    holes: CTE | None
    unit: Unit
    first: date
    last: date
    viewer: Viewer
    step: Step
    compares: bool
    days: FromClause = field(default_factory=lambda: Reading.__table__)

    @property
    def day(self) -> Any:  # noqa: ANN401 (columns)
        """Those of `readings`."""
        return self.days.c


def with_shares(db: Session, asked: Asked) -> Asked:
    """*asked*, of the days as well that periods stand for, if there are any.

    As on the page of one PCE, lines of sheets are not shared out by day; by week neither.
    """
    some = select(PeriodDay.pce_id).where(PeriodDay.pce_id.in_(select(asked.scope.c.id)))
    if db.scalar(some.limit(1)) is None:
        return asked
    scope, first = asked.scope.c, asked.first - _YEAR if asked.compares else asked.first
    spans = select(
        scope.id,
        literal(first, Date).label("low"),
        literal(asked.last, Date).label("high"),
        scope.since,
        scope.last.label("to"),
    ).cte("spans")
    sheets = asked.step in {Step.MONTH, Step.YEAR}
    return replace(asked, days=days_told(spans, asked.holes, sheets=sheets))


def count_sheets(db: Session, asked: Asked) -> int:
    """The PCE of which lines of sheets lie in the period, where they are not shared out."""
    if asked.step not in {Step.DAY, Step.WEEK}:
        return 0
    scope, share = asked.scope.c, PeriodDay
    inside = and_(
        share.pce_id == scope.id,
        share.gas_day.between(asked.first, asked.last),
        or_(scope.since.is_(None), share.first_day >= scope.since),
        or_(scope.last.is_(None), share.last_day <= scope.last),
    )
    query = select(func.count(share.pce_id.distinct())).join(asked.scope, inside)
    return db.scalar(query.where(not_(share.billed))) or 0


def days_read(asked: Asked, *columns: Any) -> Select[Any]:  # noqa: ANN401
    """*columns* of the days of the period that may be read, the scope of their PCE joined."""
    scope, day = asked.scope.c, asked.day
    inside = and_(
        day.pce_id == scope.id,
        day.gas_day.between(asked.first, asked.last),
        or_(scope.since.is_(None), day.gas_day >= scope.since),
        or_(scope.last.is_(None), day.gas_day <= scope.last),
    )
    query = select(*columns).select_from(asked.days).join(asked.scope, inside)
    return _between_holes(asked, query, day)


def faced_days(
    db: Session,
    asked: Asked,
    before: FromClause,
    shift: int,
    *columns: Any,  # noqa: ANN401
) -> Select[Any]:
    """*columns* of the same days and of those *shift* days *before*, which may be read too."""
    since, day, earlier = asked.scope.c.since, asked.day, before.c
    then = and_(earlier.pce_id == day.pce_id, earlier.gas_day == _day_earlier(db, day, shift))
    query = days_read(asked, *columns).join(before, then)
    query = query.where(
        day.energy_wh.is_not(None),
        earlier.energy_wh.is_not(None),
        or_(since.is_(None), earlier.gas_day >= since),
    )
    return _between_holes(asked, query, earlier)


def _between_holes(asked: Asked, query: Select[Any], row: Any) -> Select[Any]:  # noqa: ANN401 (columns)
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
        and_(scope.frequency == how, asked.day.gas_day <= known_by(asked.viewer.today, how))
        for how in Frequency
    ]
    served = or_(scope.ended_on.is_(None), asked.day.gas_day <= scope.ended_on)
    told = scope.frequency != Frequency.HALF_YEARLY
    return and_(not_(scope.injects), told, served), or_(*come)


def _day_earlier(db: Session, day: Any, shift: int) -> ColumnElement[Any]:  # noqa: ANN401 (columns)
    if db.connection().dialect.name == "sqlite":
        return func.date(day.gas_day, f"-{shift} days")
    earlier: ColumnElement[Any] = day.gas_day - shift
    return earlier


def owing_of(db: Session, scope: CTE) -> list[Owing]:
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
