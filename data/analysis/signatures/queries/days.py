"""Query a site's readable days as arrays."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.database import Prepared
from data.analysis.signatures.rules.verdicts import YEAR, YEARS
from data.analysis.signatures.types import Past
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.days import ordinal
from data.metering.consumption.types import Quality
from data.metering.pces.types import PceScope
from data.metering.weather.queries import list_local_days
from data.metering.weather.types import Floats, Temperatures

DAY = timedelta(days=1)
_day = Reading.__table__.c
_DAYS = Prepared(
    select(_day.gas_day, _day.energy_wh, _day.temperature_c100, _day.quality)
    .where(_day.pce_id == bindparam("pce"))
    .where(_day.gas_day.between(bindparam("first"), bindparam("last")))
)


@dataclass(frozen=True, slots=True, eq=False)
class SiteDays:
    """Days of a site: `past` measured values, `own` °C delivered with readings.

    `energy_with_estimates` is the Wh of every day with a value.
    """

    past: Past
    energy_with_estimates: Floats
    own: Floats
    weather: Temperatures


def load_site_days(
    db: Session, scope: PceScope, today: date, since: date | None = None
) -> SiteDays:
    """Return the days of a PCE that `scope` allows to read, with temperatures.

    They begin on `since`, by default four years before `today`, so that three can be compared. A
    day without its own temperature takes its station's.
    """
    first = since or today - (YEAR * (YEARS + 1) + 1) * DAY
    size = (today - first).days + 1
    base = first.toordinal()
    energy, energy_with_estimates, own = (np.full(size, np.nan) for _column in range(3))
    ends = {"first": max(first, scope.first or first), "last": min(today, scope.last or today)}
    for day, wh, degrees, quality in _DAYS.raw(db, {"pce": scope.id, **ends}):
        at = ordinal(day) - base
        if scope.holes and scope.hides(date.fromordinal(base + at)):
            continue
        if wh is not None:
            energy_with_estimates[at] = wh
            if quality >= Quality.CORRECTED:
                energy[at] = wh
        if degrees is not None:
            own[at] = degrees / 100
    weather = _weather(db, scope, first, today)
    weather = Temperatures(
        first, np.where(np.isnan(own), weather.mean, own), weather.low, weather.high
    )
    return SiteDays(Past(first, energy, weather.mean), energy_with_estimates, own, weather)


def _weather(db: Session, scope: PceScope, first: date, last: date) -> Temperatures:
    """Return the temperatures at a PCE from `first` to `last`, without those in readings."""
    size = (last - first).days + 1
    low, high, mean = (np.full(size, np.nan) for _column in range(3))
    for day, middle, least, most in list_local_days(db, scope, first, last):
        at = ordinal(day) - first.toordinal()
        mean[at] = middle / 100
        if least is not None and most is not None:
            low[at], high[at] = least / 100, most / 100
    return Temperatures(first, mean, low, high)
