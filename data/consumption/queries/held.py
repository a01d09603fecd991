"""Which months of a PCE have something to read: days, or published periods."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import ConsumptionPeriod, MonthlyConsumption
from data.consumption.queries.spans import Spans, apart, cut
from data.consumption.rules.calendar import month_end
from data.consumption.types import PeriodKind
from data.errors import NotFound
from data.pces.queries import get_scope
from data.pces.rules import month_of
from data.pces.types import PceScope


def months_held(db: Session, viewer: Viewer, number: str) -> frozenset[date]:
    """The first day of each month of which *viewer* may read something that has come."""
    try:
        scope = get_scope(db, viewer, number)
    except NotFound:
        return frozenset()
    return _of_days(db, scope) | _of_periods(db, cut(scope, published=True))


def _of_days(db: Session, scope: PceScope) -> frozenset[date]:
    kept = MonthlyConsumption
    known = kept.days_measured + kept.days_estimated + kept.days_reconstructed
    found = select(kept.month).where(kept.pce_id == scope.id, known > kept.days_prorated)
    runs = _runs(scope)
    return frozenset(
        month
        for month in db.scalars(found)
        if any(first <= month_end(month) and month <= last for first, last in runs)
    )


def _of_periods(db: Session, scope: PceScope) -> frozenset[date]:
    """A period that holds a day that may not be read is not read."""
    kept = ConsumptionPeriod
    found = select(kept.first_day, kept.last_day).where(
        kept.pce_id == scope.id,
        kept.kind == PeriodKind.PUBLISHED,
        kept.replaced.is_(False),
        kept.energy_wh.is_not(None),
    )
    runs, months = _runs(scope), set[date]()
    for first, last in db.execute(found):
        if any(start <= first and last <= end for start, end in runs):
            months.update(_months(first, last))
    return frozenset(months)


def _runs(scope: PceScope) -> Spans:
    return apart((scope.first or date.min, scope.last or date.max), scope.holes)


def _months(first: date, last: date) -> Iterator[date]:
    month = month_of(first)
    while month <= last:
        yield month
        month = month_of(month, 1)
