"""Forecast when a month or year exceeds its limit, at its pace so far."""

from datetime import date, timedelta

from data.thresholds.rules.point import WHOLE, period_end, period_start
from data.thresholds.rules.usual import Share
from data.thresholds.types import Spell, ThresholdKind, ThresholdPeriod


def expected_on(spell: Spell, kind: ThresholdKind, today: date) -> date | None:
    """The day a warned running total passes its limit, by the latest day judged.

    None if not within its period, or by day, or past: the days since are then awaited. Only of
    a limit that stands still: that of a relative threshold rises with each day of last year, so
    that a total may stay at the same share of it for ever.
    """
    if spell.period is ThresholdPeriod.DAY or kind is not ThresholdKind.FIXED:
        return None
    if spell.exceeded_on is not None or spell.ended_on is not None:
        return None
    on, value, limit = spell.last, spell.last_wh, spell.last_limit_wh
    if value is None or limit is None:  # kept before they were
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


def estimated(spell: Spell, usual: Share | None) -> int | None:
    """The total of its month or year if the rest comes as *usual*; at the pace so far where None.

    None when it is over, or by day.
    """
    if spell.period is ThresholdPeriod.DAY or spell.ended_on is not None or spell.last_wh is None:
        return None
    if usual is not None and usual[0] > 0:
        return spell.last_wh * usual[1] // usual[0]
    start, end = period_start(spell.period, spell.first), period_end(spell.period, spell.first)
    return spell.last_wh * ((end - start).days + 1) // ((spell.last - start).days + 1)


def over_percent(value: int, limit: int) -> float | None:
    """By how many percent *value* is over *limit*, negative under it; None where the limit is 0.

    Never rounded: each place writes it with the same one decimal.
    """
    return None if limit <= 0 else (value - limit) * WHOLE / limit
