"""Compute the excess over what a site's signature expects in the actual weather.

The signature is fitted once, on two years that end before the threshold was set, and frozen, so
that a later drift does not change it. The mean of the measured days in a window of whole weeks is
evaluated, so that neither a cold week nor a busy Monday is an excess.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from statistics import median

import numpy as np

from core.i18n import N_
from data.analysis.signatures.rules.days import out_of_use
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.types import Fit, Past
from data.metering.consumption.types import Quality, Status
from data.thresholds.rules.evaluated_days import WHOLE, Day, EvaluatedDay, since
from data.thresholds.types import WINDOWS, ExpectedConsumption, LearnedReference, ThresholdDraft

REFERENCE = timedelta(days=2 * 365 - 1)  # before its last day: two whole winters
LEAST_PERCENT, MOST_PERCENT = 3, 200
LEAST_PROPOSED = 8  # percent: less is within the usual deviation of any site
STRAYS = 3  # multiple of the usual deviation that is not chance
NORMAL = 1.4826  # converts a median absolute deviation to a standard deviation
QUIET = 4  # an excess relates to a quarter of the usual day at least: 15 % of nothing is nothing
_DAY = timedelta(days=1)
UNRELIABLE = N_(
    "{site} : un seuil corrigé du climat ne peut pas être posé, sa signature n’est pas fiable"
    " ({why})."
)


def learn(pasts: Sequence[Past]) -> list[LearnedReference]:
    """Return the signature of each site over its past, to be frozen."""
    if not pasts:
        return []
    return [_learnt(past, fit) for past, fit in zip(pasts, fits(weeks_of(pasts)), strict=True)]


def _learnt(past: Past, fit: Fit) -> LearnedReference:
    known_energy = past.energy[~np.isnan(past.energy)]
    last = past.first + (len(past.energy) - 1) * _DAY
    usual = round(float(known_energy.mean())) if len(known_energy) else 0
    return LearnedReference(past.first, last, fit, usual)


def expected(
    learnt: LearnedReference, temperatures: Mapping[date, int]
) -> ExpectedConsumption | None:
    """Return the consumption that `learnt` expects at `temperatures` (1/100 °C).

    None if unreliable.
    """
    if learnt.reason is not None:
        return None
    days = list(temperatures)
    ordinals = np.array([day.toordinal() for day in days], dtype=np.float64)
    degrees = np.array([temperatures[day] for day in days], dtype=np.float64) / 100
    wh = np.rint(learnt.fit.expected(degrees, out_of_use(ordinals))).astype(np.int64).tolist()
    return ExpectedConsumption(dict(zip(days, wh, strict=True)), learnt.usual_wh)


def limit_of(draft: ThresholdDraft, usual_wh: int, expected_wh: int) -> int:
    """Return the limit of a day, or a mean of days, with `expected_wh` expected."""
    return expected_wh + max(expected_wh, usual_wh // QUIET) * draft.percent // WHOLE


def window_before(day: date) -> date:
    """Return the first day whose reading may matter to `day`."""
    return day - (max(WINDOWS) - 1) * _DAY


def winter_points(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedDay]:
    """Yield the mean of measured days in the window ending on each day, and its limit.

    Days without temperature are neither counted nor evaluated, nor are windows known by less than
    half. Estimates are skipped: they may be based on the weather themselves.
    """
    expectation = draft.expected
    if expectation is None:
        return
    window_days: deque[tuple[date, int, int]] = deque()
    value = likely = 0
    begin = since(days, first - (draft.window - 1) * _DAY)
    for day, wh, quality, status in islice(days, begin, None):
        if day > last:
            return
        likely_wh = expectation.days.get(day)
        if likely_wh is None or quality < Quality.CORRECTED:
            continue
        window_days.append((day, wh, likely_wh))
        value, likely = value + wh, likely + likely_wh
        while (day - window_days[0][0]).days >= draft.window:
            _gone, wh_gone, told_gone = window_days.popleft()
            value, likely = value - wh_gone, likely - told_gone
        if day >= first and len(window_days) * 2 >= draft.window:
            count = len(window_days)
            means = value // count, likely // count
            yield _point(
                draft, expectation.usual_wh, day, *means, provisional=status == Status.PROVISIONAL
            )


def _point(
    draft: ThresholdDraft, usual_wh: int, day: date, mean: int, likely: int, *, provisional: bool
) -> EvaluatedDay:
    limit = limit_of(draft, usual_wh, likely)
    return EvaluatedDay(
        day=day,
        value=mean,
        limit=limit,
        over=mean > limit,
        clear=mean * WHOLE <= limit * (WHOLE - draft.hysteresis),
        at_warning=False,
        below_warning=False,
        needed=draft.consecutive,
        provisional=provisional,
        end=None,
        expected=likely,
    )


def gaps(days: Sequence[Day], draft: ThresholdDraft) -> list[float]:
    """Return the deviation of each window of `days` from its expectation, in percent."""
    if not days or draft.expected is None:
        return []
    least = draft.expected.usual_wh // QUIET  # as for the limit: summers do not measure deviation
    points = winter_points(days, draft, days[0][0], days[-1][0])
    pairs = [(point.value, point.expected or 0) for point in points]
    return [
        (value - likely) * WHOLE / max(likely, least)
        for value, likely in pairs
        if max(likely, least) > 0
    ]


def proposed_percent(strays: Sequence[float]) -> tuple[int, float]:
    """Return the excess worth a notice in percent, and the site's usual (robust) deviation.

    It is three times the deviation, so that neither a drift within the reference nor a bad week
    widens it.
    """
    if not strays:
        return LEAST_PROPOSED, 0.0
    usual = NORMAL * median(map(abs, strays))
    return min(MOST_PERCENT, max(LEAST_PROPOSED, -int(-STRAYS * usual // 1))), usual
