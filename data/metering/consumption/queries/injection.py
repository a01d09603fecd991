"""Query the gas that a site feeds in, by period, within what the viewer can read."""

from datetime import date
from typing import Any

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.consumption.models import InjectionPeriod
from data.metering.consumption.queries.readable_days import has_hidden_day
from data.metering.consumption.types import InjectionStatement, Quality, Status
from data.metering.pces.types import PceScope
from data.provenance import DataSource

HISTORY = 5  # years: no period that starts earlier is ever given (domain.md §1.5)


def list_injections(
    db: Session,
    viewer: Viewer,
    scope: PceScope,
    first: date | None = None,
    last: date | None = None,
    *,
    published: bool = False,
) -> list[InjectionStatement]:
    """Return the readable injection periods that end in `first`…`last`, oldest first.

    `scope` is the viewer's own. A period is read whole or not at all; `published` leaves out
    deposited ones.
    """
    if not scope.reads_injections:
        return []
    injection = InjectionPeriod
    since = max(scope.injected_first or date.min, get_first_period_day(viewer.today))
    until = min(last or date.max, scope.injected_last or date.max)
    query = (
        select(injection)
        .where(
            injection.pce_id == scope.id,
            injection.replaced.is_(False),
            or_(literal(not published), injection.source != int(DataSource.DEPOSIT)),
            injection.first_day >= since,
            injection.last_day.between(first or date.min, until),
        )
        .order_by(injection.first_day, injection.last_day)
    )
    rows = (get_injection_statement(row) for row in db.scalars(query))
    return [
        row for row in rows if not has_hidden_day(scope.injected_holes, row.first_day, row.last_day)
    ]


def get_injection_totals(
    db: Session, viewer: Viewer, scope: PceScope, until: date | None
) -> dict[str, Any]:
    """Return the injection fields of a `Series`; `until` is the last day of consumption, if any.

    A site without consumption may inject, whatever its tariff is known to be.
    """
    has_injections = scope.reads_injections and (scope.injects or until is None)
    fed = tuple(list_injections(db, viewer, scope)) if has_injections else ()
    injects = scope.injects or bool(fed)
    return {"injects": injects, "fed": fed if injects and scope.reads_injections else None}


def get_injection_statement(row: Any) -> InjectionStatement:  # noqa: ANN401 (a row, or the table's object)
    """Convert a row of the table."""
    return InjectionStatement(
        row.first_day,
        row.last_day,
        row.energy_wh,
        row.volume_dm3,
        row.converted_dm3,
        row.coefficient_e4,
        Quality(row.quality),
        Status(row.status),
    )


def get_first_period_day(today: date) -> date:
    """Return the first day on which a readable period may start."""
    leap = (today.month, today.day) == (2, 29)  # 29 February does not exist in the target year
    return today.replace(year=today.year - HISTORY, day=28 if leap else today.day)
