"""The rows behind a figure of the screen."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import ConsumptionPeriod, Reading, ReadingRevision
from data.consumption.queries.bars import series
from data.consumption.queries.days import daily_rows
from data.consumption.queries.sources import may_hear, sayings_of
from data.consumption.queries.spans import apart, cut
from data.consumption.rules.origin import in_energy, missing_in, stretch
from data.consumption.rules.spending import thousandths
from data.consumption.rules.turning import in_carbon, in_euros
from data.consumption.types import (
    DayStatement,
    Origin,
    PeriodKind,
    PeriodShare,
    Quality,
    Revision,
    Series,
    Status,
    Turned,
    Unit,
    View,
)
from data.errors import NotFound
from data.pces.queries import get_scope
from data.pces.types import PceScope
from data.prices.queries import prices_of
from data.settings.types import Carbon
from i18n import N_

_NO_FIGURE = N_("Ce chiffre n’est pas à l’écran : revenez aux consommations et choisissez-en un.")
YESTERDAY = timedelta(days=1)


def origin_of(
    db: Session, viewer: Viewer, view: View, figure: str, carbon: Carbon | None = None
) -> Origin:
    """What *figure* of the screen of *view* is made of; *carbon* is the factor of emissions.

    Raises NotFound for a PCE that may not be read, and for a figure that the screen does not have.
    """
    asked, view = view, in_energy(view)
    shown = series(db, viewer, view)
    found = stretch(shown, figure)
    if found is None:
        raise NotFound(_NO_FIGURE)
    bar, first, last = found
    scope = cut(get_scope(db, viewer, shown.number), published=shown.published)
    days = () if shown.published else tuple(daily_rows(db, viewer, shown.number, first, last))
    prorated = bar.days_prorated if bar else _prorated(shown, days, first, last)
    over = min(last, viewer.today - YESTERDAY)
    told = Origin(
        series=shown,
        figure=figure,
        first=first,
        last=last,
        value=_value(shown, found),
        days=days,
        missing=missing_in(days, view.unit, first, over) if not prorated else (),
        replaced=tuple(_replaced(db, viewer, scope, (first, last))) if days else (),
        periods=_periods(db, scope, shown, (first, last)) if prorated else (),
        prorated=prorated,
    )
    if asked.unit is view.unit:
        return told
    return replace(told, turned=_turned(db, viewer, asked, told, carbon))


def _turned(
    db: Session, viewer: Viewer, asked: View, told: Origin, carbon: Carbon | None
) -> Turned:
    """The figure as the screen shows it, with what it is reckoned from."""
    shown = series(db, viewer, asked, carbon)
    found = stretch(shown, told.figure)
    source = (found[0] or shown.headline) if found else None
    value = thousandths(source.spent) if source else None
    if asked.unit is Unit.CO2 and carbon:
        return in_carbon(told.days, carbon, value)
    return in_euros(told.days, prices_of(db, viewer, [shown.pce_id]).get(shown.pce_id, ()), value)


def _value(shown: Series, found: tuple[object, date, date]) -> int | None:
    source = found[0] or shown.headline
    name = "energy_wh" if shown.view.unit is Unit.KWH else "volume_dm3"
    value: int | None = getattr(source, name)
    return value


def _prorated(shown: Series, days: tuple[DayStatement, ...], first: date, last: date) -> int:
    """Of the opening sentence, which has no bar: what no reading of its days can have given."""
    if not (shown.prorated or shown.published):
        return 0
    return len(missing_in(days, shown.view.unit, first, last))


def _replaced(
    db: Session, viewer: Viewer, scope: PceScope, days: tuple[date, date]
) -> list[Revision]:
    """What else was said of these days, oldest day first, then as it was learnt."""
    said, day = ReadingRevision, Reading
    changed = or_(
        said.energy_wh.is_distinct_from(day.energy_wh),
        said.volume_dm3.is_distinct_from(day.volume_dm3),
    )
    query = (
        select(
            said.gas_day, said.energy_wh, said.volume_dm3, said.quality, said.status, said.as_of,
            said.learnt_at, said.source, said.run_id,
        )
        .join(day, (day.pce_id == said.pce_id) & (day.gas_day == said.gas_day))
        .where(said.pce_id == scope.id, changed, may_hear(viewer))
        .order_by(said.gas_day, said.learnt_at, said.digest)
    )  # fmt: skip
    low, high = max(days[0], scope.first or days[0]), min(days[1], scope.last or days[1])
    rows = [
        row
        for part in apart((low, high), scope.holes)
        for row in db.execute(query.where(said.gas_day.between(*part)))
    ]
    sayings = sayings_of(db, viewer, {(row.source, row.run_id) for row in rows})
    return [
        Revision(*row[:3], Quality(row[3]), Status(row[4]), *row[5:7], sayings[row[7], row[8]])
        for row in rows
    ]


def _periods(
    db: Session, scope: PceScope, shown: Series, days: tuple[date, date]
) -> tuple[PeriodShare, ...]:
    """What touches these days, wholly within what may be read."""
    found, (first, last) = ConsumptionPeriod, days
    billed = found.kind == PeriodKind.PUBLISHED
    rows = db.execute(
        select(found.first_day, found.last_day, found.energy_wh, found.volume_dm3)
        .where(found.pce_id == scope.id, billed if shown.published else ~billed)
        .where(found.replaced.is_(False))
        .where(found.first_day <= last, found.last_day >= first)
        .order_by(found.first_day, found.last_day)
    )
    return tuple(
        PeriodShare(*row) for row in rows if not (scope.hides(row[0]) or scope.hides(row[1]))
    )
