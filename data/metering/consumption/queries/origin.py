"""Query the rows behind a figure of the screen."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import NotFound
from core.i18n import N_
from data.identity.settings.types import Carbon
from data.metering.consumption.models import ConsumptionPeriod, Reading, ReadingRevision
from data.metering.consumption.queries.bars import load_series
from data.metering.consumption.queries.days import iter_day_statements
from data.metering.consumption.queries.readable_days import get_clipped_scope, get_readable_spans
from data.metering.consumption.queries.sources import (
    get_revisions_query,
    read_revisions,
)
from data.metering.consumption.rules.origin import in_energy, missing_in, stretch
from data.metering.consumption.rules.spending import thousandths
from data.metering.consumption.rules.unit_conversion import in_carbon, in_euros
from data.metering.consumption.types import (
    ConvertedFigure,
    DayStatement,
    FigureOrigin,
    PeriodKind,
    PeriodShare,
    Quality,
    Revision,
    Series,
    Unit,
    View,
)
from data.metering.pces.queries import get_scope
from data.metering.pces.types import PceScope
from data.metering.prices.queries import load_prices

_NO_FIGURE = N_("Ce chiffre n’est pas à l’écran : revenez aux consommations et choisissez-en un.")
YESTERDAY = timedelta(days=1)


def get_origin(
    db: Session, viewer: Viewer, view: View, figure: str, carbon: Carbon | None = None
) -> FigureOrigin:
    """Return what `figure` of the screen of `view` is made of; `carbon` is the emission factor.

    Raise NotFound for an unreadable PCE or a figure that the screen does not have.
    """
    requested_view, view = view, in_energy(view)
    chart_series = load_series(db, viewer, view)
    figure_span = stretch(chart_series, figure)
    if figure_span is None:
        raise NotFound(_NO_FIGURE)
    bar, first, last = figure_span
    scope = get_clipped_scope(
        get_scope(db, viewer, chart_series.number), published=chart_series.published
    )
    days = (
        ()
        if chart_series.published
        else tuple(
            day
            for day in iter_day_statements(db, viewer, chart_series.number, first, last)
            if not view.measured or day.quality in {Quality.MEASURED, Quality.CORRECTED}
        )
    )
    prorated = bar.days_prorated if bar else _prorated(chart_series, days, first, last)
    over = min(last, viewer.today - YESTERDAY)
    figure_origin = FigureOrigin(
        series=chart_series,
        figure=figure,
        first=first,
        last=last,
        value=_value(chart_series, figure_span),
        days=days,
        missing=missing_in(days, view.unit, first, over) if not prorated else (),
        replaced=tuple(_replaced(db, viewer, scope, (first, last))) if days else (),
        periods=_periods(db, scope, chart_series, first, last) if prorated else (),
        prorated=prorated,
    )
    if requested_view.unit not in {Unit.EUR, Unit.CO2}:
        return figure_origin
    return replace(figure_origin, turned=_turned(db, viewer, requested_view, figure_origin, carbon))


def _turned(
    db: Session,
    viewer: Viewer,
    requested_view: View,
    figure_origin: FigureOrigin,
    carbon: Carbon | None,
) -> ConvertedFigure:
    """Return the converted figure (euros or emissions) with what it is computed from."""
    chart_series = load_series(db, viewer, requested_view, carbon)
    figure_span = stretch(chart_series, figure_origin.figure)
    source = (figure_span[0] or chart_series.headline) if figure_span else None
    value = thousandths(source.spent) if source else None
    if requested_view.unit is Unit.CO2 and carbon:
        return in_carbon(figure_origin.days, carbon, value)
    return in_euros(
        figure_origin.days,
        load_prices(db, viewer, [chart_series.pce_id]).get(chart_series.pce_id, ()),
        value,
    )


def _value(chart_series: Series, figure_span: tuple[object, date, date]) -> int | None:
    source = figure_span[0] or chart_series.headline
    name = "energy_wh" if chart_series.view.unit is Unit.KWH else "volume_dm3"
    value: int | None = getattr(source, name)
    return value


def _prorated(chart_series: Series, days: tuple[DayStatement, ...], first: date, last: date) -> int:
    """Count the days without reading, for the headline, which has no bar."""
    if not (chart_series.prorated or chart_series.published):
        return 0
    return len(missing_in(days, chart_series.view.unit, first, last))


def _replaced(
    db: Session, viewer: Viewer, scope: PceScope, days: tuple[date, date]
) -> list[Revision]:
    """Return the other statements of these days, by day, then by date of receipt."""
    revision, day = ReadingRevision, Reading
    changed = or_(
        revision.energy_wh.is_distinct_from(day.energy_wh),
        revision.volume_dm3.is_distinct_from(day.volume_dm3),
    )
    query = (
        get_revisions_query(viewer)
        .join(day, (day.pce_id == revision.pce_id) & (day.gas_day == revision.gas_day))
        .where(revision.pce_id == scope.id, changed)
        .order_by(revision.gas_day, revision.learnt_at, revision.digest)
    )
    low, high = max(days[0], scope.first or days[0]), min(days[1], scope.last or days[1])
    rows = [
        row
        for part in get_readable_spans((low, high), scope.holes)
        for row in db.execute(query.where(revision.gas_day.between(*part)))
    ]
    return read_revisions(db, viewer, rows)


def _periods(
    db: Session, scope: PceScope, chart_series: Series, first: date, last: date
) -> tuple[PeriodShare, ...]:
    """Return the periods that overlap these days and lie wholly in the readable days."""
    period = ConsumptionPeriod
    billed = period.kind == PeriodKind.PUBLISHED
    rows = db.execute(
        select(period.first_day, period.last_day, period.energy_wh, period.volume_dm3)
        .where(period.pce_id == scope.id, billed if chart_series.published else ~billed)
        .where(period.replaced.is_(False))
        .where(period.first_day <= last, period.last_day >= first)
        .order_by(period.first_day, period.last_day)
    )
    return tuple(
        PeriodShare(*row) for row in rows if not (scope.hides(row[0]) or scope.hides(row[1]))
    )
