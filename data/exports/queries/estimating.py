"""About how much an export would hold, from the monthly roll-up: said while the form is filled."""

from calendar import monthrange
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import ConsumptionPeriod, MonthlyConsumption
from data.consumption.types import PeriodKind
from data.exports.rules import size_of
from data.exports.types import Content, Estimate, Wanted
from data.pces.models import Pce, PceGrant
from data.pces.queries import chosen, count_chosen, find_unknown, scopes
from data.pces.queries.visible import may_read
from data.pces.rules import month_of
from data.pces.types import Frequency, PceChoice

_ROLLED = MonthlyConsumption


def estimate(db: Session, viewer: Viewer, wanted: Wanted) -> Estimate:
    """PCE, rows and octets of *wanted*: near, and never more than what may be read by much."""
    pces = count_chosen(db, viewer, wanted.choice)
    rows = round(_rows(db, viewer, wanted))
    unknown = find_unknown(db, viewer, wanted.choice.numbers or ())
    return Estimate(pces, rows, size_of(wanted, pces, rows) if rows else 0, unknown)


def _rows(db: Session, viewer: Viewer, wanted: Wanted) -> float:
    if wanted.content is Content.CONTRACTUAL:
        return _count_open(db, viewer, wanted.choice, PceGrant.contractual)
    if wanted.content is Content.TECHNICAL:
        return _count_open(db, viewer, wanted.choice, PceGrant.technical)
    if wanted.content is Content.PUBLISHED:
        return _count_periods(db, viewer, wanted) + _days(db, viewer, wanted, daily=True)
    if wanted.content is Content.MONTHLY:
        return sum(count for _month, count, _days in _by_month(db, viewer, wanted))
    return _days(db, viewer, wanted)


def _count_open(db: Session, viewer: Viewer, choice: PceChoice, column: Any) -> int:  # noqa: ANN401
    return db.scalar(chosen(viewer, choice, func.count()).where(may_read(viewer, column))) or 0


def _days(db: Session, viewer: Viewer, wanted: Wanted, *, daily: bool = False) -> float:
    months = _by_month(db, viewer, wanted, daily=daily)
    return sum(days * _share(month, wanted) for month, _count, days in months)


def _share(month: date, wanted: Wanted) -> float:
    """How much of *month* is within the days asked for."""
    last = month.replace(day=monthrange(month.year, month.month)[1])
    inside = (min(last, wanted.last or last) - max(month, wanted.first or month)).days + 1
    return max(0, inside) / last.day


def _by_month(
    db: Session, viewer: Viewer, wanted: Wanted, *, daily: bool = False
) -> list[tuple[date, int, int]]:
    """Month, PCE with something in it, days told."""
    mine = _mine(viewer, wanted, daily=daily)
    days = (
        _ROLLED.days_measured
        + _ROLLED.days_estimated
        + _ROLLED.days_reconstructed
        + _ROLLED.days_absent
        - _ROLLED.days_prorated
    )
    query = (
        select(_ROLLED.month, func.count(), func.sum(days))
        .join(
            mine,
            and_(
                mine.c.id == _ROLLED.pce_id,
                or_(mine.c.first.is_(None), _word(_ROLLED.month) >= _word(mine.c.first)),
                or_(mine.c.last.is_(None), _ROLLED.month <= mine.c.last),
            ),
        )
        .where(_ROLLED.month.between(month_of(wanted.first or date.min), wanted.last or date.max))
        .group_by(_ROLLED.month)
    )
    return [(month, count, int(days or 0)) for month, count, days in db.execute(query)]


def _word(day: Any) -> ColumnElement[str]:  # noqa: ANN401 (a column)
    """`2026-11`: the month of a day, in the words of both databases."""
    return func.substr(cast(day, Text), 1, 7)


def _mine(viewer: Viewer, wanted: Wanted, *, daily: bool) -> Any:  # noqa: ANN401 (a subquery)
    wanted_ids: Select[Any] = chosen(viewer, wanted.choice, Pce.id)
    if daily:
        wanted_ids = wanted_ids.where(Pce.frequency == Frequency.DAILY)
    return scopes(viewer).where(Pce.id.in_(wanted_ids)).subquery()


def _count_periods(db: Session, viewer: Viewer, wanted: Wanted) -> int:
    found, grant = ConsumptionPeriod, PceGrant
    first, last = wanted.first or date.min, wanted.last or date.max
    query = (
        chosen(viewer, wanted.choice, func.count())
        .join(found, found.pce_id == Pce.id)
        .where(found.kind == PeriodKind.PUBLISHED, found.replaced.is_(False))
        .where(found.last_day.between(first, last))
    )
    if not viewer.staff:
        held = Pce.holder_id == viewer.organisation_id
        early = or_(
            grant.published_first_day.is_(None), found.first_day >= grant.published_first_day
        )
        late = or_(grant.published_last_day.is_(None), found.last_day <= grant.published_last_day)
        query = query.where(or_(held, and_(early, late)))
    return db.scalar(query) or 0
