"""Query single days of a PCE: rows for an export, and one day with its history."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import NotFound
from core.i18n import N_
from data.metering.consumption.models import ConsumptionPeriod, Reading, ReadingRevision
from data.metering.consumption.queries.readable_days import has_hidden_day
from data.metering.consumption.queries.sources import (
    get_revisions_query,
    get_source_column,
    load_source_labels,
    read_revisions,
)
from data.metering.consumption.rules.merge import CONTENT, Content, statement_of
from data.metering.consumption.types import (
    DayDetail,
    DayStatement,
    Flag,
    PeriodKind,
    Quality,
    Revision,
    Status,
)
from data.metering.pces.queries import get_scope
from data.metering.pces.types import PceScope
from data.metering.weather.queries import find_local_day
from data.provenance import DataSource

BATCH = 1000


def iter_day_statements(
    db: Session, viewer: Viewer, number: str, first: date, last: date
) -> Iterator[DayStatement]:
    """Yield the stored days of `first`…`last` that the viewer may read, oldest first.

    Rows are read as they are consumed. NotFound is raised at once, not at the first row.
    """
    scope = get_scope(db, viewer, number)
    first, last = max(first, scope.first or first), min(last, scope.last or last)
    return _rows(db, scope, first, last)


def _rows(db: Session, scope: PceScope, first: date, last: date) -> Iterator[DayStatement]:
    query = (
        select(Reading.gas_day, *_columns(*CONTENT, "status"), get_source_column())
        .where(Reading.pce_id == scope.id, Reading.gas_day.between(first, last))
        .order_by(Reading.gas_day)
    )
    for row in db.execute(query).yield_per(BATCH):
        if not scope.hides(row[0]):
            stated = statement_of(row[0], row[1:9], row[9])
            source = DataSource(row[10])
            yield stated if source is stated.source else replace(stated, source=source)


def _columns(*names: str) -> Iterator[Any]:
    return (getattr(Reading, name) for name in names)


def get_day_detail(db: Session, viewer: Viewer, number: str, day: date) -> DayDetail:
    """Return one gas day and its earlier values, latest first.

    A day without statement is returned as absent. Raise NotFound for a PCE or a day that the viewer
    may not read.
    """
    scope = get_scope(db, viewer, number)
    if scope.hides(day):
        raise NotFound(N_("Cette journée est introuvable."))
    row = db.execute(_stated(scope, day)).one_or_none()
    if row is None:
        nothing = (None,) * 6
        ended = scope.ended_on is not None and day > scope.ended_on
        period = _period_of(db, scope, day)
        silent = DayDetail(day, *nothing, Quality.ABSENT, Status.UNKNOWN, None, (), ended, period)
        return _warmed(db, scope, silent)
    content: Content = row[:8]
    all_revisions = _revisions(db, viewer, scope, day)
    revisions = tuple(
        revision
        for revision in all_revisions
        if (revision.energy_wh, revision.volume_dm3) != content[:2]
    )
    same_revisions = (revision for revision in all_revisions if revision not in revisions)
    saying = load_source_labels(db, viewer, [(row[11], row[12])])[row[11], row[12]]
    first_learnt_at = min(
        (revision.learnt_at for revision in same_revisions if revision.saying == saying),
        default=row[10],
    )
    detail = DayDetail(
        day,
        *content[:6],
        Quality(content[6]),
        Status(row[8]),
        row[9],
        revisions,
        learnt_at=first_learnt_at,
        saying=saying if row[9] is not None else None,
        leaning=bool(content[7] & Flag.FROM_DEPOSIT),
    )
    return _warmed(db, scope, detail)


def _warmed(db: Session, scope: PceScope, detail: DayDetail) -> DayDetail:
    """Add the temperature that the chart draws when the reading has none."""
    local = None
    if detail.temperature_c100 is None:
        local = find_local_day(db, scope, detail.gas_day)
    if local is None:
        return detail
    station = local.station.label if local.station else ""
    return replace(detail, temperature_c100=local.mean_c100, station=station)


def _period_of(db: Session, scope: PceScope, day: date) -> tuple[date, date] | None:
    """Return the first and last day of the shortest period with a value that covers `day`."""
    period_columns = ConsumptionPeriod
    query = select(period_columns.kind, period_columns.first_day, period_columns.last_day).where(
        period_columns.pce_id == scope.id,
        period_columns.first_day <= day,
        period_columns.last_day >= day,
        period_columns.replaced.is_(False),
        or_(period_columns.energy_wh.is_not(None), period_columns.volume_dm3.is_not(None)),
    )
    periods = [
        (first, last)
        for kind, first, last in db.execute(query)
        if not _hidden(scope, kind, first, last)
    ]
    return min(periods, key=lambda period: period[1] - period[0], default=None)


def _hidden(scope: PceScope, kind: PeriodKind, first: date, last: date) -> bool:
    """Return whether a period extends outside the scope: its share would reveal hidden days."""
    if kind is PeriodKind.PUBLISHED:
        scope = replace(
            scope,
            first=scope.published_first,
            last=scope.published_last,
            holes=scope.published_holes,
        )
    return scope.hides(first) or scope.hides(last) or has_hidden_day(scope.holes, first, last)


def _stated(scope: PceScope, day: date) -> Select[*tuple[Any, ...]]:
    columns = _columns(*CONTENT, "status", "as_of", "learnt_at", "source", "run_id")
    return select(*columns).where(Reading.pce_id == scope.id, Reading.gas_day == day)


def _revisions(db: Session, viewer: Viewer, scope: PceScope, day: date) -> tuple[Revision, ...]:
    """Return the readable statements of `day`, latest first; empty when there was only one."""
    revision = ReadingRevision
    query = (
        get_revisions_query(viewer)
        .where(revision.pce_id == scope.id, revision.gas_day == day)
        .order_by(revision.learnt_at.desc(), revision.as_of.desc(), revision.digest)
    )
    return tuple(read_revisions(db, viewer, db.execute(query).all()))
