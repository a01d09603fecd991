"""Compute daily degree days by both methods, in °C·day; NaN without temperatures."""

import numpy as np

from data.metering.weather.types import BASE, BASES, DegreeDayMethod, Floats, Temperatures

SHIFT, SLOPE = 0.08, 0.42  # of the COSTIC curve, for a day whose temperatures cross the base


def degree_days(
    days: Temperatures, base: float = BASE, method: DegreeDayMethod = DegreeDayMethod.METEO
) -> Floats:
    """Return the degree days of each day, in °C·day, an array as long as `days`.

    The Météo method uses the midpoint of minimum and maximum where both are known, else the mean.
    The COSTIC method needs both: without them the result is NaN.
    """
    middle = (days.low + days.high) / 2
    if method is DegreeDayMethod.METEO:
        return np.maximum(0.0, base - np.where(np.isnan(middle), days.mean, middle))
    return _costic(days.low, days.high, middle, base)


def _costic(low: Floats, high: Floats, middle: Floats, base: float) -> Floats:
    """Return the COSTIC degree days.

    Below the base all day: base minus midpoint; above it all day: 0; otherwise a share that grows
    with the cold part of the day.
    """
    swing = np.where(high > low, high - low, 1.0)
    crossing = (base - low) * (SHIFT + SLOPE * (base - low) / swing)
    cold = np.where(base > high, base - middle, crossing)
    return np.where(np.isnan(middle), np.nan, np.where(base <= low, 0.0, cold))


def base_in(text: str) -> float:
    """Return the base in °C given in an address; the default when invalid or out of range."""
    try:
        base = float(text.replace(",", "."))
    except ValueError:
        return BASE
    low, high = BASES
    return round(base, 1) if low <= base <= high else BASE
