"""Fit signatures on whole weeks, for one site or a fleet, by the same arithmetic.

Daily energy = baseload + slope × degree days below a base temperature, by least squares. Degree
days are computed by day, then averaged by week, as a week around the base mixes cold and mild days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.analysis.signatures.rules.days import out_of_use
from data.analysis.signatures.types import Fit, Flags, Past, Reason
from data.metering.weather.types import Floats

WEEK = 7
LEAST_WEEKS = 20  # minimum number of complete weeks
LEAST_SPREAD = 8.0  # °C: minimum difference between the mildest and the coldest week
LOOSEST = 0.30  # CVRMSE: above, weeks vary by more than the weather explains
FLATTEST = 0.5  # R²: below, the cold explains less than half of the variation
COARSE = tuple(float(base) for base in range(10, 23))  # bases tried first, °C
FINE = tuple(step / 10 for step in range(-6, 7))  # then, around the best one, in each round
LIMITS = (9.0, 23.0)
ROUNDS = 2
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Weeks:
    """Whole weeks of many sites from `monday`: Wh and °C by site, week and day.

    `off` tells the days out of use; `is_known` tells each site's weeks with all values and
    temperatures, the only ones counted.
    """

    monday: date
    energy: Floats
    temperature: Floats
    off: Flags
    is_known: Flags

    def by_week(self, days: Floats) -> Floats:
        """Return the mean of each week, by site; 0 for weeks that are not counted."""
        return np.where(self.is_known, days.mean(axis=2), 0.0)


def weeks_of(pasts: Sequence[Past]) -> Weeks:
    """Return the weeks, Monday to Sunday, that overlap any of `pasts`."""
    first = min(past.first for past in pasts)
    monday = first - timedelta(days=first.weekday())
    ends = [past.first + timedelta(days=len(past.energy)) for past in pasts]
    count = max(1, -((monday - max(ends)).days // WEEK))
    energy = np.full((len(pasts), count * WEEK), np.nan)
    temperature = np.full((len(pasts), count * WEEK), np.nan)
    for row, past in enumerate(pasts):
        at = (past.first - monday).days
        energy[row, at : at + len(past.energy)] = past.energy
        temperature[row, at : at + len(past.energy)] = past.temperature
    shape = (len(pasts), count, WEEK)
    days, degrees = energy.reshape(shape), temperature.reshape(shape)
    is_known = ~np.isnan(days + degrees).any(axis=2)
    ordinals = monday.toordinal() + np.arange(count * WEEK, dtype=np.float64)
    return Weeks(monday, days, degrees, out_of_use(ordinals).reshape(count, WEEK), is_known)


def fits(weeks: Weeks, base: float | Floats | None = None) -> list[Fit]:
    """Return the signature of each site; without `base` (of all, or of each), the best-fitting one.

    The first round treats all days alike; then the factor of days out of use and the response to
    cold are estimated in turn.
    """
    sites = len(weeks.is_known)
    out = np.ones(sites)
    steps: Sequence[float] = FINE if base is None else (0.0,)
    first = COARSE if base is None else (base,)
    best = _best(weeks, [np.full(sites, tried) for tried in first], out)
    for _round in range(ROUNDS):
        around = best[0]
        best = _best(weeks, [np.clip(np.round(around + step, 1), *LIMITS) for step in steps], out)
        out = _out(weeks, best)
    best = _best(weeks, [best[0]], out)
    return _known_values(weeks, best, out, free=3 if base is None else 2)


def _best(weeks: Weeks, bases: Sequence[Floats], out: Floats) -> Floats:
    """Return the best fit of each site among `bases`."""
    best = _tried(weeks, bases[0], out)
    for base in bases[1:]:
        other = _tried(weeks, base, out)
        best = np.where(other[3] < best[3], other, best)
    return best


def _tried(weeks: Weeks, base: Floats, out: Floats) -> Floats:
    """Return base, baseload, slope (of a day of use) and squared error of each site."""
    use = _use(weeks, out)
    cold = np.maximum(0.0, base[:, None, None] - weeks.temperature)
    x, u, y = (weeks.by_week(days) for days in (cold * use, use, weeks.energy))
    uu, ux, uy = (u * u).sum(axis=1), (u * x).sum(axis=1), (u * y).sum(axis=1)
    xx, xy = (x * x).sum(axis=1), (x * y).sum(axis=1)
    spread = xx - ux * ux / np.maximum(uu, TINY)
    slope = np.where(
        spread > TINY, (xy - ux * uy / np.maximum(uu, TINY)) / np.maximum(spread, TINY), 0
    )
    baseload = (uy - slope * ux) / np.maximum(uu, TINY)
    slope = np.where(baseload < 0, xy / np.maximum(xx, TINY), slope)
    baseload = np.maximum(baseload, 0.0)
    error = y - baseload[:, None] * u - slope[:, None] * x
    return np.stack([base, baseload, slope, (error**2).sum(axis=1)])


def _use(weeks: Weeks, out: Floats) -> Floats:
    """Return 1 for a day of use, and the site's `out` factor for other days."""
    return np.where(weeks.off[None], out[:, None, None], 1.0)


def _out(weeks: Weeks, best: Floats) -> Floats:
    """Return the energy of a day out of use over a day of use in the same weather; 1 if unknown."""
    base, baseload, slope, _error = (values[:, None, None] for values in best)
    likely = baseload + slope * np.maximum(0.0, base - weeks.temperature)
    counted = np.broadcast_to(weeks.is_known[:, :, None], likely.shape)
    sums = []
    for kind in (weeks.off, ~weeks.off):
        days = counted & kind[None]
        burnt, expected_wh = (
            np.where(days, values, 0.0).sum(axis=(1, 2)) for values in (weeks.energy, likely)
        )
        sums.append(
            np.where(expected_wh > 0, burnt / np.where(expected_wh > 0, expected_wh, 1.0), 0.0)
        )
    return np.where(
        (sums[0] > 0) & (sums[1] > 0), sums[0] / np.where(sums[1] > 0, sums[1], 1.0), 1.0
    )


def _known_values(weeks: Weeks, best: Floats, out: Floats, *, free: int) -> list[Fit]:
    count = weeks.is_known.sum(axis=1)
    n = np.maximum(count, 1)
    energy, degrees = weeks.by_week(weeks.energy), weeks.temperature.mean(axis=2)
    mean = energy.sum(axis=1) / n
    total = (np.where(weeks.is_known, energy - mean[:, None], 0.0) ** 2).sum(axis=1)
    ends = [np.where(weeks.is_known, degrees, fill) for fill in (-99.0, 99.0)]
    spread = ends[0].max(axis=1) - ends[1].min(axis=1)
    usual = weeks.by_week(_use(weeks, out)).sum(axis=1) / n
    burnt = (~np.isnan(weeks.energy).any(axis=2)).sum(axis=1)
    results = []
    for site, (base, baseload, slope, error) in enumerate(best.T.tolist()):
        number, average, use = int(count[site]), float(mean[site]), float(usual[site]) or 1.0
        r2 = 1 - error / float(total[site]) if total[site] > 0 else 0.0
        loose = float((error / max(number - free, 1)) ** 0.5 / average) if average > 0 else 9.0
        reason = _reason(number, float(spread[site]), slope, r2, loose)
        if reason is Reason.FEW_WEEKS and burnt[site] >= LEAST_WEEKS:
            reason = Reason.NO_TEMPERATURE
        day = baseload * use, slope * use, 1 / use, float(out[site]) / use
        results.append(Fit(base, *day, number, r2, loose, reason))
    return results


def _reason(weeks: int, spread: float, slope: float, r2: float, cvrmse: float) -> Reason | None:
    if weeks < LEAST_WEEKS:
        return Reason.FEW_WEEKS
    if spread < LEAST_SPREAD:
        return Reason.NO_SPREAD
    if slope <= 0 or r2 < FLATTEST:
        return Reason.NOT_HEATING
    return Reason.LOOSE if cvrmse > LOOSEST else None
