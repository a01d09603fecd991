"""Learn from a site's own readings on which days it is open."""

from datetime import date

import numpy as np

from data.analysis.signatures.rules.climate import KnownDays
from data.analysis.signatures.types import Flags, Ints
from data.metering.consumption.rules.calendar import public_holidays

WEEK = 7
SUNDAY = 6
YEAR_WEEKS = 52
FEWEST_WEEKS = 8  # whole weeks of a year, to know its pattern
CLEARLY = 0.8  # of a usual day: a day of the week below it is one of closure


def open_days(days: KnownDays, last: date, places: Ints) -> Flags | None:
    """Return whether each of `places` is a day of opening; None when the site does not say.

    The days of closure are the days of the week on which it clearly burns less, in both of the
    years that end on `last`, and the public holidays if Sunday is one of them.
    """
    this_year = _closed_weekdays(days, last.toordinal())
    year_before = _closed_weekdays(days, last.toordinal() - WEEK * YEAR_WEEKS)
    if not this_year or this_year != year_before:
        return None
    dates = [date.fromordinal(int(days.base + place)) for place in places]
    closed = [
        day.weekday() in this_year or (SUNDAY in this_year and day in public_holidays(day.year))
        for day in dates
    ]
    return ~np.array(closed, dtype=np.bool_)


def _closed_weekdays(days: KnownDays, last: int) -> frozenset[int]:
    """Return the days of the week, Monday first, on which the year to ordinal `last` burns less."""
    after = min(last + 1 - days.base, len(days.energy))
    size = WEEK * min(YEAR_WEEKS, after // WEEK)
    if size < WEEK * FEWEST_WEEKS:
        return frozenset()
    first = after - size
    weeks = days.energy[first:after].reshape(-1, WEEK)
    weeks = weeks[~np.isnan(weeks).any(axis=1)]
    if len(weeks) < FEWEST_WEEKS:
        return frozenset()
    levels = weeks.sum(axis=0)
    low = np.flatnonzero(levels < CLEARLY * np.median(levels))
    first_weekday = date.fromordinal(days.base + first).weekday()
    return frozenset(int(first_weekday + place) % WEEK for place in low)
