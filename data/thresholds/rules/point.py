"""A gas day as input of the rules, and as a kind of threshold judges it."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

from data.consumption.rules.calendar import month_end
from data.thresholds.types import MONTHS, ThresholdPeriod

Day: TypeAlias = tuple[date, int, int, int]  # a published gas day: Wh, quality, status
WHOLE = 100  # percent


def period_start(period: ThresholdPeriod, day: date) -> date:
    if period is ThresholdPeriod.MONTH:
        return day.replace(day=1)
    return date(day.year, 1, 1) if period is ThresholdPeriod.YEAR else day


def period_end(period: ThresholdPeriod, day: date) -> date:
    if period is ThresholdPeriod.MONTH:
        return month_end(day)
    return date(day.year, MONTHS, 31) if period is ThresholdPeriod.YEAR else day


class JudgedPoint(NamedTuple):
    """One published day, judged: `end` is the last day of its month or year, None by day.

    `over` is beyond the limit, `clear` back under it with the hysteresis, `warm` at the warning
    level, `cool` back under that; `needed` published days over make an exceedance; `expected` is
    what the weather explains of the value, where a kind knows it.
    """

    day: date
    value: int
    limit: int
    over: bool
    clear: bool
    warm: bool
    cool: bool
    needed: int
    provisional: bool
    end: date | None
    expected: int | None = None


def since(days: Sequence[Day], first: date) -> int:
    """The rank of the first of *days*, in order, that is not before *first*."""
    return bisect_left(days, first, key=lambda day: day[0])
