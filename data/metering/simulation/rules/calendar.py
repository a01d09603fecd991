"""A French calendar: weekends, public holidays and approximate school holidays."""

from dataclasses import dataclass
from datetime import date, timedelta

import holidays
import numpy as np
import numpy.typing as npt

from data.metering.consumption.rules.calendar import same_day
from data.metering.pces.rules import month_of

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

SATURDAY = 5
FORTNIGHT = 16  # two weeks and three weekends, Saturday to Sunday
ZONES = 3


@dataclass(frozen=True, slots=True)
class Calendar:
    """One entry per day from `first`; `school[zone]` is true when schools are closed."""

    first: date
    ordinals: Ints
    weekday: Ints  # Monday is 0
    month: Ints
    day: Ints
    day_of_year: Ints
    next_month: Ints  # index of the first day of the next month, even past the end
    year_before: Ints  # days since the same date a year before, 0 on 29 February
    weekend: Flags
    public: Flags
    school: tuple[Flags, ...]
    days: tuple[date, ...]
    iso: tuple[str, ...]

    def position(self, day: date) -> int:
        """Return the index of `day`, at least 0."""
        return max(0, day.toordinal() - self.first.toordinal())


def calendar(first: date, last: date) -> Calendar:
    """Return the calendar from `first` to `last`, both included."""
    ordinals = np.arange(first.toordinal(), last.toordinal() + 1)
    days = [date.fromordinal(day) for day in ordinals.tolist()]
    weekday = (ordinals + 6) % 7
    years = range(first.year - 1, last.year + 2)
    public = holidays.country_holidays("FR", years=years)
    weekend = weekday >= SATURDAY
    return Calendar(
        first=first,
        ordinals=ordinals,
        weekday=weekday,
        month=np.array([day.month for day in days]),
        day=np.array([day.day for day in days]),
        day_of_year=np.array([day.timetuple().tm_yday for day in days]),
        next_month=np.array([month_of(day, 1).toordinal() for day in days]) - first.toordinal(),
        year_before=np.array([_since_same_date(day) for day in days]),
        weekend=weekend,
        public=np.array([day in public for day in days]),
        school=tuple(_closed(ordinals, list(years), zone) for zone in range(ZONES)),
        days=tuple(days),
        iso=tuple(day.isoformat() for day in days),
    )


def _closed(ordinals: Ints, years: list[int], zone: int) -> Flags:
    closed = np.zeros(len(ordinals), dtype=np.bool_)
    for year in years:
        for start, length in school_holidays(year, zone):
            begin = start.toordinal()
            closed |= (ordinals >= begin) & (ordinals < begin + length)
    return closed


def school_holidays(year: int, zone: int) -> tuple[tuple[date, int], ...]:
    """Return first day and length of the holidays that start in `year`, approximately."""
    week = timedelta(weeks=zone)
    return (
        (_saturday(date(year, 2, 6)) + week, FORTNIGHT),
        (_saturday(date(year, 4, 4)) + week, FORTNIGHT),
        (_saturday(date(year, 7, 4)), (date(year, 9, 1) - _saturday(date(year, 7, 4))).days),
        (_saturday(date(year, 10, 17)), FORTNIGHT),
        (_saturday(date(year, 12, 18)), FORTNIGHT),
    )


def _saturday(day: date) -> date:
    return day + timedelta(days=(SATURDAY - day.weekday()) % 7)


def _since_same_date(day: date) -> int:
    before = same_day(day, 1)
    return (day - before).days if before else 0
