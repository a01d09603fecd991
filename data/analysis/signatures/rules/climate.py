"""Compare two years in the same climate: same days, and the correction ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.analysis.signatures.rules.weather_correction import correct_many
from data.analysis.signatures.types import Fit, Reason
from data.metering.consumption.rules.calendar import comparison_shifts
from data.metering.consumption.types import SeriesStep
from data.metering.weather.types import Floats

DAY = timedelta(days=1)
ENOUGH = 0.9  # share of the compared days whose temperatures must be known
FARTHEST = 0.25  # correction of a month
STEADY = 0.4  # base load over a mean day: from there, weather is not what a mild month differs by


@dataclass(frozen=True, slots=True, eq=False)
class KnownDays:
    """Days from ordinal `base`: Wh and °C, NaN for unknown values."""

    base: int
    energy: Floats
    temperature: Floats


def ratios(
    days: KnownDays, spans: Sequence[tuple[date, date]], fit: Fit, step: SeriesStep | None
) -> list[tuple[float | None, Reason | None]]:
    """Return, for each span, its energy in the previous year's climate over its energy.

    The days are those with an energy in both years, compared like bars by `step`, or by weekday
    without one. Both the ratio and the reason are None if there is no energy.
    """
    faced = _faced(days, fit, step)
    ends = [[_place(days, span[0]), _place(days, span[1] + DAY)] for span in spans]
    at = np.array(ends, dtype=np.int64).reshape(-1, 2)
    sums = faced[:, np.maximum(at[:, 1], at[:, 0])] - faced[:, at[:, 0]]
    shared, known_counts, energy, reference, real = sums
    lost = (known_counts < ENOUGH * shared) | (known_counts == 0)
    blind = np.where(lost, np.nan, reference)
    corrected_wh, reasons = correct_many(energy, known_counts, [fit] * len(spans), blind, real)
    return [
        (None, None)
        if not count
        else (corrected_value / wh if reason is None and wh > 0 else None, reason)
        for corrected_value, wh, count, reason in zip(
            corrected_wh.tolist(), energy.tolist(), shared.tolist(), reasons, strict=True
        )
    ]


def month_ratio(ratio: float | None, refused: Reason | None, fit: Fit, mean: int) -> float | None:
    """Return the ratio of a month; 1 for a mild month of a site that burns in any weather.

    `mean` is the Wh of a mean day of the last year. None where the weather differed so much that an
    error of the signature would be taken for the site's: a spring or an autumn of half the degree
    days.
    """
    is_steady = mean > 0 and fit.baseload_wh >= STEADY * mean
    if refused is Reason.MILD and is_steady:
        return 1.0
    if ratio is None or abs(ratio - 1) > FARTHEST:
        return None
    return round(ratio, 4)


def _place(days: KnownDays, day: date) -> int:
    return min(max(day.toordinal() - days.base, 0), len(days.energy))


def _faced(days: KnownDays, fit: Fit, step: SeriesStep | None) -> Floats:
    """Return running sums by day, to sum spans by difference.

    Rows: days compared; those with temperatures; their Wh; degree days of the year before; degree
    days now.
    """
    size = len(days.energy)
    then = np.full((2, size), np.nan)
    now = np.stack([days.energy, days.temperature])
    first = date.fromordinal(days.base)
    for start, last, shift in (
        comparison_shifts(first, first + (size - 1) * DAY, 1, step) if size else ()
    ):
        low, high = max(start.toordinal() - days.base, shift), last.toordinal() - days.base + 1
        if low < high:
            then[:, low:high] = now[:, low - shift : high - shift]
    both = ~np.isnan(now[0] + then[0])
    has_temperature = both & ~np.isnan(now[1] + then[1])
    columns = (both, has_temperature, days.energy, fit.cold(then[1]), fit.cold(now[1]))
    sums = np.zeros((5, size + 1))
    for row, column in enumerate(columns):
        np.cumsum(column if row <= 1 else np.where(has_temperature, column, 0.0), out=sums[row, 1:])
    return sums
