"""The gas that a site feeds into the network, period by period, within what may be read of it."""

from datetime import date
from typing import Any

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import InjectionPeriod
from data.consumption.queries.spans import crosses
from data.consumption.types import InjectionStatement, Quality, Status
from data.pces.types import PceScope
from data.provenance import DataSource

HISTORY = 5  # years: nothing that begins before is given to anybody (domain.md §1.5)


def list_injections(  # noqa: PLR0913 (one word a fact)
    db: Session,
    viewer: Viewer,
    scope: PceScope,
    first: date | None = None,
    last: date | None = None,
    *,
    published: bool = False,
) -> list[InjectionStatement]:
    """The periods that end from *first* to *last*, oldest first, of what *viewer* may read.

    *scope* is the viewer's own. A period is read whole or not at all; *published* leaves out what
    an organisation deposited.
    """
    if not scope.reads_injections:
        return []
    found = InjectionPeriod
    since = max(scope.injected_first or date.min, oldest(viewer.today))
    until = min(last or date.max, scope.injected_last or date.max)
    query = (
        select(found)
        .where(
            found.pce_id == scope.id,
            found.replaced.is_(False),
            or_(literal(not published), found.source != int(DataSource.DEPOSIT)),
            found.first_day >= since,
            found.last_day.between(first or date.min, until),
        )
        .order_by(found.first_day, found.last_day)
    )
    rows = (statement_of(row) for row in db.scalars(query))
    return [row for row in rows if not crosses(scope.injected_holes, row.first_day, row.last_day)]


def fed_of(db: Session, viewer: Viewer, scope: PceScope, until: date | None) -> dict[str, Any]:
    """What a `Series` says of it; *until* is the last day of consumption, if there is any.

    A site of which nothing is consumed may inject, whatever is known of its tariff.
    """
    asked = scope.reads_injections and (scope.injects or until is None)
    fed = tuple(list_injections(db, viewer, scope)) if asked else ()
    injects = scope.injects or bool(fed)
    return {"injects": injects, "fed": fed if injects and scope.reads_injections else None}


def statement_of(row: Any) -> InjectionStatement:  # noqa: ANN401 (a row, or the table's object)
    """What a row of the table says."""
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


def oldest(today: date) -> date:
    """The first day on which a period that is given may begin."""
    leap = (today.month, today.day) == (2, 29)  # of no other year that is meant
    return today.replace(year=today.year - HISTORY, day=28 if leap else today.day)
