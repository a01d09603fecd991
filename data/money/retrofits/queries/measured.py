"""Measure works on the days that the viewer may read, each time they are asked for.

Savings are not stored: corrected readings change them.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import cached
from data.analysis.signatures.queries.days import load_site_days
from data.analysis.signatures.rules.verdicts import last_measured
from data.metering.pces.queries import list_scopes_by_id
from data.metering.pces.types import PceScope
from data.metering.prices.queries import load_prices
from data.metering.prices.types import Tariffs
from data.money.retrofits.queries.rows import get_retrofit, list_retrofits
from data.money.retrofits.rules.savings import (
    BASELINE_DAYS,
    count_known_days,
    measure_savings,
    periods_of,
)
from data.money.retrofits.rules.value import value_savings
from data.money.retrofits.types import (
    MeasuredRetrofit,
    Retrofit,
    RetrofitPeriods,
    Savings,
    SavingsRefusal,
)

DAY = timedelta(days=1)
Outcome = tuple[Savings | SavingsRefusal, tuple[int, int]]


def list_measured(db: Session, viewer: Viewer, shown: Sequence[Retrofit]) -> list[MeasuredRetrofit]:
    """Return these of the viewer's works with their savings, in the same order."""
    beside = list_retrofits(db, viewer, "") if shown else ()
    return _measure(db, viewer, shown, beside)


def get_measured(db: Session, viewer: Viewer, retrofit_id: int) -> MeasuredRetrofit:
    """Return works with their savings; raise NotFound."""
    retrofit = get_retrofit(db, viewer, retrofit_id)
    (measured,) = _measure(db, viewer, [retrofit], list_retrofits(db, viewer, retrofit.draft.pce))
    return measured


def _measure(
    db: Session, viewer: Viewer, retrofits: Sequence[Retrofit], beside: Sequence[Retrofit]
) -> list[MeasuredRetrofit]:
    """Measure `retrofits`; those of the same PCE `beside` them end their periods."""
    ids = {retrofit.pce_id for retrofit in retrofits}
    scopes = {scope.id: scope for scope in list_scopes_by_id(db, viewer, ids)}
    tariffs = load_prices(db, viewer, ids) if viewer.may(Permission.PRICES_READ) else {}
    measured = []
    for retrofit in retrofits:
        draft = retrofit.draft
        others = tuple(
            (other.draft.started_on, other.draft.finished_on)
            for other in beside
            if other.pce_id == retrofit.pce_id and other.id != retrofit.id
        )
        key = scopes[retrofit.pce_id], draft.started_on, draft.finished_on, others, viewer.today
        outcome = cached(db, "savings", key, partial(_outcome, db, *key))
        measured.append(_with_value(retrofit, outcome, tariffs.get(retrofit.pce_id, ())))
    return measured


def _with_value(retrofit: Retrofit, outcome: Outcome, tariffs: Tariffs) -> MeasuredRetrofit:
    result, known_days = outcome
    if isinstance(result, SavingsRefusal):
        return MeasuredRetrofit(retrofit, None, result, known_days)
    value = value_savings(tariffs, result, retrofit.draft.cents)
    return MeasuredRetrofit(retrofit, result, None, known_days, value)


def _outcome(
    db: Session,
    scope: PceScope,
    started_on: date,
    finished_on: date,
    others: Sequence[tuple[date, date]],
    today: date,
) -> Outcome:
    since = started_on - BASELINE_DAYS * DAY
    past = load_site_days(db, scope, today, since).past
    periods: RetrofitPeriods = periods_of(
        started_on, finished_on, last_measured(past) or finished_on, others
    )
    return measure_savings(past, periods), count_known_days(past, periods)
