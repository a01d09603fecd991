"""Find the months of a PCE with data: days or published periods."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import NotFound
from data.metering.consumption.models import ConsumptionPeriod, MonthlyConsumption
from data.metering.consumption.queries.readable_days import (
    Spans,
    get_clipped_scope,
    get_readable_spans,
)
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.types import PeriodKind
from data.metering.pces.queries import get_scope
from data.metering.pces.rules import month_of
from data.metering.pces.types import PceScope


def list_available_months(db: Session, viewer: Viewer, number: str) -> frozenset[date]:
    """Return the first day of each month for which `viewer` may read data."""
    try:
        scope = get_scope(db, viewer, number)
    except NotFound:
        return frozenset()
    return _of_days(db, scope) | _of_periods(db, get_clipped_scope(scope, published=True))


def _of_days(db: Session, scope: PceScope) -> frozenset[date]:
    monthly = MonthlyConsumption
    has_days = monthly.days_measured + monthly.days_estimated + monthly.days_reconstructed
    month_query = select(monthly.month).where(
        monthly.pce_id == scope.id, has_days > monthly.days_prorated
    )
    runs = _runs(scope)
    return frozenset(
        month
        for month in db.scalars(month_query)
        if any(first <= month_end(month) and month <= last for first, last in runs)
    )


def _of_periods(db: Session, scope: PceScope) -> frozenset[date]:
    """Return the months of the periods in `scope`; a period with an unreadable day is skipped."""
    period = ConsumptionPeriod
    period_query = select(period.first_day, period.last_day).where(
        period.pce_id == scope.id,
        period.kind == PeriodKind.PUBLISHED,
        period.replaced.is_(False),
        period.energy_wh.is_not(None),
    )
    runs, months = _runs(scope), set[date]()
    for first, last in db.execute(period_query):
        if any(start <= first and last <= end for start, end in runs):
            months.update(_months(first, last))
    return frozenset(months)


def _runs(scope: PceScope) -> Spans:
    return get_readable_spans((scope.first or date.min, scope.last or date.max), scope.holes)


def _months(first: date, last: date) -> Iterator[date]:
    month = month_of(first)
    while month <= last:
        yield month
        month = month_of(month, 1)
