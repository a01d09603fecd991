"""When a month or a year will exceed its limit, at the pace of its days so far."""

from datetime import date, timedelta

from data.thresholds.rules.points import WHOLE, period_end, period_start
from data.thresholds.types import Period, Spell


def expected_on(spell: Spell) -> date | None:
    """The day a warned running total passes its limit; None if not within its period, or by day."""
    if spell.period is Period.DAY or spell.exceeded_on is not None or spell.ended_on is not None:
        return None
    start = period_start(spell.period, spell.first)
    gone = (spell.peak_on - start).days + 1
    left = spell.limit_wh - spell.peak_wh
    if left < 0 or spell.peak_wh <= 0:
        return None
    day = spell.peak_on + timedelta(days=left * gone // spell.peak_wh + 1)
    return day if day <= period_end(spell.period, spell.first) else None


def estimated(spell: Spell) -> int | None:
    """The total of its month or year at the pace so far; None when it is over, or by day."""
    if spell.period is Period.DAY or spell.ended_on is not None or spell.last_wh is None:
        return None
    start, end = period_start(spell.period, spell.first), period_end(spell.period, spell.first)
    return spell.last_wh * ((end - start).days + 1) // ((spell.last - start).days + 1)


def over_percent(value: int, limit: int) -> float | None:
    """By how many percent *value* is over *limit*, negative under it; None where the limit is 0.

    Never rounded: each place writes it with the same one decimal.
    """
    return None if limit <= 0 else (value - limit) * WHOLE / limit
