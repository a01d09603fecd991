"""Rank the sites worth a visit: yearly excess and probable reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.analysis.signatures.rules.days import cut, off_of
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.rules.seasons import heats_from
from data.analysis.signatures.types import Cause, Fit, Flags, Past, Visit
from data.metering.weather.types import Floats

DAY = timedelta(days=1)
WEEK = 7
LATELY = 56  # days judged: eight weeks
YEAR = 365
CERTAIN = 3.0  # standard errors: below, the gap may be chance
WEEKLY = 1.6  # factor for the correlation of errors of successive days
SMALL = 0.05  # share of what was expected: below, no visit is worthwhile
MILD_DAY = 2.0  # degree days: below, no heating is needed
MOSTLY = 0.6  # share of the excess on mild days that makes it out of season
ALIKE = (0.9, 1.2)  # ratio to colder days: an equal excess on both is a base load
SPRING_AND_SUMMER, AUTUMN = range(4, 9), range(9, 12)
SILENT = 14  # days of zero in a row: a shorter absence is a holiday
QUIET = 0.2  # share of a usual day that the same days must have burnt a year before


def visits(pasts: Sequence[Past], untils: Sequence[date]) -> list[Visit | None]:
    """Return each site's excess in its last weeks before `until`, compared to its reference year.

    None if it may be chance, or without a reliable signature.
    """
    if not pasts:
        return []
    turns = [until - LATELY * DAY for until in untils]
    references = [
        cut(past, turn - YEAR * DAY, turn - DAY) for past, turn in zip(pasts, turns, strict=True)
    ]
    return [
        silent(past, until) or (None if fit.reason else _visit(past, year, until, fit))
        for past, year, until, fit in zip(
            pasts, references, untils, fits(weeks_of(references)), strict=True
        )
    ]


def silent(past: Past, until: date) -> Visit | None:
    """Return a site whose last days are all zero, unlike the same days a year before."""
    year = cut(past, until - (YEAR + LATELY) * DAY, until)
    known_places = np.flatnonzero(~np.isnan(year.energy))
    burnt = np.flatnonzero(year.energy > 0)
    if not len(burnt):
        return None
    since = year.first + (int(burnt[-1]) + 1) * DAY
    zeros = int((known_places > burnt[-1]).sum())
    then = cut(past, since - YEAR * DAY, until - YEAR * DAY).energy
    before = float(np.nansum(then))
    usual = float(np.nanmean(year.energy[: burnt[-1] + 1])) * zeros
    if zeros < SILENT or before < QUIET * usual:
        return None
    return Visit(before, 1.0, Cause.ZERO, since)


def _visit(past: Past, year: Past, until: date, fit: Fit) -> Visit | None:
    recent_days = cut(past, until - (LATELY - 1) * DAY, until)
    off, off_then = off_of(recent_days), off_of(year)
    likely, usual = (
        fit.expected(days.temperature, kind)
        for days, kind in ((recent_days, off), (year, off_then))
    )
    gaps, errors = recent_days.energy - likely, year.energy - usual
    is_known, settled = ~np.isnan(gaps), errors[~np.isnan(errors)]
    if is_known.sum() < LATELY // 2:
        return None
    excess, expected_wh = float(gaps[is_known].sum()), float(likely[is_known].sum())
    habit = _habit(errors, int(is_known.sum()))
    excess -= habit
    chance = float(settled.std()) * float(is_known.sum()) ** 0.5 * WEEKLY
    if expected_wh <= 0 or excess < CERTAIN * chance or excess < SMALL * expected_wh:
        return None
    cold, days = fit.cold(recent_days.temperature)[is_known], recent_days.energy[is_known]
    above = gaps[is_known] - likely[is_known] * habit / expected_wh
    gap = _Gap(above, likely[is_known], cold, off[is_known], days)
    cause = _out_of_season(gap, year, fit, until) or _cause(gap)
    amount = excess / int(is_known.sum()) * YEAR
    if cause is Cause.HEATING:
        amount = (
            excess / expected_wh * float(np.nansum(usual)) * YEAR / int((~np.isnan(usual)).sum())
        )
    elif cause in {Cause.NOT_STOPPED, Cause.EARLY}:
        amount = excess
    return Visit(amount, excess / expected_wh, cause, recent_days.first)


def _habit(errors: Floats, days: int) -> float:
    """Return the excess of the same weeks a year before over the signature: a seasonal habit.

    `errors` are of the reference year, which ends before the judged weeks begin.
    """
    then = errors[:LATELY]
    known_errors = then[~np.isnan(then)]
    return max(0.0, float(known_errors.mean())) * days if len(known_errors) >= LATELY // 2 else 0.0


@dataclass(frozen=True, slots=True)
class _Gap:
    """Known recent days: Wh above expected, expected Wh, degree days, out of use, Wh."""

    above: Floats
    likely: Floats
    cold: Floats
    off: Flags
    energy: Floats


def _out_of_season(gap: _Gap, year: Past, fit: Fit, until: date) -> Cause | None:
    """Return whether most of the excess is on mild days, as if they were heated."""
    mild = gap.cold < MILD_DAY
    if mild.sum() < LATELY // 4 or gap.above[mild].sum() < MOSTLY * gap.above.sum():
        return None
    others = gap.above[~mild]
    if (
        len(others) >= WEEK
        and ALIKE[0] * others.mean() < gap.above[mild].mean() < ALIKE[1] * others.mean()
    ):
        return None
    if float(gap.energy[mild].mean()) < heats_from(year.energy, fit):
        return None
    if until.month in SPRING_AND_SUMMER:
        return Cause.NOT_STOPPED
    return Cause.EARLY if until.month in AUTUMN else None


def _cause(gap: _Gap) -> Cause:
    """Return the best-fitting cause: constant, proportional to cold, or on days out of use.

    Days are weighted by the inverse of what was expected of them.
    """
    weight = 1 / np.maximum(gap.likely, 1.0)
    shapes = {
        Cause.BASELOAD: weight,
        Cause.HEATING: np.ones(len(gap.above)),
        Cause.OUT_OF_USE: np.where(gap.off, 1.0, 0.0),
    }
    return min(shapes, key=lambda cause: _left_by(shapes[cause], gap.above * weight))


def _left_by(shape: Floats, above: Floats) -> float:
    """Return the squared error left after the best multiple of `shape`."""
    power = float((shape * shape).sum())
    size = float((shape * above).sum()) / power if power > 0 else 0.0
    return float(((above - size * shape) ** 2).sum())
