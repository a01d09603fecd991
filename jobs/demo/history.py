"""What the distributor has told of a site by now: its daily statements, holes and all."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from data.consumption.types import Quality, Status
from data.pces.types import Frequency
from jobs.demo.calendar import Calendar
from jobs.demo.sites import Site

Small = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]
SETTLED_ON = 6  # day of the month by which the month before is definitive
LARGE_ON = 12  # day of the month by which an MM site's month before is there
QUIET = 30  # the last month stays free of drawn holes: corrections happen there


@dataclass(frozen=True, slots=True)
class History:
    """Entries [begin, end) of the calendar, one a gas day."""

    begin: int
    end: int
    quality: Small
    status: Small

    @property
    def absent(self) -> Flags:
        return np.asarray(self.quality == Quality.ABSENT, dtype=np.bool_)

    @property
    def start_unknown(self) -> Flags:
        """An absent day has no index, and the day after it does not know where it began."""
        absent = self.absent
        return np.asarray(absent | np.concatenate(([False], absent[:-1])), dtype=np.bool_)


def first_daily(site: Site, today: date, years: int) -> date:
    """The first day of which daily data are kept."""
    story = site.story
    first = _years_before(today, years)
    if story.history_from:
        first = min(first, story.history_from)
    return max(first, site.commissioned_on, story.daily_from or first)


def last_daily(site: Site, today: date) -> date:
    """The last day that the distributor has told."""
    last = today - timedelta(days=site.story.lag)
    if site.frequency is Frequency.MONTHLY_LARGE:
        month = today.replace(day=1) - timedelta(days=1)
        last = month if today.day >= LARGE_ON else month.replace(day=1) - timedelta(days=1)
    return min(last, site.ended_on or last)


def settled_before(today: date) -> date:
    """Days before this one are definitive."""
    month = today.replace(day=1)
    return month if today.day >= SETTLED_ON else (month - timedelta(days=1)).replace(day=1)


def has_daily(site: Site) -> bool:
    return site.frequency is not Frequency.HALF_YEARLY and not site.story.never


def history(seed: int, site: Site, calendar: Calendar, today: date, years: int) -> History | None:
    """The daily statements of *site* as they stand *today*; None where there are none."""
    if not has_daily(site):
        return None
    begin = calendar.position(first_daily(site, today, years))
    end = calendar.position(last_daily(site, today)) + 1
    if end <= begin:
        return None
    quality = _qualities(seed, site, end - begin)
    for stretch in site.story.stretches:
        first, last = (calendar.position(day) - begin for day in (stretch.first, stretch.last))
        quality[max(0, first) : max(0, last + 1)] = stretch.quality
    settled = calendar.position(settled_before(today)) - begin
    status = np.full(end - begin, Status.DEFINITIVE, dtype=np.int8)
    if site.frequency is not Frequency.MONTHLY_LARGE:
        status[max(0, settled) :] = Status.PROVISIONAL
    return History(begin, end, quality, status)


def _qualities(seed: int, site: Site, days: int) -> Small:
    random = np.random.default_rng([seed, 3, site.seed])
    quality = np.full(days, Quality.MEASURED, dtype=np.int8)
    room = days - QUIET
    if room <= QUIET:
        return quality
    quality[random.integers(0, days, days // 300)] = Quality.CORRECTED
    _stretch(random, quality, site.story.estimates, Quality.ESTIMATED)
    quality[random.integers(1, room, site.story.absences)] = Quality.ABSENT
    _stretch(random, quality, site.story.blackout, Quality.ABSENT)
    return quality


def _stretch(random: np.random.Generator, quality: Small, length: int, value: Quality) -> None:
    if length:
        start = int(random.integers(1, len(quality) - QUIET))
        quality[start : start + length] = value


def _years_before(day: date, years: int) -> date:
    leap_safe = min(day.day, 28) if day.month == 2 else day.day  # noqa: PLR2004
    return date(day.year - years, day.month, leap_safe)
