"""Compare a chart's series with the year before, weather-corrected."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import Prepared, cached
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries.days import load_site_days
from data.analysis.signatures.rules.climate import KnownDays, month_ratio, ratios
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.rules.verdicts import fitting_years, last_measured, mean_day
from data.analysis.signatures.types import Fit, Reason
from data.metering.consumption.queries import SourcedSeries
from data.metering.consumption.rules.days import DayColumns, Values
from data.metering.consumption.types import Climate, Series, SeriesBucket, SeriesStep
from data.metering.pces.types import PceScope
from data.metering.weather.types import Floats

DAY = timedelta(days=1)
Judged = tuple[Fit, int]  # the signature, and the Wh of a mean day of the last year
_row = VerdictRow.__table__.c
_FIT = Prepared(
    select(
        _row.first_day, _row.until, _row.reason, _row.base, _row.baseload_wh, _row.slope_wh,
        _row.use, _row.out, _row.weeks, _row.r2, _row.cvrmse, _row.day_wh,
    ).where(_row.pce_id == bindparam("pce"))
)  # fmt: skip


def load_climate_series(db: Session, viewer: Viewer, source: SourcedSeries) -> Series:
    """Return the series of `source` with its weather correction; unchanged without comparison."""
    series, days = source.series, source.days
    if 1 not in series.view.compare or series.published or not series.tells:
        return series
    if days.temperature.count(None) == len(days.temperature):
        return replace(series, climate=Climate(reason=Reason.NO_TEMPERATURE))
    judged = get_judged_fit(db, viewer, source.scope)
    if judged[0].reason:
        return replace(series, climate=Climate(reason=judged[0].reason))
    return replace(series, climate=_climate(series, days, judged))


def _climate(series: Series, days: DayColumns, judged: Judged) -> Climate:
    """Return the correction of a series; that of a month as in the list of sites."""
    fit, mean = judged
    known_days = KnownDays(days.base, get_floats(days.energy), get_floats(days.temperature) / 100)
    headline = series.headline
    nothing = series.first, series.first - DAY
    spans = [(bar.first, bar.last) for bar in series.buckets]
    spans += [_span(series.total) or nothing, _span(series.period_bucket) or nothing]
    others = [_span(series.year) or nothing]
    others.append((headline.month, headline.until) if headline else nothing)
    step = None if series.view.by_weekday else series.view.step
    if step in {None, SeriesStep.WEEK}:  # the year and the month are compared by date
        results = ratios(known_days, spans, fit, step)
        results += ratios(known_days, others, fit, SeriesStep.DAY)
    else:
        results = ratios(known_days, [*spans, *others], fit, SeriesStep.DAY)
    *bars, total, shown_ratio, year, _month = [ratio for ratio, _reason in results]
    if step is SeriesStep.MONTH:
        bars = [month_ratio(*result, fit, mean) for result in results[: len(bars)]]
    month = month_ratio(*results[-1], fit, mean)
    return Climate(tuple(bars), total, period_ratio=shown_ratio, year=year, headline=month)


def _span(bucket: SeriesBucket | None) -> tuple[date, date] | None:
    return (bucket.first, bucket.last) if bucket else None


def get_floats(values: Values) -> Floats:
    """Return `values` as an array, NaN for None."""
    return np.array(values, dtype=np.float64)


def get_judged_fit(db: Session, viewer: Viewer, scope: PceScope) -> Judged:
    """Return the signature of a PCE on the days that `scope` opens: stored, else computed.

    The stored one reveals every day it is fitted on, so it needs access to all of them.
    """
    rows = _FIT.rows(db, {"pce": scope.id})
    if rows and can_read_all_days(scope, *rows[0][:2]):
        reason, base, baseload, slope, use, out, weeks, r2, cvrmse, mean = rows[0][2:]
        return Fit(base, baseload, slope, use, out, weeks, r2, cvrmse, reason), mean
    return get_computed_fit(db, viewer, scope)


def get_computed_fit(db: Session, viewer: Viewer, scope: PceScope) -> Judged:
    """Return a signature of the days that `scope` allows to read, and their mean; cached."""
    read = partial(_compute_fit, db, scope, viewer.today)
    return cached(db, "signature", (scope, viewer.today), read)


def _compute_fit(db: Session, scope: PceScope, today: date) -> Judged:
    past = load_site_days(db, scope, today).past
    until = last_measured(past) or today
    return fits(weeks_of([fitting_years(past, until)]))[0], mean_day(past, until)


def can_read_all_days(scope: PceScope, first: date | None, until: date | None) -> bool:
    """Return whether all days from `first` to `until` are readable; True when they are None."""
    if first is None or until is None:
        return True
    inside = (scope.first or first) <= first and (scope.last or until) >= until
    return inside and not any(low <= until and first <= high for low, high in scope.holes)
