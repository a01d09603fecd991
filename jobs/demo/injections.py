"""Generate the monthly injection published for sites that feed gas in."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np

from data.metering.consumption.types import Quality, Status
from data.metering.pces.rules import month_of
from data.metering.simulation.rules.calendar import Calendar
from jobs.demo.periods import LARGE_AFTER
from jobs.demo.sites import DemoSite
from jobs.demo.world import Clock

INJECTION = (
    *("pce_id", "first_day", "last_day", "energy_wh", "volume_dm3", "converted_dm3"),
    *("coefficient_e4", "quality", "status", "as_of", "learnt_at"),
)
MONTHS = 24
_DAILY = 36_000  # kWh: about 13 GWh a year, a digester of several farms
_COEFFICIENT = 108_900  # biomethane has a lower calorific value than the network's gas
_PRESSURE = 1.021  # Nm³ per m³


def injection_rows(
    seed: int, pce_id: int, site: DemoSite, calendar: Calendar, clock: Clock
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `injection_periods` published by the last day of `calendar`."""
    today = calendar.days[-1]
    random = np.random.default_rng([seed, 21, site.seed])
    scale = 0.7 + 0.6 * random.random()
    for back in range(MONTHS, 0, -1):
        first = month_of(today, -back)
        last = month_of(first, 1) - timedelta(days=1)
        share = scale * (0.94 + 0.08 * random.random())  # some days of the year are for maintenance
        factor = _COEFFICIENT + 100 * int(random.integers(-8, 9))
        published_on = last + timedelta(days=LARGE_AFTER)
        if published_on <= today and first >= max(calendar.first, site.commissioned_on):
            on = calendar.position(published_on)
            volume = round(share * _DAILY * ((last - first).days + 1) * 10_000 / factor)
            figures = (
                round(volume * factor / 10),
                volume * 1000,
                round(volume * 1000 * _PRESSURE),
                factor,
            )
            codes = int(Quality.MEASURED), int(Status.DEFINITIVE)
            days = first.isoformat(), last.isoformat()
            yield pce_id, *days, *figures, *codes, clock.days[on], clock.mornings[on]
