"""Find a site's heating season, baseload and consumption out of use."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.analysis.signatures.rules.days import cut, off_of
from data.analysis.signatures.types import Baseload, Fit, Ints, Past, Season
from data.metering.weather.types import Floats

DAY = timedelta(days=1)
YEAR = 365
RUN = 7  # days of a running mean: a cold morning in August is no season
HEATED = 0.15  # share of the coldest weeks' energy above the baseload: from there on, it heats
SUMMER = (6, 9)  # June to August
LEAST = 20  # days required of a summer, or of a year's days out of use


def seasons(past: Past, fit: Fit) -> list[Season]:
    """Return each heating season, between August and July.

    It begins with the first and ends with the last of seven days that burn more, on average, than
    the baseload plus a share of the coldest weeks. A current season has no end. Heating before
    October that stops for a week (such as a pool until it is emptied) is not part of it.
    """
    means = _means(past.energy)
    limit = _limit(means, fit)
    ordinals = past.first.toordinal() + np.arange(len(means))
    heats = means > limit
    results = []
    last = past.first + (len(past.energy) - 1) * DAY
    for year in range(past.first.year - 1, last.year + 1):
        begins, ends = date(year, 8, 1).toordinal(), date(year + 1, 8, 1).toordinal()
        inside = np.flatnonzero(heats & (ordinals >= begins) & (ordinals < ends))
        if len(inside) < RUN or past.first.toordinal() > begins:
            continue
        over = last >= date(year + 1, 5, 1) or inside[-1] < len(means) - RUN
        end = date.fromordinal(int(ordinals[inside[-1]])) + (RUN - 1) * DAY
        start = date.fromordinal(int(ordinals[_begin(inside, ordinals, date(year, 10, 1))]))
        results.append(Season(start, end if over else None))
    return results


def _begin(inside: Ints, ordinals: Ints, autumn: date) -> int:
    """Return the start of the season: after the last one-week stop that began before `autumn`."""
    early = ordinals[inside[:-1]] < autumn.toordinal()
    stops = np.flatnonzero((np.diff(inside) > RUN) & early)
    return int(inside[stops[-1] + 1] if len(stops) else inside[0])


def heats_from(energy: Floats, fit: Fit) -> float:
    """Return the Wh above which the mean day of a week counts as heated."""
    return _limit(_means(energy), fit)


def _limit(means: Floats, fit: Fit) -> float:
    return fit.baseload_wh + HEATED * (_highest(means) - fit.baseload_wh)


def _means(energy: Floats) -> Floats:
    """Return the mean of the seven days from each day on; NaN with fewer than four known."""
    if len(energy) < RUN:
        return np.full(0, np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(energy, RUN)
    is_known = ~np.isnan(windows)
    sums = np.where(is_known, windows, 0.0).sum(axis=1)
    return np.where(
        is_known.sum(axis=1) > RUN // 2, sums / np.maximum(is_known.sum(axis=1), 1), np.nan
    )


def _highest(means: Floats) -> float:
    known_means = means[~np.isnan(means)]
    return float(np.quantile(known_means, 0.95)) if len(known_means) else 0.0


def baseload(past: Past, cents_a_kwh: float | None = None) -> Baseload | None:
    """Return the median day of the last summer with enough known days; None without any."""
    last = past.first + len(past.energy) * DAY
    for year in range(last.year, past.first.year - 1, -1):
        summer = cut(past, date(year, SUMMER[0], 1), date(year, SUMMER[1], 1) - DAY).energy
        known_days = summer[~np.isnan(summer)]
        if len(known_days) >= LEAST:
            day = float(np.median(known_days))
            cost = None if cents_a_kwh is None else day * YEAR / 1000 * cents_a_kwh / 100
            return Baseload(day, day * YEAR, cost)
    return None


@dataclass(frozen=True, slots=True)
class Idle:
    """Consumption of weekends and public holidays: its share, and its total in Wh.

    `ratio` is a day out of use over a day of use, in the same weather.
    """

    share: float
    ratio: float
    wh: int


def idle(past: Past, fit: Fit, first: date, last: date) -> Idle | None:
    """Compare the days in and out of use from `first` to `last`; None if too few are known."""
    part = cut(past, first, last)
    off = off_of(part)
    is_known = ~np.isnan(part.energy)
    if min((is_known & off).sum(), (is_known & ~off).sum()) < LEAST:
        return None
    burnt = float(part.energy[is_known & off].sum())
    total = float(part.energy[is_known].sum())
    return Idle(burnt / total, fit.out / fit.use, round(burnt)) if total else None
