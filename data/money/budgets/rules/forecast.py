"""Forecast the twelve months: known consumption, then usual consumption.

The bounds combine the spread of other years' weather, the weekly error of each site, and the yearly
variation of its response to cold (`signatures.rules.outlook`, which defines the constants). Tests
forecast the past with it, and print how often the bounds contained the actual year.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from data.analysis.signatures.rules.outlook import ALONE, LEVEL, QUANTILE, student
from data.metering.consumption.types import Forecast
from data.metering.weather.types import Floats
from data.money.budgets.types import BudgetBasis, UsualYear

WEEK = 7
# consecutive weekly errors are correlated: variance of their sum over that of independent ones
TOGETHER = 3.0
UNTOLD = 0.2  # relative uncertainty of PCEs without climate signature
MOST_UNTOLD = 0.2  # above this share of remaining energy without signature, no interval is given
Left = Sequence[float]  # days without a value, by calendar month


def forecast(
    known_wh: int, usuals: Sequence[UsualYear], remaining_days: Sequence[Left]
) -> Forecast | None:
    """Forecast the year in Wh: `known_wh` plus usual consumption of the remaining days.

    Return None when too much of it has no signature, or a PCE has no known consumption.
    """
    days = np.array(remaining_days, dtype=np.float64).reshape(len(usuals), 12)
    ahead = [float(days[at] @ np.array(item.day_wh)) for at, item in enumerate(usuals)]
    total = sum(ahead)
    vague = sum(item for item, usual in zip(ahead, usuals, strict=True) if not usual.years)
    if any(item.basis is BudgetBasis.DAYS for item in usuals) or vague > MOST_UNTOLD * total:
        return None
    level = (LEVEL * (total - vague) + UNTOLD * vague) ** 2
    half = sqrt(_weather(usuals, days) + QUANTILE**2 * (_own(usuals, days) + level))
    return Forecast(round(known_wh + total), round(known_wh + max(0.0, total - half)),
                    round(known_wh + total + half))  # fmt: skip


def _weather(usuals: Sequence[UsualYear], days: Floats) -> float:
    """Return the squared weather uncertainty of the sum: sites share the same winters."""
    dated_usuals = [(at, usual) for at, usual in enumerate(usuals) if usual.years]
    if not dated_usuals:
        return 0.0
    count = min(len(usual.years) for _at, usual in dated_usuals)
    sums = np.zeros(count)
    for at, usual in dated_usuals:
        sums += np.array(usual.years[-count:]) @ days[at]
    if count == 1:
        return float(QUANTILE * ALONE * sums[0]) ** 2
    return student(count - 1) ** 2 * float(sums.var(ddof=1)) * (1 + 1 / count)


def _own(usuals: Sequence[UsualYear], days: Floats) -> float:
    """Return the variance of the sites' own, independent errors."""
    weeks = days.sum(axis=1) / WEEK
    return float(sum(usual.error**2 * weeks[at] for at, usual in enumerate(usuals))) * TOGETHER
