"""Build the bars of a PCE: two reads for its extent, one for its days, then pure rules."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import Prepared, cached
from core.errors import NotFound
from core.i18n import PARIS
from data.identity.settings.types import Carbon
from data.metering.consumption.models import ConsumptionPeriod, Reading, ReadingRevision
from data.metering.consumption.queries.injection import get_injection_totals
from data.metering.consumption.queries.periods import is_astride
from data.metering.consumption.queries.readable_days import (
    DAY,
    Spans,
    find_last_expected_day,
    get_clipped_scope,
    get_readable_spans,
    list_reading_spans,
)
from data.metering.consumption.queries.sources import get_flags_column
from data.metering.consumption.queries.spending import get_costs
from data.metering.consumption.rules.days import (
    DayColumns,
    DayRow,
    Extent,
    StoredPeriod,
    days_of,
    fits,
    keep_measured,
    put_local,
    put_published,
    put_sheet,
    put_temperatures,
    unmeasured,
)
from data.metering.consumption.rules.outlook import outlook_of
from data.metering.consumption.rules.reference import (
    ReferenceDays,
    reference_runs,
    reference_window,
)
from data.metering.consumption.rules.series import (
    SeriesOptions,
    bucket_of,
    buckets_of,
    headline_of,
    last_year_of,
)
from data.metering.consumption.rules.view import bounds
from data.metering.consumption.types import (
    ChartMark,
    DataKind,
    PeriodKind,
    ReferenceSite,
    Series,
    SeriesBucket,
    SeriesStep,
    View,
)
from data.metering.pces.queries import find_default_pce, get_scope, list_events
from data.metering.pces.types import Frequency, PceEvent, PceScope
from data.metering.weather.queries import list_local_days
from data.provenance import DataSource

# Core columns and prepared statements: building one costs as much as running it.
_day = Reading.__table__.c
_revision = ReadingRevision.__table__.c
_period = ConsumptionPeriod.__table__.c
_inside = and_(
    _day.pce_id == bindparam("pce"),
    _day.gas_day.between(bindparam("first"), bindparam("last")),
)
_same = and_(
    _revision.energy_wh.is_not_distinct_from(_day.energy_wh),
    _revision.volume_dm3.is_not_distinct_from(_day.volume_dm3),
)
_START = Prepared(select(func.min(_day.gas_day)).where(_inside))
_DAYS = Prepared(
    select(
        _day.gas_day,
        _day.energy_wh,
        _day.volume_dm3,
        _day.coefficient_e4,
        _day.temperature_c100,
        _day.quality,
        _day.status,
        get_flags_column(),
    )
    .where(_inside)
    .order_by(_day.gas_day)
)
# A deposit does not count as a correction of the distributor's value, nor the reverse.
_side = (_revision.source == DataSource.DEPOSIT) == (_day.source == DataSource.DEPOSIT)
_CORRECTED = Prepared(
    select(_revision.gas_day, func.min(_revision.learnt_at).filter(_same))
    .join_from(
        ReadingRevision.__table__,
        Reading.__table__,
        and_(_day.pce_id == _revision.pce_id, _day.gas_day == _revision.gas_day),
    )
    .where(_inside, _side, or_(_revision.energy_wh.is_not(None), _revision.volume_dm3.is_not(None)))
    .group_by(_revision.gas_day)
    .having(func.count().filter(~_same) > 0, func.count().filter(_same) > 0)
)
_PERIODS = (
    select(
        _period.first_day,
        _period.last_day,
        _period.energy_wh,
        _period.volume_dm3,
        _period.quality,
        _period.status,
        _period.source,
    )
    .where(
        _period.pce_id == bindparam("pce"),
        _period.first_day >= bindparam("first"),
        _period.last_day <= bindparam("last"),
        _period.replaced.is_(False),
        or_(_period.energy_wh.is_not(None), _period.volume_dm3.is_not(None)),
    )
    .order_by(_period.as_of.desc(), _period.first_day)
)
_BILLED = Prepared(_PERIODS.where(_period.kind == PeriodKind.PUBLISHED))
_SHEETS = Prepared(_PERIODS.where(_period.kind != PeriodKind.PUBLISHED).add_columns(is_astride()))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known before the days are read."""

    scope: PceScope
    published: bool
    periods: Sequence[StoredPeriod]  # those that can be shown at this step
    extent: Extent


@dataclass(frozen=True, slots=True)
class SourcedSeries:
    """A series, the days it is made of, and the scope in which the viewer may read the PCE.

    Days of the same `key` are the same until the next commit to the database.
    """

    series: Series
    days: DayColumns
    scope: PceScope
    key: Hashable


def load_series(db: Session, viewer: Viewer, view: View, carbon: Carbon | None = None) -> Series:
    """Return the series of `view.pce`, or of the first visible PCE when it is None."""
    return load_sourced_series(db, viewer, view, carbon).series


def load_sourced_series(
    db: Session, viewer: Viewer, view: View, carbon: Carbon | None = None
) -> SourcedSeries:
    """Return the series with its days and scope; `carbon` adds the emissions.

    Raise NotFound for a PCE that the viewer cannot see. Nothing outside the viewer's scope is
    summed, compared or dated.
    """
    full_scope = get_scope(db, viewer, view.pce or find_default_pce(db, viewer) or "")
    history = _get_extent(db, full_scope, view)
    scope, extent = history.scope, history.extent
    anchor = min(viewer.today, scope.last or viewer.today)
    first, last = bounds(view, anchor, extent.until, extent.first)
    year = last_year_of(anchor, extent.until)
    spans = list_reading_spans(view, (first, last), year, extent.until)
    read, corrected = _days(db, history, spans, measured=view.measured)
    days, has_price = get_costs(db, viewer, read, scope.id, (view.unit, carbon))
    reference = _load_reference(db, viewer, replace(view, pce=scope.number), (first, last), carbon)
    chart_request = SeriesOptions(
        view.step, view.compare, view.unit, viewer.today, corrected, scope.frequency,
        view.by_weekday, reference.days,
    )  # fmt: skip
    by_month = chart_request.by_month()
    buckets = buckets_of(days, chart_request, first, last)
    chart_series = Series(
        pce_id=scope.id,
        number=scope.number,
        alias=scope.alias,
        view=view if reference.site else replace(view, reference=None),
        first=first,
        last=last,
        data_until=extent.until,
        buckets=buckets,
        total=bucket_of(days, chart_request, first, last, buckets),
        period_bucket=_compare_year(days, chart_request, (first, min(last, anchor)), buckets),
        headline=headline_of(days, by_month, extent.until, full_month=history.published),
        year=bucket_of(days, by_month, *year, _months(chart_request, buckets, year)),
        marks=_marks(list_events(db, viewer, full_scope), first, last),
        history_first=extent.first,
        prorated=any(bucket.days_prorated for bucket in buckets),
        published=history.published,
        **get_injection_totals(db, viewer, full_scope, extent.until),
        priced=has_price,
        readable=full_scope.reads_days or full_scope.reads_periods,
        reference=reference.site,
        **outlook_of(scope, extent.until, viewer.today, published=history.published),
    )
    return SourcedSeries(chart_series, read, full_scope, (_key(history, spans), view.measured))


@dataclass(frozen=True, slots=True)
class _ReferenceRead:
    """A reference and its days, both None without one or when it is not readable."""

    site: ReferenceSite | None = None
    days: ReferenceDays | None = None


def _load_reference(
    db: Session, viewer: Viewer, view: View, shown: tuple[date, date], carbon: Carbon | None
) -> _ReferenceRead:
    """Return the days of the reference of `view`."""
    if view.reference is None or view.pce is None:
        return _ReferenceRead()
    try:
        full_scope = get_scope(db, viewer, view.reference.pce or view.pce)
    except NotFound:
        return _ReferenceRead()
    is_other = full_scope.number != view.pce
    runs = reference_runs(view, *shown)
    if not runs:  # the month of the reference has none of the days shown
        return _ReferenceRead()
    window = reference_window(runs)
    if not is_other and window == shown:
        return _ReferenceRead()
    history = _get_extent(db, full_scope, view)
    read, _corrected = _days(db, history, [window], measured=view.measured)
    days, _has_price = get_costs(db, viewer, read, history.scope.id, (view.unit, carbon))
    ordinals = [(first.toordinal(), last.toordinal(), shift) for first, last, shift in runs]
    faced = read.slice(*window)
    site = ReferenceSite(
        number=full_scope.number,
        alias=full_scope.alias,
        first=window[0],
        last=window[1],
        is_other=is_other,
        runs=tuple(runs),
        tells=any(value is not None for value in (*read.energy[faced], *read.volume[faced])),
    )
    return _ReferenceRead(site, ReferenceDays(days, ordinals))


def _compare_year(
    days: DayColumns,
    chart_request: SeriesOptions,
    period: tuple[date, date],
    buckets: Sequence[SeriesBucket],
) -> SeriesBucket:
    """Compare the period with the year before in any case: the opening sentence states the gap."""
    if 1 in chart_request.compare:
        return bucket_of(days, chart_request, *period, buckets)
    return bucket_of(days, replace(chart_request, compare=(1, *chart_request.compare)), *period)


def _marks(events: Sequence[PceEvent], first: date, last: date) -> tuple[ChartMark, ...]:
    return tuple(
        ChartMark(e.day, e.kind.value, e.before, e.after) for e in events if first <= e.day <= last
    )


def _months(
    chart_request: SeriesOptions, buckets: Sequence[SeriesBucket], year: tuple[date, date]
) -> Sequence[SeriesBucket]:
    """Return the bars of the `year` when they are months compared with the year before."""
    if chart_request.step is not SeriesStep.MONTH or 1 not in chart_request.compare:
        return ()
    months = [bar for bar in buckets if year[0] <= bar.first and bar.last <= year[1]]
    covers_year = months and (months[0].first, months[-1].last) == year
    return months if covers_year else ()


def _get_extent(db: Session, scope: PceScope, view: View) -> _Known:
    """Return the extent of the history: of published periods alone, or of days and sheets.

    A PCE that has only published periods shows them whatever was requested; so does one whose days
    the viewer may not read.
    """
    published_only = view.data is DataKind.PUBLISHED and scope.frequency is not Frequency.DAILY
    published_only = published_only or not scope.reads_days
    start, sheets, billed = cached(
        db,
        "statements",
        (scope, published_only),
        lambda: _get_statements(db, scope, published_only=published_only),
    )
    published = published_only or bool(billed)
    scope = get_clipped_scope(scope, published=published)
    periods = billed if published else [period for period in sheets if fits(period, view.step)]
    firsts = [period.first for period in periods]
    untils = [period.last for period in periods]
    if not published:
        firsts += [start] if start else []
        untils += [scope.data_until] if scope.data_until else []
    until = max(untils, default=None)
    extent = Extent(min(firsts, default=None), until, find_last_expected_day(scope, until))
    return _Known(scope, published, periods, extent)


def _get_statements(
    db: Session, scope: PceScope, *, published_only: bool
) -> tuple[date | None, Sequence[StoredPeriod], Sequence[StoredPeriod]]:
    """Return the first day, the sheet periods, and the published ones if asked for or alone."""
    ((start,),) = _START.rows(db, _limits(scope))
    for first, last in scope.holes:
        if start and first <= start <= last:
            start = last + DAY
    sheets = [] if published_only else _periods(db, scope, _SHEETS)
    if not published_only and (start or sheets):
        return start, sheets, []
    return start, sheets, _periods(db, get_clipped_scope(scope, published=True), _BILLED)


def _limits(scope: PceScope, first: date = date.min, last: date = date.max) -> dict[str, object]:
    """Return the parameters of the statements: the PCE and the readable part of the days."""
    return {
        "pce": scope.id,
        "first": max(first, scope.first or first),
        "last": min(last, scope.last or last),
    }


def _periods(db: Session, scope: PceScope, kinds: Prepared) -> list[StoredPeriod]:
    """Return the periods wholly within the scope, latest statement first.

    A share of a longer period would reveal consumption outside the scope.
    """
    periods_read = [StoredPeriod(*period) for period in kinds.rows(db, _limits(scope))]
    return [
        period_item
        for period_item in periods_read
        if not any(period_item.first <= b and a <= period_item.last for a, b in scope.holes)
    ]


def _days(
    db: Session, history: _Known, spans: Spans, *, measured: bool
) -> tuple[DayColumns, dict[int, date]]:
    """Return the days of `spans`, or those `measured` only, and the correction dates.

    The result is cached: do not change it.
    """
    days, corrected = cached(
        db, "days", _key(history, spans), lambda: _read_days(db, history, spans)
    )
    return keep_measured(days) if measured else days, corrected


def _key(history: _Known, spans: Spans) -> Hashable:
    return history.scope, history.published, tuple(history.periods), tuple(spans)


def _read_days(db: Session, history: _Known, spans: Spans) -> tuple[DayColumns, dict[int, date]]:
    rows: list[DayRow] = []
    corrected: dict[int, date] = {}
    for window in (
        part for span in spans for part in get_readable_spans(span, history.scope.holes)
    ):
        limits = _limits(history.scope, *window)
        rows += _DAYS.raw(db, limits)
        if not history.published:
            # When we learnt the value in force of days of which another value is stated as well.
            corrected |= {
                day.toordinal(): learnt.astimezone(PARIS).date()
                for day, learnt in _CORRECTED.rows(db, limits)
            }
    window = spans[0][0], spans[-1][1]
    if history.published:
        days = days_of(window, history.extent, ())
        put_temperatures(days, rows)
        put_published(days, history.periods)
        corrected = {}
    else:
        days = days_of(window, history.extent, rows)
        put_sheet(days, history.periods)
    # Fill the temperature of days whose reading has none from the PCE's place
    lacking = unmeasured(days)
    if lacking:
        put_local(days, list_local_days(db, history.scope, *lacking))
    return days, corrected
