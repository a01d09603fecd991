"""A series of a chart, held against the year before in the same climate."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from data.access import Viewer
from data.consumption.queries import Told
from data.consumption.rules.days import Days, Values
from data.consumption.types import Bucket, Climate, Series, Step
from data.db import Prepared, kept
from data.pces.types import PceScope
from data.signatures.models import VerdictRow
from data.signatures.queries.days import days_of_site
from data.signatures.rules.climate import Known, ratios
from data.signatures.rules.fitting import fits, weeks_of
from data.signatures.rules.verdicts import last_measured, lately, mean_day
from data.signatures.types import Fit, Reason
from data.weather.types import Floats

DAY = timedelta(days=1)
Judged = tuple[Fit, int]  # the signature, and the Wh of a mean day of the last year
_row = VerdictRow.__table__.c
_FIT = Prepared(
    select(
        _row.first_day, _row.until, _row.reason, _row.base, _row.baseload_wh, _row.slope_wh,
        _row.use, _row.out, _row.weeks, _row.r2, _row.cvrmse,
    ).where(_row.pce_id == bindparam("pce"))
)  # fmt: skip


def with_climate(db: Session, viewer: Viewer, told: Told) -> Series:
    """The series of *told* with what its signature says; as it was, where no year is compared."""
    series, days = told.series, told.days
    if 1 not in series.view.compare or series.published or not series.tells:
        return series
    if days.temperature.count(None) == len(days.temperature):
        return replace(series, climate=Climate(reason=Reason.NO_TEMPERATURE))
    fit = fit_for(db, viewer, told.scope)
    if fit.reason:
        return replace(series, climate=Climate(reason=fit.reason))
    return replace(series, climate=_climate(series, days, fit))


def _climate(series: Series, days: Days, fit: Fit) -> Climate:
    known = Known(days.base, floats(days.energy), floats(days.temperature) / 100)
    headline = series.headline
    nothing = series.first, series.first - DAY
    asked = [*((bar.first, bar.last) for bar in series.buckets), _span(series.total) or nothing]
    others = [_span(series.shown) or nothing, _span(series.year) or nothing]
    others.append((headline.month, headline.until) if headline else nothing)
    if series.view.step is Step.WEEK:
        found = [*ratios(known, asked, fit, Step.WEEK), *ratios(known, others, fit, Step.DAY)]
    else:
        found = ratios(known, [*asked, *others], fit, Step.DAY)
    *bars, total, shown, year, month = [ratio for ratio, _reason in found]
    return Climate(tuple(bars), total, shown=shown, year=year, headline=month)


def _span(bucket: Bucket | None) -> tuple[date, date] | None:
    return (bucket.first, bucket.last) if bucket else None


def floats(values: Values) -> Floats:
    """*values* as an array, NaN for None."""
    return np.array(values, dtype=np.float64)


def fit_for(db: Session, viewer: Viewer, scope: PceScope) -> Fit:
    """The signature of a PCE on the days that *scope* lets read: the stored one, or made of them.

    The stored one tells of every day it stands on: who may not read one of these is not shown it.
    """
    rows = _FIT.rows(db, {"pce": scope.id})
    if rows and covers(scope, *rows[0][:2]):
        reason, base, baseload, slope, use, out, weeks, r2, cvrmse = rows[0][2:]
        return Fit(base, baseload, slope, use, out, weeks, r2, cvrmse, reason)
    return made_fit(db, viewer, scope)[0]


def made_fit(db: Session, viewer: Viewer, scope: PceScope) -> Judged:
    """A signature of the days that *scope* lets read, and their mean; kept while none changes."""
    return kept(db, ("signature", scope, viewer.today), partial(_made, db, scope, viewer.today))


def _made(db: Session, scope: PceScope, today: date) -> Judged:
    past = days_of_site(db, scope, today).past
    until = last_measured(past) or today
    return fits(weeks_of([lately(past, until)]))[0], mean_day(past, until)


def covers(scope: PceScope, first: date | None, until: date | None) -> bool:
    """Whether every day of *first*…*until* may be read; there is none where they are None."""
    if first is None or until is None:
        return True
    inside = (scope.first or first) <= first and (scope.last or until) >= until
    return inside and not any(low <= until and first <= high for low, high in scope.holes)
