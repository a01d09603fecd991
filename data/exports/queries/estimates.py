"""Estimate the size of an export from the monthly roll-up, while the form is filled in."""

from calendar import monthrange
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.exports.queries.reports import count_report_rows
from data.exports.rules import size_of
from data.exports.types import Content, ExportEstimate, ExportSpec
from data.metering.consumption.models import ConsumptionPeriod, MonthlyConsumption
from data.metering.consumption.types import PeriodKind
from data.metering.pces.models import Pce, PceGrant
from data.metering.pces.queries import (
    count_chosen,
    find_unknown,
    get_chosen_pces_query,
    visible_scopes,
)
from data.metering.pces.queries.visible import can_read
from data.metering.pces.rules import month_of
from data.metering.pces.types import Frequency, PceChoice

_ROLLED = MonthlyConsumption


def get_estimate(db: Session, viewer: Viewer, spec: ExportSpec) -> ExportEstimate:
    """Return approximate PCEs, rows and bytes of `spec`."""
    pces = count_chosen(db, viewer, spec.choice)
    is_report = spec.content.is_report
    rows = count_report_rows(db, viewer, spec) if is_report else round(_rows(db, viewer, spec))
    unknown = find_unknown(db, viewer, spec.choice.numbers or ())
    return ExportEstimate(pces, rows, size_of(spec, pces, rows) if rows else 0, unknown)


def _rows(db: Session, viewer: Viewer, spec: ExportSpec) -> float:
    if spec.content is Content.CONTRACTUAL:
        return _count_open(db, viewer, spec.choice, PceGrant.contractual)
    if spec.content is Content.TECHNICAL:
        return _count_open(db, viewer, spec.choice, PceGrant.technical)
    if spec.content is Content.PUBLISHED:
        return _count_periods(db, viewer, spec) + _days(db, viewer, spec, daily=True)
    if spec.content is Content.MONTHLY:
        return sum(count for _month, count, _days in _by_month(db, viewer, spec))
    return _days(db, viewer, spec)


def _count_open(db: Session, viewer: Viewer, choice: PceChoice, column: Any) -> int:  # noqa: ANN401
    return (
        db.scalar(
            get_chosen_pces_query(viewer, choice, func.count()).where(can_read(viewer, column))
        )
        or 0
    )


def _days(db: Session, viewer: Viewer, spec: ExportSpec, *, daily: bool = False) -> float:
    months = _by_month(db, viewer, spec, daily=daily)
    return sum(days * _share(month, spec) for month, _count, days in months)


def _share(month: date, spec: ExportSpec) -> float:
    """Return the fraction of `month` within the requested days."""
    last = month.replace(day=monthrange(month.year, month.month)[1])
    inside = (min(last, spec.last or last) - max(month, spec.first or month)).days + 1
    return max(0, inside) / last.day


def _by_month(
    db: Session, viewer: Viewer, spec: ExportSpec, *, daily: bool = False
) -> list[tuple[date, int, int]]:
    """Return (month, PCEs with data, days with data)."""
    wanted_ids: Select[Any] = get_chosen_pces_query(viewer, spec.choice, Pce.id)
    if daily:
        wanted_ids = wanted_ids.where(Pce.frequency == Frequency.DAILY)
    mine = visible_scopes(viewer).where(Pce.id.in_(wanted_ids)).subquery()
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
        .where(_ROLLED.month.between(month_of(spec.first or date.min), spec.last or date.max))
        .group_by(_ROLLED.month)
    )
    return [(month, count, int(days or 0)) for month, count, days in db.execute(query)]


def _word(day: Any) -> ColumnElement[str]:  # noqa: ANN401 (a column)
    """Return the month of a day as text, such as `2026-11`."""
    return func.substr(cast(day, Text), 1, 7)


def _count_periods(db: Session, viewer: Viewer, spec: ExportSpec) -> int:
    period, grant = ConsumptionPeriod, PceGrant
    first, last = spec.first or date.min, spec.last or date.max
    query = (
        get_chosen_pces_query(viewer, spec.choice, func.count())
        .join(period, period.pce_id == Pce.id)
        .where(period.kind == PeriodKind.PUBLISHED, period.replaced.is_(False))
        .where(period.last_day.between(first, last))
    )
    if not viewer.staff:
        is_holder = Pce.holder_id == viewer.organisation_id
        early = or_(
            grant.published_first_day.is_(None), period.first_day >= grant.published_first_day
        )
        late = or_(grant.published_last_day.is_(None), period.last_day <= grant.published_last_day)
        query = query.where(or_(is_holder, and_(early, late)))
    return db.scalar(query) or 0
