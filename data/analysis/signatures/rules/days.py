"""Prepare the days of a site: temperature gaps and days out of use."""

from datetime import date

import numpy as np

from data.analysis.signatures.types import Flags, Past
from data.metering.consumption.rules.calendar import SATURDAY, public_holidays
from data.metering.weather.types import Floats

LONGEST_GAP = 0.1  # of a year: with more unknown temperatures, nothing is computed
MONDAY_FIRST = 6  # days from the first Monday's ordinal to a multiple of seven


def out_of_use(ordinals: Floats) -> Flags:
    """Return whether each day is a Saturday, a Sunday or a public holiday."""
    days = ordinals.astype(np.int64)
    if not len(days):
        return np.zeros(0, dtype=np.bool_)
    first, last = (date.fromordinal(int(day)).year for day in (days.min(), days.max()))
    public = [day.toordinal() for year in range(first, last + 1) for day in public_holidays(year)]
    return ((days + MONDAY_FIRST) % 7 >= SATURDAY) | np.isin(days, public)


def off_of(past: Past) -> Flags:
    """Return whether each day of `past` is out of use."""
    return out_of_use(past.first.toordinal() + np.arange(len(past.energy), dtype=np.float64))


def cut(past: Past, first: date, last: date) -> Past:
    """Return the days from `first` to `last`, both included; NaN outside `past`."""
    size = (last - first).days + 1
    at = past.place(first)
    columns = []
    for column in (past.energy, past.temperature):
        part = np.full(size, np.nan)
        low, high = max(at, 0), min(at + size, len(column))
        if low < high:
            part[low - at : high - at] = column[low:high]
        columns.append(part)
    return Past(first, *columns)


def filled(temperature: Floats) -> Floats | None:
    """Return `temperature` with gaps interpolated; None when too many are unknown."""
    is_known = ~np.isnan(temperature)
    if not len(is_known) or (~is_known).mean() > LONGEST_GAP:
        return None
    at = np.arange(len(temperature))
    return np.interp(at, at[is_known], temperature[is_known])
