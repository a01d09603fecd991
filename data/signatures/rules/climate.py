"""Two years made equal in climate: the same days on both sides, and the ratio that corrects one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.consumption.rules.calendar import shifts
from data.consumption.types import Step
from data.signatures.rules.correcting import correct_many
from data.signatures.types import Fit, Reason
from data.weather.types import Floats

DAY = timedelta(days=1)
ENOUGH = 0.9  # of the days compared: with fewer temperatures known, nothing is told of them


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Days from ordinal `base`: Wh and °C, NaN where nothing is known."""

    base: int
    energy: Floats
    temperature: Floats


def ratios(
    days: Known, spans: Sequence[tuple[date, date]], fit: Fit, step: Step
) -> list[tuple[float | None, Reason | None]]:
    """Of each of *spans*, its energy in the climate of the year before, over its energy.

    The days are those that have an energy in both years, and faced as bars by *step* are. Neither
    a ratio nor a reason where none is.
    """
    faced = _faced(days, fit, step)
    ends = [[_place(days, span[0]), _place(days, span[1] + DAY)] for span in spans]
    at = np.array(ends, dtype=np.int64).reshape(-1, 2)
    sums = faced[:, np.maximum(at[:, 1], at[:, 0])] - faced[:, at[:, 0]]
    shared, known, energy, reference, real = sums
    lost = (known < ENOUGH * shared) | (known == 0)
    blind = np.where(lost, np.nan, reference)
    found, reasons = correct_many(energy, known, [fit] * len(spans), blind, real)
    return [
        (None, None) if not count else (one / wh if reason is None and wh > 0 else None, reason)
        for one, wh, count, reason in zip(
            found.tolist(), energy.tolist(), shared.tolist(), reasons, strict=True
        )
    ]


def _place(days: Known, day: date) -> int:
    return min(max(day.toordinal() - days.base, 0), len(days.energy))


def _faced(days: Known, fit: Fit, step: Step) -> Floats:
    """Running sums by day: days compared; those of known temperatures; their Wh, degree days.

    The latter are of the year before, then of now.
    """
    size = len(days.energy)
    then = np.full((2, size), np.nan)
    now = np.stack([days.energy, days.temperature])
    first = date.fromordinal(days.base)
    for start, last, shift in shifts(first, first + (size - 1) * DAY, 1, step) if size else ():
        low, high = max(start.toordinal() - days.base, shift), last.toordinal() - days.base + 1
        if low < high:
            then[:, low:high] = now[:, low - shift : high - shift]
    both = ~np.isnan(now[0] + then[0])
    told = both & ~np.isnan(now[1] + then[1])
    columns = (both, told, days.energy, fit.cold(then[1]), fit.cold(now[1]))
    found = np.zeros((5, size + 1))
    for row, column in enumerate(columns):
        np.cumsum(column if row <= 1 else np.where(told, column, 0.0), out=found[row, 1:])
    return found
