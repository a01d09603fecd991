"""Forecast the twelve months: known consumption, then usual consumption.

The bounds combine the spread of other years' weather, the weekly error of each site, and the yearly
variation of its response to cold (`signatures.rules.outlook`, which defines the constants). Tests
forecast the past with it, and print how often the bounds contained the actual year.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from data.budgets.types import BudgetBasis, Usual
from data.consumption.types import Forecast
from data.signatures.rules.outlook import ALONE, LEVEL, QUANTILE, student
from data.weather.types import Floats

WEEK = 7
TOGETHER = 3.0  # weeks in a row err together: the variance of their sum, over that of as many alone
UNTOLD = 0.2  # of what is left of a PCE not told from its climate: so much may it differ
MOST_UNTOLD = 0.2  # of what is left: with more of it untold by the climate, no interval is given
Left = Sequence[float]  # days without a value, by calendar month


def forecast(
    known_wh: int, usuals: Sequence[Usual], remaining_days: Sequence[Left]
) -> Forecast | None:
    """In Wh, *known* having a value and the days *left* of each of *usuals* being as usual.

    None where too much of it is not told by the climate, or nothing is known of a PCE.
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


def _weather(usuals: Sequence[Usual], days: Floats) -> float:
    """The square of how far the weather may carry their sum: sites have the same winters."""
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


def _own(usuals: Sequence[Usual], days: Floats) -> float:
    """The variance of what each errs by itself; they err apart."""
    weeks = days.sum(axis=1) / WEEK
    return float(sum(usual.error**2 * weeks[at] for at, usual in enumerate(usuals))) * TOGETHER
