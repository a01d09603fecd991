"""What the twelve months will add up to: what is known, then what is usual for the days left.

The ends hold the spread of the weather of other years, what each site errs by the week, and how far
a site answers the cold otherwise from one year to the next (`signatures.rules.outlook`, whose
constants these are). Tests tell the past by it, and print how often it held the year.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from data.budgets.types import Basis, Usual
from data.consumption.types import Forecast
from data.signatures.rules.outlook import ALONE, LEVEL, QUANTILE, student
from data.weather.types import Floats

WEEK = 7
TOGETHER = 3.0  # weeks in a row err together: the variance of their sum, over that of as many alone
UNTOLD = 0.2  # of what is left of a PCE not told from its climate: so much may it differ
MOST_UNTOLD = 0.2  # of what is left: with more of it untold by the climate, no interval is given
Left = Sequence[float]  # days without a value, by calendar month


def forecast(known: int, usuals: Sequence[Usual], left: Sequence[Left]) -> Forecast | None:
    """In Wh, *known* having a value and the days *left* of each of *usuals* being as usual.

    None where too much of it is not told by the climate, or nothing is known of a PCE.
    """
    days = np.array(left, dtype=np.float64).reshape(len(usuals), 12)
    ahead = [float(days[at] @ np.array(one.day_wh)) for at, one in enumerate(usuals)]
    total = sum(ahead)
    vague = sum(one for one, usual in zip(ahead, usuals, strict=True) if not usual.years)
    if any(one.basis is Basis.DAYS for one in usuals) or vague > MOST_UNTOLD * total:
        return None
    level = (LEVEL * (total - vague) + UNTOLD * vague) ** 2
    half = sqrt(_weather(usuals, days) + QUANTILE**2 * (_own(usuals, days) + level))
    return Forecast(round(known + total), round(known + max(0.0, total - half)),
                    round(known + total + half))  # fmt: skip


def _weather(usuals: Sequence[Usual], days: Floats) -> float:
    """The square of how far the weather may carry their sum: sites have the same winters."""
    told = [(at, one) for at, one in enumerate(usuals) if one.years]
    if not told:
        return 0.0
    count = min(len(one.years) for _at, one in told)
    sums = np.zeros(count)
    for at, one in told:
        sums += np.array(one.years[-count:]) @ days[at]
    if count == 1:
        return float(QUANTILE * ALONE * sums[0]) ** 2
    return student(count - 1) ** 2 * float(sums.var(ddof=1)) * (1 + 1 / count)


def _own(usuals: Sequence[Usual], days: Floats) -> float:
    """The variance of what each errs by itself; they err apart."""
    weeks = days.sum(axis=1) / WEEK
    return float(sum(one.error**2 * weeks[at] for at, one in enumerate(usuals))) * TOGETHER
