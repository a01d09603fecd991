"""Forecast when a month or year exceeds its limit, at its pace so far."""

from datetime import date, timedelta

from data.thresholds.rules.evaluated_days import WHOLE, period_end, period_start
from data.thresholds.rules.usual import Share
from data.thresholds.types import Exceedance, ThresholdKind, ThresholdPeriod


def expected_on(exceedance: Exceedance, kind: ThresholdKind, today: date) -> date | None:
    """Return the day a warned running total passes its limit, at the pace so far.

    None when it would not within its period, for daily thresholds, and when past. Only for fixed
    limits: a relative limit moves with the days of last year.
    """
    if exceedance.period is ThresholdPeriod.DAY or kind is not ThresholdKind.FIXED:
        return None
    if exceedance.exceeded_on is not None or exceedance.ended_on is not None:
        return None
    on, value, limit = exceedance.last, exceedance.last_wh, exceedance.last_limit_wh
    if value is None or limit is None:  # stored before these fields existed
        on, value, limit = exceedance.peak_on, exceedance.peak_wh, exceedance.limit_wh
    remaining_wh = limit - value
    if remaining_wh < 0 or value <= 0:
        return None
    start, end = (
        period_start(exceedance.period, exceedance.first),
        period_end(exceedance.period, exceedance.first),
    )
    more = remaining_wh * ((on - start).days + 1) // value + 1
    if more > (end - on).days:
        return None
    day = on + timedelta(days=more)
    return day if day >= today else None


def estimated(exceedance: Exceedance, usual: Share | None) -> int | None:
    """Return the estimated total of the period with the `usual` rest, else at the pace so far.

    None when it is over, or for daily thresholds.
    """
    if (
        exceedance.period is ThresholdPeriod.DAY
        or exceedance.ended_on is not None
        or exceedance.last_wh is None
    ):
        return None
    if usual is not None and usual[0] > 0:
        return exceedance.last_wh * usual[1] // usual[0]
    start, end = (
        period_start(exceedance.period, exceedance.first),
        period_end(exceedance.period, exceedance.first),
    )
    return exceedance.last_wh * ((end - start).days + 1) // ((exceedance.last - start).days + 1)


def over_percent(value: int, limit: int) -> float | None:
    """Return by how many percent `value` exceeds `limit` (negative if below); None for limit 0.

    It is not rounded: each place formats it with one decimal.
    """
    return None if limit <= 0 else (value - limit) * WHOLE / limit
