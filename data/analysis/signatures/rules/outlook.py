"""Forecast a year's consumption, and split a yearly budget by month."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from math import sqrt

import numpy as np

from data.analysis.signatures.rules.days import cut, filled, off_of, out_of_use
from data.analysis.signatures.types import Fit, Past, YearEstimate
from data.metering.weather.types import Floats

DAY = timedelta(days=1)
YEAR = 365
QUANTILE = 1.2816  # of the normal distribution: four times in five
ALONE = 0.1  # relative error when only one year of weather is known
LEVEL = 0.03  # variation of a site's response to cold from one year to the next


def estimate(
    past: Past, fit: Fit, until: date, last: date, others: Sequence[Floats]
) -> YearEstimate:
    """Return the forecast of the year of `last`, known until `until`.

    It adds to the known days what `fit` (reliable, made on days up to `until`) expects of the
    remaining ones in the weather of each of `others`: temperatures of the remaining days in other
    years, at least one. The bounds include the spread of these years, the variation of the site
    itself, and the correlation of successive weeks.
    """
    first = date(last.year, 1, 1)
    known_energy = cut(past, first, until).energy
    year = cut(past, until - (YEAR - 1) * DAY, until)
    remaining_days = until.toordinal() + 1 + np.arange((last - until).days, dtype=np.float64)
    off = out_of_use(remaining_days)
    years = np.array([float(fit.expected(temperatures, off).sum()) for temperatures in others])
    holes = float(_expected(fit, past, first, until)[np.isnan(known_energy)].sum())
    so_far_wh = float(np.nansum(known_energy)) + holes
    ahead = float(years.mean())
    own = _own_error(fit, year, len(remaining_days)) + (LEVEL * ahead) ** 2
    half = sqrt(_weather_error(years) + QUANTILE**2 * own)
    total = so_far_wh + ahead
    return YearEstimate(
        round(so_far_wh),
        round(total),
        round(max(so_far_wh, total - half)),
        round(total + half),
        len(remaining_days),
    )


def _weather_error(years: Floats) -> float:
    """Return the squared error due to weather; with a single year, `ALONE` gives it."""
    count = len(years)
    if count == 1:
        return float(QUANTILE * ALONE * years[0]) ** 2
    return student(count - 1) ** 2 * float(years.var(ddof=1)) * (1 + 1 / count)


def student(freedom: int) -> float:
    """Return the 0.9 quantile of Student's distribution, approximately."""
    z, n = QUANTILE, max(freedom, 1)
    return z + (z**3 + z) / (4 * n) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n * n)


def _expected(fit: Fit, past: Past, first: date, last: date) -> Floats:
    part = cut(past, first, last)
    warm = filled(part.temperature)
    return np.zeros(len(part.energy)) if warm is None else fit.expected(warm, off_of(part))


def _own_error(fit: Fit, year: Past, days_left: int) -> float:
    """Return the variance of a sum of `days_left` days, from the weekly errors of `year`."""
    end = year.first + (len(year.energy) - 1) * DAY
    gaps = year.energy - _expected(fit, year, year.first, end)
    weeks = gaps[: len(gaps) // 7 * 7].reshape(-1, 7)
    complete_weeks = ~np.isnan(weeks).any(axis=1)
    sums = weeks[complete_weeks].sum(axis=1)
    if len(sums) < 3:  # noqa: PLR2004 (a pair tells no spread)
        return 0.0
    follow = float(np.corrcoef(sums[:-1], sums[1:])[0, 1]) if sums.std() > 0 else 0.0
    together = (1 + min(max(follow, 0.0), 0.8)) / (1 - min(max(follow, 0.0), 0.8))
    return float(sums.var()) * together * days_left / 7


def other_years(past: Past, until: date, last: date) -> list[Floats]:
    """Return the temperatures of the days left after `until` in each earlier year of `past`."""
    years = []
    for back in range(1, until.year - past.first.year + 1):
        begin = (until + DAY) - timedelta(days=round(365.25 * back))
        part = cut(past, begin, begin + (last - until - DAY))
        warm = filled(part.temperature)
        if warm is not None and past.place(begin) >= 0:
            years.append(warm)
    return years


def phased(year_wh: int, year: int, fit: Fit, normal: Sequence[float]) -> tuple[int, ...]:
    """Return `year_wh` split over the months of `year`: baseload by days, heating by `normal`.

    `normal` are the degree days of each month of a normal year, under the base of `fit`. The months
    sum to the year exactly.
    """
    days = [monthrange(year, month)[1] for month in range(1, 13)]
    shares = [
        fit.baseload_wh * count + fit.slope_wh * cold
        for count, cold in zip(days, normal, strict=True)
    ]
    if sum(shares) <= 0:
        shares = [float(count) for count in days]
    exact = [year_wh * share / sum(shares) for share in shares]
    months = [int(value) for value in exact]
    order = sorted(range(12), key=lambda month: months[month] - exact[month])
    for month in order[: year_wh - sum(months)]:
        months[month] += 1
    return tuple(months)


def normal_months(temperature: Past, base: float) -> tuple[float, ...] | None:
    """Return the mean degree days of each month; None when a month is unknown."""
    ordinals = temperature.first.toordinal() + np.arange(len(temperature.temperature))
    cold = np.maximum(0.0, base - temperature.temperature)
    months = np.array([date.fromordinal(int(day)).month for day in ordinals])
    normals = []
    for month in range(1, 13):
        known_cold = cold[(months == month) & ~np.isnan(cold)]
        if len(known_cold) < monthrange(2025, month)[1] * 0.8:
            return None
        normals.append(
            float(known_cold.mean()) * (28.25 if month == 2 else monthrange(2025, month)[1])  # noqa: PLR2004
        )
    return tuple(normals)
