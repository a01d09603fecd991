"""Forecast when a month or year exceeds its limit, at its pace so far."""

from datetime import date, timedelta

from data.thresholds.rules.point import WHOLE, period_end, period_start
from data.thresholds.rules.usual import Share
from data.thresholds.types import Exceedance, ThresholdKind, ThresholdPeriod


def expected_on(spell: Exceedance, kind: ThresholdKind, today: date) -> date | None:
    """Return the day a warned running total passes its limit, at the pace so far.

    None when it would not within its period, for daily thresholds, and when past. Only for fixed
    limits: a relative limit moves with the days of last year.
    """
    if spell.period is ThresholdPeriod.DAY or kind is not ThresholdKind.FIXED:
        return None
    if spell.exceeded_on is not None or spell.ended_on is not None:
        return None
    on, value, limit = spell.last, spell.last_wh, spell.last_limit_wh
    if value is None or limit is None:  # stored before these fields existed
        on, value, limit = spell.peak_on, spell.peak_wh, spell.limit_wh
    remaining_wh = limit - value
    if remaining_wh < 0 or value <= 0:
        return None
    start, end = period_start(spell.period, spell.first), period_end(spell.period, spell.first)
    more = remaining_wh * ((on - start).days + 1) // value + 1
    if more > (end - on).days:
        return None
    day = on + timedelta(days=more)
    return day if day >= today else None


def estimated(spell: Exceedance, usual: Share | None) -> int | None:
    """Return the estimated total of the period with the `usual` rest, else at the pace so far.

    None when it is over, or for daily thresholds.
    """
    if spell.period is ThresholdPeriod.DAY or spell.ended_on is not None or spell.last_wh is None:
        return None
    if usual is not None and usual[0] > 0:
        return spell.last_wh * usual[1] // usual[0]
    start, end = period_start(spell.period, spell.first), period_end(spell.period, spell.first)
    return spell.last_wh * ((end - start).days + 1) // ((spell.last - start).days + 1)


def over_percent(value: int, limit: int) -> float | None:
    """Return by how many percent `value` exceeds `limit` (negative if below); None for limit 0.

    It is not rounded: each place formats it with one decimal.
    """
    return None if limit <= 0 else (value - limit) * WHOLE / limit
