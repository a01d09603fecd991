"""Recognise sites whose heating is switched off each summer, from the days before the works.

Between two dates of the year they burn their baseload only, however cold it is: the degree days of
these days are counted as zero. This is a regression with an on/off variable (Bonneville Power
Administration, Regression for M&V: Reference Guide, 2012, §4.4.1), whose two dates are those of the
least squared error, and which is kept where it lowers the Bayesian information criterion (Schwarz,
Annals of Statistics, 1978), as OpenDSM's daily method chooses whether to model summer apart.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import log

import numpy as np

from data.analysis.signatures.rules.fit import LIMITS, TINY, fits, weeks_of
from data.analysis.signatures.types import Fit, Past, Reason
from data.money.retrofits.types import HeatingStop

USUAL = HeatingStop(76, 213)  # 16 May to 30 September: where the search starts
FIRSTS = (31, 122)  # 1 April to 1 July
LASTS = (153, 259)  # 1 August to 15 November
SEARCH = ((7, 14), (1, 7))  # days between the dates tried, and how many each way
DATES = 2  # parameters
_UNKNOWN = {Reason.FEW_WEEKS, Reason.NO_TEMPERATURE, Reason.NO_SPREAD}


def stop_heating(past: Past, stop: HeatingStop | None) -> Past:
    """Return `past` with the days of `stop` as mild as any base, so that none counts as cold."""
    if stop is None:
        return past
    days = np.datetime64(past.first, "D") + np.arange(len(past.energy))
    marches = days.astype("datetime64[Y]").astype("datetime64[M]") + 2
    since_march = (days - marches.astype("datetime64[D]")).astype(np.int64)
    is_stopped = (since_march >= stop.first) & (since_march <= stop.last)
    mild = np.where(is_stopped, np.maximum(past.temperature, LIMITS[1]), past.temperature)
    return replace(past, temperature=mild)


def find_stop(before: Past, fit: Fit) -> HeatingStop | None:
    """Return the yearly stop that the days before show, None without any.

    `fit` is their signature without a stop.
    """
    if fit.reason in _UNKNOWN:
        return None
    stop = USUAL
    for step, reach in SEARCH:
        base = _fit(before, stop).base
        moves = range(-reach * step, reach * step + 1, step)
        firsts = [stop.first + move for move in moves if _within(stop.first + move, FIRSTS)]
        stop = _best(before, [replace(stop, first=first) for first in firsts], base)
        lasts = [stop.last + move for move in moves if _within(stop.last + move, LASTS)]
        stop = _best(before, [replace(stop, last=last) for last in lasts], base)
    return stop if _evidence(fit, _fit(before, stop)) > 0 else None


def may_stop(before: Past, fit: Fit) -> bool:
    """Return whether the days before leave open that heating stops at the usual dates."""
    return _evidence(fit, _fit(before, USUAL)) > -2 * _penalty(fit)


def _fit(before: Past, stop: HeatingStop) -> Fit:
    return fits(weeks_of([stop_heating(before, stop)]))[0]


def _within(day: int, limits: tuple[int, int]) -> bool:
    return limits[0] <= day <= limits[1]


def _best(before: Past, stops: Sequence[HeatingStop], base: float) -> HeatingStop:
    """Return which of `stops` explains the days best."""
    tried = fits(weeks_of([stop_heating(before, stop) for stop in stops]), base)
    return max(zip(stops, tried, strict=True), key=lambda pair: pair[1].r2)[0]


def _evidence(without: Fit, stopped: Fit) -> float:
    """Return by how much a stop lowers the Bayesian information criterion."""
    errors = max(1 - without.r2, TINY), max(1 - stopped.r2, TINY)
    return without.weeks * log(errors[0] / errors[1]) - _penalty(without)


def _penalty(fit: Fit) -> float:
    return DATES * log(max(fit.weeks, 1))
