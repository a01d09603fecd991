"""One PCE's bars: two small reads for its extent, one of its days, then pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.models import ConsumptionPeriod, Reading, ReadingRevision
from data.consumption.queries.injected import fed_of
from data.consumption.queries.periods import is_astride
from data.consumption.queries.sources import shown_flags
from data.consumption.queries.spans import DAY, Spans, apart, cut, last_of, windows
from data.consumption.queries.spending import spent
from data.consumption.rules.days import (
    DayRow,
    Days,
    Extent,
    Period,
    days_of,
    fits,
    put_local,
    put_published,
    put_sheet,
    put_temperatures,
    unmeasured,
)
from data.consumption.rules.outlook import outlook_of
from data.consumption.rules.series import (
    Asked,
    bucket_of,
    buckets_of,
    headline_of,
    last_year_of,
    shown_of,
)
from data.consumption.rules.view import bounds
from data.consumption.types import Bucket, DataKind, Mark, PeriodKind, Series, Step, View
from data.db import Prepared, kept
from data.pces.queries import default_pce, get_scope, list_events
from data.pces.types import Frequency, PceEvent, PceScope
from data.provenance import DataSource
from data.settings.types import Carbon
from data.weather.queries import local_days
from i18n import PARIS

# Core columns, and statements built once: building one costs as much as running it.
_day = Reading.__table__.c
_said = ReadingRevision.__table__.c
_period = ConsumptionPeriod.__table__.c
_inside = and_(
    _day.pce_id == bindparam("pce"),
    _day.gas_day.between(bindparam("first"), bindparam("last")),
)
_same = and_(
    _said.energy_wh.is_not_distinct_from(_day.energy_wh),
    _said.volume_dm3.is_not_distinct_from(_day.volume_dm3),
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
        shown_flags(),
    )
    .where(_inside)
    .order_by(_day.gas_day)
)
# A deposit is no correction of the distributor's word, nor the contrary.
_side = (_said.source == DataSource.DEPOSIT) == (_day.source == DataSource.DEPOSIT)
_CORRECTED = Prepared(
    select(_said.gas_day, func.min(_said.learnt_at).filter(_same))
    .join_from(
        ReadingRevision.__table__,
        Reading.__table__,
        and_(_day.pce_id == _said.pce_id, _day.gas_day == _said.gas_day),
    )
    .where(_inside, _side, or_(_said.energy_wh.is_not(None), _said.volume_dm3.is_not(None)))
    .group_by(_said.gas_day)
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
    periods: Sequence[Period]  # those that may be shown at this step
    extent: Extent


@dataclass(frozen=True, slots=True)
class Told:
    """A series, the days it is made of, and what of its PCE may be read."""

    series: Series
    days: Days
    scope: PceScope


def series(db: Session, viewer: Viewer, view: View, carbon: Carbon | None = None) -> Series:
    """Everything the consumption screen shows of `view.pce`, the first visible PCE when None."""
    return tell(db, viewer, view, carbon).series


def tell(db: Session, viewer: Viewer, view: View, carbon: Carbon | None = None) -> Told:
    """The same, with its days; with *carbon*, what they emitted is known. May raise NotFound.

    Nothing outside the viewer's scope is summed, compared or dated.
    """
    whole = get_scope(db, viewer, view.pce or default_pce(db, viewer) or "")
    known = _known(db, whole, view)
    scope, extent = known.scope, known.extent
    anchor = min(viewer.today, scope.last or viewer.today)
    first, last = bounds(view, anchor, extent.until, extent.first)
    year = last_year_of(anchor, extent.until)
    read, corrected = _days(db, known, windows(view, (first, last), year, extent.until))
    days, has_price = spent(db, viewer, read, scope.id, (view.unit, carbon))
    asked = Asked(view.step, view.compare, view.unit, viewer.today, corrected, scope.frequency)
    by_month = replace(asked, step=Step.MONTH, compare=(1,))
    buckets = buckets_of(days, asked, first, last)
    told = Series(
        pce_id=scope.id,
        number=scope.number,
        alias=scope.alias,
        view=view,
        first=first,
        last=last,
        data_until=extent.until,
        buckets=buckets,
        total=bucket_of(days, asked, first, last, buckets),
        shown=_shown(days, asked, (first, min(last, anchor)), buckets),
        headline=headline_of(days, by_month, extent.until, whole=known.published),
        year=bucket_of(days, by_month, *year, _months(asked, buckets, year)),
        marks=_marks(list_events(db, viewer, whole), first, last),
        history_first=extent.first,
        prorated=any(bucket.days_prorated for bucket in buckets),
        published=known.published,
        **fed_of(db, viewer, whole, extent.until),
        priced=has_price,
        readable=whole.reads_days or whole.reads_periods,
        **outlook_of(scope, extent.until, viewer.today, published=known.published),
    )
    return Told(told, read, whole)


def _shown(
    days: Days, asked: Asked, period: tuple[date, date], buckets: Sequence[Bucket]
) -> Bucket:
    """Compared with the year before whatever is asked: the opening sentence says that gap."""
    if 1 in asked.compare:
        return shown_of(days, asked, period, buckets)
    return shown_of(days, replace(asked, compare=(1, *asked.compare)), period, ())


def _marks(events: Sequence[PceEvent], first: date, last: date) -> tuple[Mark, ...]:
    return tuple(
        Mark(e.day, e.kind.value, e.before, e.after) for e in events if first <= e.day <= last
    )


def _months(asked: Asked, buckets: Sequence[Bucket], year: tuple[date, date]) -> Sequence[Bucket]:
    """The bars that make the *year*, if they are months compared with the year before."""
    if asked.step is not Step.MONTH or 1 not in asked.compare:
        return ()
    months = [bar for bar in buckets if year[0] <= bar.first and bar.last <= year[1]]
    whole = months and (months[0].first, months[-1].last) == year
    return months if whole else ()


def _known(db: Session, scope: PceScope, view: View) -> _Known:
    """The extent of the history: of published periods alone, or of days and sheets.

    A PCE that has nothing but published periods shows them, whatever was asked; so does one of
    which the days may not be read.
    """
    asked = view.data is DataKind.PUBLISHED and scope.frequency is not Frequency.DAILY
    asked = asked or not scope.reads_days
    start, sheets, billed = kept(db, (scope, asked), lambda: _told(db, scope, asked=asked))
    published = asked or bool(billed)
    scope = cut(scope, published=published)
    periods = billed if published else [period for period in sheets if fits(period, view.step)]
    firsts = [period.first for period in periods]
    untils = [period.last for period in periods]
    if not published:
        firsts += [start] if start else []
        untils += [scope.data_until] if scope.data_until else []
    until = max(untils, default=None)
    extent = Extent(min(firsts, default=None), until, last_of(scope, until))
    return _Known(scope, published, periods, extent)


def _told(
    db: Session, scope: PceScope, *, asked: bool
) -> tuple[date | None, Sequence[Period], Sequence[Period]]:
    """The first day, the lines of sheets, and the published periods if *asked* or all there is."""
    ((start,),) = _START.rows(db, _limits(scope))
    for first, last in scope.holes:
        if start and first <= start <= last:
            start = last + DAY
    sheets = [] if asked else _periods(db, scope, _SHEETS)
    if not asked and (start or sheets):
        return start, sheets, []
    return start, sheets, _periods(db, cut(scope, published=True), _BILLED)


def _limits(scope: PceScope, first: date = date.min, last: date = date.max) -> dict[str, object]:
    """What binds the statements: this PCE, and no day beyond what may be read."""
    return {
        "pce": scope.id,
        "first": max(first, scope.first or first),
        "last": min(last, scope.last or last),
    }


def _periods(db: Session, scope: PceScope, kinds: Prepared) -> list[Period]:
    """The periods wholly within the scope: a share of a longer one would tell what is beyond.

    The latest statement comes first.
    """
    found = [Period(*period) for period in kinds.rows(db, _limits(scope))]
    return [
        one for one in found if not any(one.first <= b and a <= one.last for a, b in scope.holes)
    ]


def _days(db: Session, known: _Known, spans: Spans) -> tuple[Days, dict[int, date]]:
    """The days of *spans*, and when some were corrected; kept, so that nobody changes them."""
    key = (known.scope, known.published, tuple(known.periods), tuple(spans))
    return kept(db, key, lambda: _read_days(db, known, spans))


def _read_days(db: Session, known: _Known, spans: Spans) -> tuple[Days, dict[int, date]]:
    rows: list[DayRow] = []
    corrected: dict[int, date] = {}
    for window in (part for one in spans for part in apart(one, known.scope.holes)):
        limits = _limits(known.scope, *window)
        rows += _DAYS.raw(db, limits)
        if not known.published:
            corrected |= _corrected(db, limits)
    window = spans[0][0], spans[-1][1]
    if known.published:
        days = days_of(window, known.extent, ())
        put_temperatures(days, rows)
        put_published(days, known.periods)
        corrected = {}
    else:
        days = days_of(window, known.extent, rows)
        put_sheet(days, known.periods)
    _warm(db, known.scope, days)
    return days, corrected


def _warm(db: Session, scope: PceScope, days: Days) -> None:
    """A day that may be read and whose reading says no temperature takes that of its place."""
    lacking = unmeasured(days)
    if lacking:
        put_local(days, local_days(db, scope, *lacking))


def _corrected(db: Session, limits: Mapping[str, object]) -> dict[int, date]:
    """By ordinal of gas day, when its value in force replaced another one.

    That is when we first learnt it, if the distributor said another value too.
    """
    return {
        day.toordinal(): learnt.astimezone(PARIS).date()
        for day, learnt in _CORRECTED.rows(db, limits)
    }
