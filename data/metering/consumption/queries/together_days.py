"""Query the days of several PCEs, and the days that are due."""

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

from core.access import Viewer
from data.metering.consumption.models import PeriodDay, Reading
from data.metering.consumption.queries.grant_gaps import holds
from data.metering.consumption.queries.periods import get_valued_days_cte
from data.metering.consumption.rules.calendar import DAY
from data.metering.consumption.rules.together import PARTS, Owing, Part, Sum
from data.metering.consumption.types import SeriesStep, Unit
from data.metering.pces.rules import DAYS, holes_in, known_by
from data.metering.pces.types import Frequency

_YEAR = 372 * DAY  # over a year, since weeks compare by number
Found = tuple[list[Sum], Sequence[tuple[int, int]], list[Part]]  # sums, (PCE id, total), their days


@dataclass(frozen=True, slots=True)
class SelectionQuery:
    """What all reads share: `scope` has a row for each PCE with its readable and due days.

    `holes` are the unreadable days between two rights, or None. `days` is `readings` or the result
    of `get_valued_days_cte`.
    """

    scope: CTE
    holes: CTE | None
    unit: Unit
    first: date
    last: date
    viewer: Viewer
    step: SeriesStep
    compares: bool
    owing: Sequence[Owing] = ()
    until: date | None = None  # the last day with a value
    days: FromClause = field(default_factory=lambda: Reading.__table__)

    @property
    def day(self) -> Any:  # noqa: ANN401 (columns)
        """Return the columns of the days, as in `readings`."""
        return self.days.c


def load_with_shares(db: Session, asked: SelectionQuery) -> SelectionQuery:
    """Add to `asked` the days covered by period shares, when there are any.

    As on the page of one PCE, lines of sheets are not shared out by day or week.
    """
    period_days = select(PeriodDay.pce_id).where(PeriodDay.pce_id.in_(select(asked.scope.c.id)))
    if db.scalar(period_days.limit(1)) is None:
        return asked
    scope, first = asked.scope.c, asked.first - _YEAR if asked.compares else asked.first
    spans = select(
        scope.id,
        literal(first, Date).label("low"),
        literal(asked.last, Date).label("high"),
        scope.since,
        scope.last.label("to"),
    ).cte("spans")
    sheets = asked.step in {SeriesStep.MONTH, SeriesStep.YEAR}
    return replace(asked, days=get_valued_days_cte(spans, asked.holes, sheets=sheets))


def count_sheets(db: Session, asked: SelectionQuery) -> int:
    """Count the PCEs with sheet lines in the period that are not shared out at this step."""
    if asked.step not in {SeriesStep.DAY, SeriesStep.WEEK}:
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


def get_days_read(sum_query: SelectionQuery, *columns: Any) -> Select[Any]:  # noqa: ANN401
    """Select `columns` of the readable days of the period, joined with the scope of their PCE."""
    scope, day = sum_query.scope.c, sum_query.day
    inside = and_(
        day.pce_id == scope.id,
        day.gas_day.between(sum_query.first, sum_query.last),
        or_(scope.since.is_(None), day.gas_day >= scope.since),
        or_(scope.last.is_(None), day.gas_day <= scope.last),
    )
    query = select(*columns).select_from(sum_query.days).join(sum_query.scope, inside)
    return _between_holes(sum_query, query, day)


def get_faced_days(
    db: Session,
    sum_query: SelectionQuery,
    before: FromClause,
    shift: int,
    *columns: Any,  # noqa: ANN401
) -> Select[Any]:
    """Select `columns` of the days and of the readable days `shift` days earlier (`before`)."""
    since, day, earlier = sum_query.scope.c.since, sum_query.day, before.c
    then = and_(earlier.pce_id == day.pce_id, earlier.gas_day == _day_earlier(db, day, shift))
    query = get_days_read(sum_query, *columns).join(before, then)
    query = query.where(
        day.energy_wh.is_not(None),
        earlier.energy_wh.is_not(None),
        or_(since.is_(None), earlier.gas_day >= since),
    )
    return _between_holes(sum_query, query, earlier)


def _between_holes(sum_query: SelectionQuery, query: Select[Any], row: Any) -> Select[Any]:  # noqa: ANN401 (columns)
    if sum_query.holes is None:
        return query
    closed = sum_query.holes.alias()
    return query.outerjoin(closed, holds(closed, row.pce_id, row.gas_day)).where(
        closed.c.id.is_(None)
    )


def is_due_columns(sum_query: SelectionQuery) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return whether the PCE has due days at all, and whether this day is due yet."""
    scope = sum_query.scope.c
    come = [
        and_(scope.frequency == how, sum_query.day.gas_day <= known_by(sum_query.viewer.today, how))
        for how in Frequency
    ]
    served = or_(scope.ended_on.is_(None), sum_query.day.gas_day <= scope.ended_on)
    is_frequent = scope.frequency != Frequency.HALF_YEARLY
    return and_(not_(scope.injects), is_frequent, served), or_(*come)


def _day_earlier(db: Session, day: Any, shift: int) -> ColumnElement[Any]:  # noqa: ANN401 (columns)
    if db.connection().dialect.name == "sqlite":
        return func.date(day.gas_day, f"-{shift} days")
    earlier: ColumnElement[Any] = day.gas_day - shift
    return earlier


def count_pces_by_due_days(db: Session, scope: CTE) -> list[Owing]:
    """Count the PCEs by the days still due; injecting sites are left out."""
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


def list_top_consumers(
    db: Session,
    id_: ColumnElement[Any],
    value: Any,  # noqa: ANN401
) -> Sequence[tuple[int, int]]:
    """Return the PCEs that consume most and their totals; none without consumption."""
    total = func.sum(value)
    query = select(id_, total).group_by(id_).having(total > 0).order_by(total.desc(), id_)
    return [(row[0], int(row[1] or 0)) for row in db.execute(query.limit(PARTS))]


def list_parts(tops: Sequence[tuple[int, int]], rows: Sequence[Any]) -> list[Part]:
    values_by_pce: dict[int, dict[date, int | None]] = {id_: {} for id_, _most in tops}
    for id_, day, value in rows:
        values_by_pce[id_][day] = None if value is None else int(value)
    return list(values_by_pce.values())
