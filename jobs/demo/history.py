"""Generate the distributor's daily statements of a site so far, gaps included."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from data.metering.consumption.types import Quality, Status
from data.metering.pces.types import Frequency
from data.metering.simulation.rules.calendar import Calendar
from jobs.demo.sites import DemoSite

Small = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
SETTLED_ON = 6  # day of the month from which the previous month is definitive
LARGE_ON = 12  # day of the month from which the previous month of an MM site is available
QUIET = 30  # days before the end without random gaps: corrections happen there
CORRECTED_AFTER = (3, 13)  # days between a first statement and its correction
RESTATED, RUN = 3, 5  # number and length of the runs of days that a corrected site states twice
RECENT = 150  # days before the end in which these runs lie
# number of days first stated as absent, and days before the end in which they lie
LATE, LATELY = 3, 45


@dataclass(frozen=True, slots=True)
class History:
    """Entries [begin, end) of the calendar, one per gas day.

    `published_at`, `received_at` and `as_of` are indexes in the calendar too: the day of the first
    statement, the day the value was first received, and the date of the statement in force.
    """

    begin: int
    end: int
    quality: Small
    status: Small
    published_at: Ints
    received_at: Ints
    as_of: Ints

    @property
    def restated(self) -> Ints:
        """Return the indexes of restated days: first absent, or too high where now CORRECTED."""
        return np.flatnonzero(self.received_at > self.published_at)

    @property
    def absent(self) -> Flags:
        return np.asarray(self.quality == Quality.ABSENT, dtype=np.bool_)

    @property
    def start_unknown(self) -> Flags:
        """Return whether each day's start index is unknown: absent days, and the day after."""
        absent = self.absent
        return np.asarray(absent | np.concatenate(([False], absent[:-1])), dtype=np.bool_)


def first_daily(site: DemoSite, today: date, years: int) -> date:
    """Return the first day with daily data."""
    story = site.story
    leap_safe = min(today.day, 28) if today.month == 2 else today.day  # noqa: PLR2004
    first = date(today.year - years, today.month, leap_safe)
    if story.history_from:
        first = min(first, story.history_from)
    return max(first, site.commissioned_on, story.daily_from or first)


def last_daily(site: DemoSite, today: date) -> date:
    """Return the last day stated by the distributor."""
    last = today - timedelta(days=site.story.lag)
    if site.frequency is Frequency.MONTHLY_LARGE:
        month = today.replace(day=1) - timedelta(days=1)
        last = month if today.day >= LARGE_ON else month.replace(day=1) - timedelta(days=1)
    return min(last, site.ended_on or last, site.story.until or last)


def history(
    seed: int, site: DemoSite, calendar: Calendar, today: date, years: int
) -> History | None:
    """Return the daily statements of `site` as of `today`; None without any."""
    if site.frequency is Frequency.HALF_YEARLY or site.story.never:
        return None
    begin = calendar.position(first_daily(site, today, years))
    end = calendar.position(last_daily(site, today)) + 1
    if end <= begin:
        return None
    quality = _qualities(seed, site, end - begin)
    for stretch in site.story.stretches:
        first, last = (calendar.position(day) - begin for day in (stretch.first, stretch.last))
        quality[max(0, first) : max(0, last + 1)] = stretch.quality
    large = site.frequency is Frequency.MONTHLY_LARGE
    settled = calendar.next_month[begin:end] + (LARGE_ON if large else SETTLED_ON) - 1
    published_at = settled if large else np.arange(begin, end) + site.story.lag
    random = np.random.default_rng([seed, 4, site.seed])
    received_at = _first_statement_times(
        random, quality, published_at, calendar.position(today), is_corrected=site.story.corrected
    )
    definitive = settled <= calendar.position(today)
    status = np.where(definitive, Status.DEFINITIVE, Status.PROVISIONAL).astype(np.int8)
    as_of = np.where(definitive, np.maximum(settled, received_at), received_at)
    return History(begin, end, quality, status, published_at, received_at, as_of)


def _first_statement_times(
    random: np.random.Generator,
    quality: Small,
    published_at: Ints,
    today: int,
    *,
    is_corrected: bool,
) -> Ints:
    """Return when each value was first received; corrections still to come are left out."""
    days = len(published_at)
    on = published_at + random.integers(*CORRECTED_AFTER, days)
    late = np.zeros(days, dtype=np.bool_)
    if is_corrected and days > RECENT:
        for start in random.integers(days - RECENT, days - RUN, RESTATED).tolist():
            run = slice(start, start + RUN)
            quality[run] = np.where(
                quality[run] == Quality.MEASURED, Quality.CORRECTED, quality[run]
            )
            on[run] = on[run].max()  # all at once
        late[random.integers(days - LATELY, days, LATE)] = True
    corrected = quality == Quality.CORRECTED
    quality[corrected & (on > today)] = Quality.MEASURED
    restated = (corrected | (late & (quality == Quality.MEASURED))) & (on <= today)
    return np.where(restated, on, published_at)


def _qualities(seed: int, site: DemoSite, days: int) -> Small:
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
