"""Simulate a climate: a seasonal sine and autocorrelated noise at invented stations."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EPOCH = date(2014, 1, 1)  # the noise starts here, so that a day's weather never depends on today
COLDEST_DAY = 20  # of the year
DAYS_A_YEAR = 365.25
FAST, SLOW = 0.78, 0.985  # correlation from day to day, and between spells
FAST_DEGREES, SLOW_DEGREES = 1.9, 0.22


@dataclass(frozen=True, slots=True)
class DemoStation:
    """Mean temperature of the year and half its range, °C."""

    name: str
    mean: float
    swing: float


STATIONS = (
    DemoStation("Plaine", 11.2, 7.8),
    DemoStation("Littoral", 12.4, 6.0),
    DemoStation("Plateau", 10.1, 8.8),
    DemoStation("Midi", 14.6, 8.2),
    DemoStation("Vallée haute", 8.9, 9.0),
)


def normal(station: int, ordinals: npt.NDArray[np.int64]) -> Floats:
    """Return the climate's normal temperature of each day (proleptic ordinals), °C."""
    place = STATIONS[station]
    phase = 2 * np.pi * ((ordinals - date(2000, 1, COLDEST_DAY).toordinal()) / DAYS_A_YEAR)
    return np.asarray(place.mean - place.swing * np.cos(phase), dtype=np.float64)


def temperatures(seed: int, station: int, first: date, last: date) -> Floats:
    """Return the mean temperature of each gas day from `first` to `last`, °C."""
    start, stop = (day.toordinal() - EPOCH.toordinal() for day in (first, last))
    ordinals = np.arange(first.toordinal(), last.toordinal() + 1)
    return normal(station, ordinals) + _anomaly(seed, station, stop + 1)[start:]


@cache
def _anomaly(seed: int, station: int, days: int) -> Floats:
    draws = np.random.default_rng([seed, 11, station]).standard_normal((days, 2))
    fast = slow = 0.0
    values = np.empty(days)
    for day, (first, two) in enumerate(draws.tolist()):
        fast = FAST * fast + FAST_DEGREES * first
        slow = SLOW * slow + SLOW_DEGREES * two
        values[day] = fast + slow
    return values
