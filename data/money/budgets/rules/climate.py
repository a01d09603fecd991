"""Compute a station's monthly degree days, for a normal year and for each known year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from data.analysis.signatures.types import Fit
from data.metering.weather.types import Floats

MOST_YEARS = 10
LEAST_KNOWN = 0.8  # of the days of a month: with fewer, its year is not used


@dataclass(frozen=True, slots=True, eq=False)
class StationClimate:
    """The daily temperatures of a station in °C, with month and year index from 0."""

    degrees: Floats
    month: Floats
    year: Floats
    years: int

    def cold(self, base: float) -> Floats:
        """Return the mean degree days per day under `base`, by year and month.

        NaN where unknown.
        """
        at = (self.year * 12 + self.month).astype(np.int64)
        size = self.years * 12
        sums = np.bincount(at, np.maximum(0.0, base - self.degrees), size)
        days = np.bincount(at, minlength=size)
        mean = np.where(days >= LEAST_KNOWN * 28, sums / np.maximum(days, 1), np.nan)
        degree_days: Floats = mean.reshape(self.years, 12)
        return degree_days


def station_of(means: Mapping[date, int]) -> StationClimate | None:
    """Compute the climate from daily means, in 1/100 °C; None without any."""
    if not means:
        return None
    days = sorted(means)
    first = days[0].year
    return StationClimate(
        np.array([means[day] for day in days]) / 100,
        np.array([day.month - 1 for day in days], dtype=np.float64),
        np.array([day.year - first for day in days], dtype=np.float64),
        days[-1].year - first + 1,
    )


def usual_days(fit: Fit, cold: Floats) -> tuple[Floats, Floats] | None:
    """Return daily Wh by month, in a normal year and in each fully known year.

    The normal year is the mean of each month over the years that know it; None when a month is
    never known.
    """
    has_value = ~np.isnan(cold)
    if not has_value.any(axis=0).all():
        return None
    normal = np.nansum(cold, axis=0) / has_value.sum(axis=0)
    complete_years = cold[has_value.all(axis=1)][-MOST_YEARS:]
    yearly_cold = np.vstack([normal[None], complete_years])
    days = fit.baseload_wh + fit.slope_wh * yearly_cold
    return days[0], days[1:]
