"""A gas day as input of the rules, and as a kind of threshold evaluates it."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

from data.metering.consumption.rules.calendar import month_end
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


class EvaluatedDay(NamedTuple):
    """An evaluated day: `end` is the last day of its month or year, None for daily thresholds.

    `over` means above the limit, `clear` below it with hysteresis, `at_warning` at the warning
    level, `below_warning` below that; `needed` is the number of days over that make an exceedance;
    `expected` is the consumption that the weather explains, where known.
    """

    day: date
    value: int
    limit: int
    over: bool
    clear: bool
    at_warning: bool
    below_warning: bool
    needed: int
    provisional: bool
    end: date | None
    expected: int | None = None


def since(days: Sequence[Day], first: date) -> int:
    """Return the index of the first of sorted `days` that is not before `first`."""
    return bisect_left(days, first, key=lambda day: day[0])
