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


def over_percent(value: int, limit: int) -> int | None:
    """How far over, in whole percent; None when the limit is 0 or the value under it."""
    return None if limit <= 0 or value < limit else round((value - limit) * WHOLE / limit)
