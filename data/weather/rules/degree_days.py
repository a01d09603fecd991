"""Compute daily degree days by both methods, in °C·day; NaN without temperatures."""

import numpy as np

from data.weather.types import BASE, BASES, DegreeDayMethod, Floats, Temperatures

SHIFT, SLOPE = 0.08, 0.42  # of the COSTIC's curve, for a day that crosses the base


def degree_days(
    days: Temperatures, base: float = BASE, method: DegreeDayMethod = DegreeDayMethod.METEO
) -> Floats:
    """One figure a day, of the length of *days*.

    The Météo method takes the middle of the least and the most where both are known, else the
    mean. The COSTIC's has no answer without both.
    """
    middle = (days.low + days.high) / 2
    if method is DegreeDayMethod.METEO:
        return np.maximum(0.0, base - np.where(np.isnan(middle), days.mean, middle))
    return _costic(days.low, days.high, middle, base)


def _costic(low: Floats, high: Floats, middle: Floats, base: float) -> Floats:
    """Cold all day: as the mean; never cold: nothing; else a share of the coldest hours."""
    swing = np.where(high > low, high - low, 1.0)
    crossing = (base - low) * (SHIFT + SLOPE * (base - low) / swing)
    cold = np.where(base > high, base - middle, crossing)
    return np.where(np.isnan(middle), np.nan, np.where(base <= low, 0.0, cold))


def base_in(text: str) -> float:
    """A base as an address says it; what is no base, or beyond what is sensible, is the usual."""
    try:
        base = float(text.replace(",", "."))
    except ValueError:
        return BASE
    low, high = BASES
    return round(base, 1) if low <= base <= high else BASE
