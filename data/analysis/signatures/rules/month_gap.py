"""Explain a month against the same days a year before: weather, open days, and the rest."""

from datetime import date

import numpy as np

from data.analysis.signatures.rules.climate import KnownDays
from data.analysis.signatures.rules.open_days import open_days
from data.analysis.signatures.types import Flags, Ints, MonthGap
from data.metering.consumption.rules.calendar import same_day
from data.metering.weather.types import Floats


def explain_gap(days: KnownDays, first: date, last: date, ratio: float | None) -> MonthGap | None:
    """Return the gap over the days with a value in both years; None without any.

    `ratio` is the energy of these days in the climate of the year before, over their energy: what
    it takes away is the weather. An open day more or less counts as the usual difference between
    the open days and the others, in both years, where the site's readings tell them apart.
    """
    now, before = _faced(days, first, last)
    if not len(now):
        return None
    energies = days.energy[now], days.energy[before]
    this_wh, before_wh = (round(float(energy.sum())) for energy in energies)
    is_open = open_days(days, last, now), open_days(days, last, before)
    counts, each = None, 0.0
    if is_open[0] is not None and is_open[1] is not None:
        counts = int(is_open[0].sum()), int(is_open[1].sum())
        each = _usual_difference(energies[0], is_open[0]) / 2
        each += _usual_difference(energies[1], is_open[1]) / 2
    return MonthGap(
        this_wh,
        before_wh,
        None if ratio is None else round(this_wh * (1 - ratio)),
        round((counts[0] - counts[1]) * each) if counts else 0,
        counts,
        (_mean(days.temperature[now]), _mean(days.temperature[before])),
    )


def _faced(days: KnownDays, first: date, last: date) -> tuple[Ints, Ints]:
    """Return the places of the days with an energy in both years, then of their counterparts."""
    pairs = [
        (ordinal - days.base, then.toordinal() - days.base)
        for ordinal in range(first.toordinal(), last.toordinal() + 1)
        if (then := same_day(date.fromordinal(ordinal), 1)) is not None
    ]
    size = len(days.energy)
    faced_pairs = [
        (now, then)
        for now, then in pairs
        if then >= 0 and now < size and not np.isnan(days.energy[now] + days.energy[then])
    ]
    places = np.array(faced_pairs, dtype=np.int64).reshape(-1, 2)
    return places[:, 0], places[:, 1]


def _usual_difference(energy: Floats, is_open: Flags) -> float:
    """Return the mean of an open day less that of another; 0 without both kinds."""
    if is_open.all() or not is_open.any():
        return 0.0
    return float(energy[is_open].mean() - energy[~is_open].mean())


def _mean(temperatures: Floats) -> float | None:
    values = temperatures[~np.isnan(temperatures)]
    return float(values.mean()) if len(values) else None
