"""Generate the published periods of a site, cut at each reading and change."""

from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from data.metering.pces.types import EventKind, Frequency
from data.metering.simulation.rules.calendar import Calendar
from data.metering.simulation.rules.gas import SimulatedDays
from jobs.demo.sites import DemoSite

Ints = npt.NDArray[np.int64]
# First day, last day, energy in Wh, volume in dm³, index before and after, coefficient in 1/10 000,
# and the index in the calendar of its publication day.
Period: TypeAlias = tuple[str, str, int, int, int, int, int | None, int]
PUBLISHED_AFTER = 3  # days between the end of a period and its publication
LARGE_AFTER = 9
CUTTING = {EventKind.SUPPLIER, EventKind.METER, EventKind.TARIFF, EventKind.FREQUENCY}
HALF_YEAR = 6  # months


def periods(
    site: DemoSite, days: SimulatedDays, calendar: Calendar, first: date, today: date
) -> list[Period]:
    """Return the periods that begin on or after `first` and are published by `today`."""
    if site.frequency is Frequency.DAILY:
        return []  # its daily data are what is published
    cuts = _cuts(site, calendar, first, today)
    if len(cuts) < 2:  # noqa: PLR2004 (a period has two ends)
        return []
    begins, ends = cuts[:-1], cuts[1:]
    energy, volume = (
        np.add.reduceat(series[: cuts[-1]], begins) for series in (days.energy_kwh, days.volume_m3)
    )
    mean = np.rint(energy * 100 / np.maximum(volume, 1)).astype(np.int64) * 100
    return list(
        zip(
            [calendar.iso[place] for place in begins.tolist()],
            [calendar.iso[place - 1] for place in ends.tolist()],
            (energy * 1000).tolist(),
            (volume * 1000).tolist(),
            (days.index_start[begins] * 1000).tolist(),
            (days.index_end[ends - 1] * 1000).tolist(),
            [value or None for value in np.where(volume > 0, mean, 0).tolist()],
            (ends - 1 + _delay(site)).tolist(),
            strict=True,
        )
    )


def _cuts(site: DemoSite, calendar: Calendar, first: date, today: date) -> Ints:
    """Return the calendar indexes where a period begins, and the end of the last one."""
    published_until = today - timedelta(days=_delay(site))
    last = min(
        published_until, site.ended_on or published_until, site.story.until or published_until
    ) + timedelta(days=1)
    begin = calendar.position(max(first, site.commissioned_on))
    end = calendar.position(last)
    marks = _read_on(site, calendar)
    changes = [calendar.position(event.day) for event in site.events if event.kind in CUTTING]
    if site.ended_on:
        changes.append(calendar.position(site.ended_on) + 1)
    if site.commissioned_on >= first:
        changes.append(begin)
    every = np.unique(np.concatenate((np.flatnonzero(marks), np.array(changes, dtype=np.int64))))
    return every[(every >= begin) & (every <= end) & (every < len(calendar.ordinals))]


def _delay(site: DemoSite) -> int:
    return LARGE_AFTER if site.frequency is Frequency.MONTHLY_LARGE else PUBLISHED_AFTER


def _read_on(site: DemoSite, calendar: Calendar) -> npt.NDArray[np.bool_]:
    """Return the days at whose 06:00 the meter is read; a 1M month is published in two parts."""
    offset = site.seed % HALF_YEAR
    half_yearly = (calendar.month % HALF_YEAR == offset) & (calendar.day == 3 + site.seed % 20)
    monthly = (calendar.day == 1) | (calendar.day == 3)  # noqa: PLR2004
    marks = {
        Frequency.MONTHLY_LARGE: calendar.day == 1,
        Frequency.MONTHLY: monthly,
        Frequency.HALF_YEARLY: half_yearly,
    }[site.frequency]
    if site.story.daily_from:
        early = calendar.ordinals < site.story.daily_from.toordinal()
        marks = np.where(early, half_yearly, marks)
    return np.asarray(marks, dtype=np.bool_)
