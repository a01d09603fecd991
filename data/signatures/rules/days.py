"""The days of a site ready to be reckoned with: gaps of temperature, days out of use."""

from datetime import date
from functools import lru_cache

import holidays
import numpy as np

from data.signatures.types import Flags, Past
from data.weather.types import Floats

SATURDAY = 5
LONGEST_GAP = 0.1  # of a year: with more of its temperatures unknown, nothing is told of it
MONDAY_FIRST = 6  # days from the first Monday's ordinal to a multiple of seven


@lru_cache(64)
def public_holidays(year: int) -> frozenset[int]:
    """Ordinals of the French public holidays of *year*."""
    return frozenset(day.toordinal() for day in holidays.country_holidays("FR", years=year))


def out_of_use(ordinals: Floats) -> Flags:
    """Of each day, whether it is a Saturday, a Sunday or a public holiday."""
    days = ordinals.astype(np.int64)
    if not len(days):
        return np.zeros(0, dtype=np.bool_)
    first, last = (date.fromordinal(int(day)).year for day in (days.min(), days.max()))
    public = [day for year in range(first, last + 1) for day in public_holidays(year)]
    return ((days + MONDAY_FIRST) % 7 >= SATURDAY) | np.isin(days, public)


def off_of(past: Past) -> Flags:
    """Of each day of *past*, whether it is out of use."""
    return out_of_use(past.first.toordinal() + np.arange(len(past.energy), dtype=np.float64))


def cut(past: Past, first: date, last: date) -> Past:
    """The days of *first*…*last*, both included; NaN where *past* does not reach."""
    size = (last - first).days + 1
    at = past.place(first)
    columns = []
    for column in (past.energy, past.temperature):
        found = np.full(size, np.nan)
        low, high = max(at, 0), min(at + size, len(column))
        if low < high:
            found[low - at : high - at] = column[low:high]
        columns.append(found)
    return Past(first, *columns)


def filled(temperature: Floats) -> Floats | None:
    """*temperature* with its gaps bridged from side to side; None where they are too many."""
    known = ~np.isnan(temperature)
    if not len(known) or (~known).mean() > LONGEST_GAP:
        return None
    at = np.arange(len(temperature))
    return np.interp(at, at[known], temperature[known])
