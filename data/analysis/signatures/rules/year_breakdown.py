"""Break down a yearly change: climate, calendar, missing and estimated days, the rest."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from data.analysis.signatures.rules.days import cut, filled, off_of
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.rules.weather_correction import corrected
from data.analysis.signatures.types import Fit, Flags, Ints, Past, Reason, Split
from data.metering.consumption.types import Face
from data.metering.weather.types import Floats

Parts = tuple[float | None, float | None, float, float]
DAY = timedelta(days=1)
YEAR = 365


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Days of a year and of the one before, matched by date.

    `told_now` and `told_then` are the Wh of every known value, measured or not.
    """

    now: Past
    then: Past
    told_now: Floats
    told_then: Floats
    at_now: Ints
    at_then: Ints


def reference_fit(past: Past, last: date) -> Fit:
    """Return the signature of the year that ends on `last`."""
    return fits(weeks_of([cut(past, last - YEAR * DAY, last)]))[0]


def split(
    past: Past, first: date, last: date, fit: Fit | None = None, *, told: Floats | None = None
) -> Split:
    """Break down the gap between `first`…`last` and the same dates a year before.

    Climate: what the year before would have burnt more in this year's weather. Calendar: days of
    use that became days out of use, and 29 February. Missing days: what they would probably have
    burnt. Estimated days: their values minus what was expected. The rest is due to the site. `fit`
    is the signature of the year before, if already computed; `told` is the Wh of each day of `past`
    with a value.
    """
    pairs = _paired(past, past.energy if told is None else told, first, last)
    fit = fit or reference_fit(past, pairs.then.first + (len(pairs.then.energy) - 1) * DAY)
    warm = filled(pairs.now.temperature), filled(pairs.then.temperature)
    reason = fit.reason
    if reason is None and (warm[0] is None or warm[1] is None):
        reason = Reason.NO_TEMPERATURE
    if reason is not None or warm[0] is None or warm[1] is None:
        return _known_days(pairs, _unequal(pairs), reason, fit)
    return _known_days(pairs, _parts(pairs, fit, warm[0], warm[1]), None, fit)


def _paired(past: Past, energy_with_estimates: Floats, first: date, last: date) -> _Pairs:
    then_first, then_last = _back(first), _back(last)
    now, then = cut(past, first, last), cut(past, then_first, then_last)
    every = replace(past, energy=energy_with_estimates)
    all_now, all_then = cut(every, first, last).energy, cut(every, then_first, then_last).energy
    here, then_places = [], []
    for n in range(len(now.energy)):
        day = first + n * DAY
        if (day.month, day.day) != (2, 29):
            here.append(n)
            then_places.append((day.replace(year=day.year - 1) - then_first).days)
    at_now, at_then = np.array(here, dtype=np.int64), np.array(then_places, dtype=np.int64)
    return _Pairs(now, then, all_now, all_then, at_now, at_then)


def _back(day: date) -> date:
    """Return the same date a year before; 28 February for the 29th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _parts(pairs: _Pairs, fit: Fit, warm: Floats, before: Floats) -> Parts:
    """Return the climate, calendar, missing and estimated parts, in Wh."""
    off_now, off_then = off_of(pairs.now), off_of(pairs.then)
    use_now, use_then = fit.uses(off_now), fit.uses(off_then)
    likely_now, likely_then = fit.expected(warm, off_now), fit.expected(before, off_then)
    energy_then = np.where(np.isnan(pairs.then.energy), likely_then, pairs.then.energy)
    i, j = pairs.at_now, pairs.at_then
    share = use_then[j]
    cold_now, cold_then = fit.cold(warm)[i], fit.cold(before)[j]
    sums = (energy_then[j], fit.baseload_wh * share, share * cold_now, share * cold_then)
    arrays = [np.array([values.sum()]) for values in sums]
    moved = float(corrected(*arrays)[0] - arrays[0][0])
    climate = 0.0 if np.isnan(moved) else moved
    day_of_use = fit.baseload_wh + fit.slope_wh * cold_now
    calendar = float((day_of_use * (use_now[i] - share)).sum())
    calendar += float(_unmatched_days(likely_now, i).sum() - _unmatched_days(energy_then, j).sum())
    likely_now = _level(pairs.now.energy, likely_now) * likely_now
    gone_now, gone_then = np.isnan(pairs.told_now), np.isnan(pairs.told_then)
    missing = float(likely_then[gone_then].sum() - likely_now[gone_now].sum())
    said_now, said_then = _estimated(pairs.now, gone_now), _estimated(pairs.then, gone_then)
    estimated = float((pairs.told_now - likely_now)[said_now].sum())
    estimated -= float((pairs.told_then - likely_then)[said_then].sum())
    return climate, calendar, missing, estimated


def _estimated(past: Past, gone: Flags) -> Flags:
    """Return the days with an estimated value; `gone` are those without any."""
    return np.isnan(past.energy) & ~gone


def _unmatched_days(values: Floats, taken: Ints) -> Floats:
    """Return the values without a matching day: 29 February."""
    return np.delete(values, taken)


def _level(energy: Floats, likely: Floats) -> float:
    """Return the ratio of this year's energy to the expected one, on its known days."""
    is_known = ~np.isnan(energy)
    expected_wh = float(likely[is_known].sum())
    return float(energy[is_known].sum()) / expected_wh if expected_wh > 0 else 1.0


def _unequal(pairs: _Pairs) -> Parts:
    """Return the parts known without a signature: unmatched known days, and estimated days."""
    here, energy_then = pairs.told_now[pairs.at_now], pairs.told_then[pairs.at_then]
    both = ~np.isnan(here) & ~np.isnan(energy_then)
    sure = ~np.isnan(pairs.now.energy[pairs.at_now]) & ~np.isnan(pairs.then.energy[pairs.at_then])
    estimated = float((here - energy_then)[both & ~sure].sum())
    alone = float(np.nansum(pairs.told_now) - here[both].sum())
    alone -= float(np.nansum(pairs.told_then) - energy_then[both].sum())
    return None, None, alone, estimated


def _known_days(pairs: _Pairs, parts: Parts, reason: Reason | None, fit: Fit) -> Split:
    before, after = (
        round(float(np.nansum(energy))) for energy in (pairs.told_then, pairs.told_now)
    )
    climate, calendar, missing, estimated = (round(part or 0.0) for part in parts)
    gone_now, gone_then = np.isnan(pairs.told_now), np.isnan(pairs.told_then)
    return Split(
        first=pairs.now.first,
        last=pairs.now.first + (len(pairs.now.energy) - 1) * DAY,
        before_wh=before,
        after_wh=after,
        climate_wh=climate,
        calendar_wh=calendar,
        missing_wh=missing,
        estimated_wh=estimated,
        rest_wh=after - before - climate - calendar - missing - estimated,
        missing_before=int(gone_then.sum()),
        missing_after=int(gone_now.sum()),
        estimated_before=int(_estimated(pairs.then, gone_then).sum()),
        estimated_after=int(_estimated(pairs.now, gone_now).sum()),
        reason=reason,
        fit=fit,
    )


def follow_comparison(parts: Split, face: Face, equal: Face | None) -> Split:
    """Return `parts` with the gap that the fleet shows, so that they still sum to the gap.

    `face` compares the days known in both years: those that it leaves out are the missing ones.
    `equal` corrects it for weather, where the signature is reliable: what remains is the drift, and
    climate is what the correction removes.
    """
    climate_wh = face.gap_wh - equal.gap_wh if equal else parts.climate_wh
    beside_wh = climate_wh + parts.calendar_wh + parts.estimated_wh
    return replace(
        parts,
        climate_wh=climate_wh,
        missing_wh=parts.difference_wh - face.gap_wh,
        rest_wh=face.gap_wh - beside_wh,
        reason=None if equal else parts.reason,
        drift_wh=equal.gap_wh if equal else None,
    )
