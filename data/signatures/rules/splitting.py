"""Why a year differs from the one before: climate, calendar, missing days, and the rest."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from data.signatures.rules.correcting import corrected
from data.signatures.rules.days import cut, filled, off_of
from data.signatures.rules.fitting import fits, weeks_of
from data.signatures.types import Fit, Past, Reason, Split
from data.weather.types import Floats

Ints = npt.NDArray[np.int64]
DAY = timedelta(days=1)
YEAR = 365


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The days of a year and of the one before, and those that face each other by their date."""

    now: Past
    then: Past
    at_now: Ints
    at_then: Ints


def reference_fit(past: Past, last: date) -> Fit:
    """The signature of the year that ends on *last*."""
    return fits(weeks_of([cut(past, last - YEAR * DAY, last)]))[0]


def split(past: Past, first: date, last: date, fit: Fit | None = None) -> Split:
    """The gap of *first*…*last* with the same dates a year before, on every value known.

    The climate is what the year before would have burnt more in this year's weather; the calendar,
    what follows from days of use that became days out of use, and from 29 February; the missing
    days are what they are likely to have burnt. What is left is the rest: what the site did.
    *fit* is the signature of the year before, where it is at hand.
    """
    pairs = _paired(past, first, last)
    fit = fit or reference_fit(past, pairs.then.first + (len(pairs.then.energy) - 1) * DAY)
    warm = filled(pairs.now.temperature), filled(pairs.then.temperature)
    reason = fit.reason
    if reason is None and (warm[0] is None or warm[1] is None):
        reason = Reason.NO_TEMPERATURE
    if reason is not None or warm[0] is None or warm[1] is None:
        return _told(pairs, _unequal(pairs), reason, fit)
    told = _parts(pairs, fit, warm[0], warm[1])
    return _told(pairs, told, None, fit)


def _paired(past: Past, first: date, last: date) -> _Pairs:
    then_first, then_last = _back(first), _back(last)
    now, then = cut(past, first, last), cut(past, then_first, then_last)
    here, there = [], []
    for n in range(len(now.energy)):
        day = first + n * DAY
        if (day.month, day.day) != (2, 29):
            here.append(n)
            there.append((day.replace(year=day.year - 1) - then_first).days)
    return _Pairs(now, then, np.array(here, dtype=np.int64), np.array(there, dtype=np.int64))


def _back(day: date) -> date:
    """The same date a year before; 28 February for the 29."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _parts(pairs: _Pairs, fit: Fit, warm: Floats, before: Floats) -> tuple[float, float, float]:
    """Climate, calendar and missing days, Wh."""
    off_now, off_then = off_of(pairs.now), off_of(pairs.then)
    use_now, use_then = fit.uses(off_now), fit.uses(off_then)
    likely_now, likely_then = fit.expected(warm, off_now), fit.expected(before, off_then)
    whole = np.where(np.isnan(pairs.then.energy), likely_then, pairs.then.energy)
    i, j = pairs.at_now, pairs.at_then
    share = use_then[j]
    cold_now, cold_then = fit.cold(warm)[i], fit.cold(before)[j]
    sums = (whole[j], fit.baseload_wh * share, share * cold_now, share * cold_then)
    told = [np.array([values.sum()]) for values in sums]
    moved = float(corrected(*told)[0] - told[0][0])
    climate = 0.0 if np.isnan(moved) else moved
    day_of_use = fit.baseload_wh + fit.slope_wh * cold_now
    calendar = float((day_of_use * (use_now[i] - share)).sum())
    calendar += float(_left(likely_now, i).sum() - _left(whole, j).sum())
    missing = float(likely_then[np.isnan(pairs.then.energy)].sum())
    missing -= _level(pairs.now.energy, likely_now) * float(
        likely_now[np.isnan(pairs.now.energy)].sum()
    )
    return climate, calendar, missing


def _left(values: Floats, taken: Ints) -> Floats:
    """The days that face none: 29 February."""
    return np.delete(values, taken)


def _level(energy: Floats, likely: Floats) -> float:
    """How much of what was expected this year burns, on its known days."""
    known = ~np.isnan(energy)
    told = float(likely[known].sum())
    return float(energy[known].sum()) / told if told > 0 else 1.0


def _unequal(pairs: _Pairs) -> tuple[None, None, float]:
    """What days known on one side alone weigh: all that can be said without a signature."""
    known = ~np.isnan(pairs.now.energy), ~np.isnan(pairs.then.energy)
    both = known[0][pairs.at_now] & known[1][pairs.at_then]
    sums = []
    for past, at in ((pairs.now, pairs.at_now), (pairs.then, pairs.at_then)):
        sums.append(float(np.nansum(past.energy)) - float(past.energy[at[both]].sum()))
    return None, None, sums[0] - sums[1]


def _told(
    pairs: _Pairs,
    parts: tuple[float | None, float | None, float],
    reason: Reason | None,
    fit: Fit,
) -> Split:
    before, after = (round(float(np.nansum(past.energy))) for past in (pairs.then, pairs.now))
    climate, calendar, missing = (round(part or 0.0) for part in parts)
    return Split(
        first=pairs.now.first,
        last=pairs.now.first + (len(pairs.now.energy) - 1) * DAY,
        before_wh=before,
        after_wh=after,
        climate_wh=climate,
        calendar_wh=calendar,
        missing_wh=missing,
        rest_wh=after - before - climate - calendar - missing,
        missing_before=int(np.isnan(pairs.then.energy).sum()),
        missing_after=int(np.isnan(pairs.now.energy).sum()),
        reason=reason,
        fit=fit,
    )
