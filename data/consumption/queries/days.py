"""Single days of a PCE: its rows for an export, and one day with its story."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import Reading, ReadingRevision
from data.consumption.types import DayDetail, DayStatement, Flag, Quality, Revision, Status
from data.errors import NotFound
from data.pces.queries import get_scope
from data.pces.types import PceScope
from i18n import N_

BATCH = 1000


def daily_rows(
    db: Session, viewer: Viewer, number: str, first: date, last: date
) -> Iterator[DayStatement]:
    """The rows of *first*…*last* that the viewer may read, oldest first, read as they are used.

    A day without a row is not there; NotFound is raised at once, not at the first row.
    """
    scope = get_scope(db, viewer, number)
    first, last = max(first, scope.first or first), min(last, scope.last or last)
    return _rows(db, scope, first, last)


def _rows(db: Session, scope: PceScope, first: date, last: date) -> Iterator[DayStatement]:
    query = (
        select(
            Reading.gas_day,
            Reading.energy_wh,
            Reading.volume_dm3,
            Reading.index_start_dm3,
            Reading.index_end_dm3,
            Reading.coefficient_e4,
            Reading.temperature_c100,
            Reading.quality,
            Reading.status,
            Reading.flags,
        )
        .where(Reading.pce_id == scope.id, Reading.gas_day.between(first, last))
        .order_by(Reading.gas_day)
        .execution_options(yield_per=BATCH)
    )
    for *values, quality, status, flags in db.execute(query):
        day, energy, volume, start, end, coefficient, temperature = values
        yield DayStatement(
            day,
            energy,
            volume,
            start,
            end,
            coefficient,
            temperature,
            Quality(quality),
            Status(status),
            rollover=bool(flags & Flag.ROLLOVER),
        )


def day_detail(db: Session, viewer: Viewer, number: str, day: date) -> DayDetail:
    """One gas day and what was said of it before, the latest first.

    A day that nobody spoke of is absent. Raises NotFound for a PCE or a day that the viewer may
    not read.
    """
    scope = get_scope(db, viewer, number)
    if (scope.first and day < scope.first) or (scope.last and day > scope.last):
        raise NotFound(N_("Cette journée est introuvable."))
    row = db.execute(_stated(scope, day)).one_or_none()
    if row is None:
        nothing = (None,) * 6
        ended = scope.ended_on is not None and day > scope.ended_on
        return DayDetail(day, *nothing, Quality.ABSENT, Status.UNKNOWN, None, (), ended)
    *values, quality, status, as_of = row
    energy, volume, start, end, coefficient, temperature = values
    return DayDetail(
        day,
        energy,
        volume,
        start,
        end,
        coefficient,
        temperature,
        Quality(quality),
        Status(status),
        as_of,
        _revisions(db, scope, day, (energy, volume)),
    )


def _stated(scope: PceScope, day: date) -> Select[*tuple[Any, ...]]:
    return select(
        Reading.energy_wh,
        Reading.volume_dm3,
        Reading.index_start_dm3,
        Reading.index_end_dm3,
        Reading.coefficient_e4,
        Reading.temperature_c100,
        Reading.quality,
        Reading.status,
        Reading.as_of,
    ).where(Reading.pce_id == scope.id, Reading.gas_day == day)


def _revisions(
    db: Session, scope: PceScope, day: date, in_force: tuple[int | None, int | None]
) -> tuple[Revision, ...]:
    said = ReadingRevision
    query = (
        select(
            said.gas_day,
            said.energy_wh,
            said.volume_dm3,
            said.quality,
            said.status,
            said.as_of,
            said.learnt_at,
        )
        .where(said.pce_id == scope.id, said.gas_day == day)
        .order_by(said.learnt_at.desc(), said.as_of.desc(), said.digest)
    )
    return tuple(
        Revision(day, energy, volume, Quality(quality), Status(status), as_of, learnt_at)
        for day, energy, volume, quality, status, as_of, learnt_at in db.execute(query)
        if (energy, volume) != in_force
    )
