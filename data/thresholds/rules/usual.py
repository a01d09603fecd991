"""Compute the usual progress of a month or year by day, to compare a total with its limit.

A heated site burns nine tenths of its yearly gas by the end of November: reaching 82 % of a limit
then means ending below it. So a running total is compared with the share that the same PCE had
reached on the same date in previous years.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate

from data.thresholds.rules.evaluated_days import Day, period_end, period_start, since
from data.thresholds.types import ThresholdPeriod

YEARS = 2  # previous years used at most, whose readings are loaded
ENOUGH = 10  # tenths: at least nine of a previous period must be known
Share = tuple[int, int]  # part, total


class UsualShares:
    """The share of a period that a PCE has usually consumed, day by day.

    A month without known past uses the share of its days; a year is then unknown.
    """

    def __init__(self, days: Sequence[Day], period: ThresholdPeriod, day: date) -> None:
        self.start, self.end = period_start(period, day), period_end(period, day)
        self.period = period
        self._before = [*_totals(days, period, self.start)]

    def on(self, day: date) -> Share | None:
        """Return the usual consumption up to `day` and in total, None when unknown."""
        last = day == self.end
        shares = [(totals[-1] if last else _up_to(ends, totals, day), totals[-1])
                 for ends, totals in self._before]  # fmt: skip
        if shares:
            return sum(part for part, _total in shares), sum(total for _part, total in shares)
        if self.period is ThresholdPeriod.YEAR:
            return (1, 1) if last else None
        return (day - self.start).days + 1, (self.end - self.start).days + 1


Running = tuple[list[tuple[int, int]], list[int]]  # (month, day) and the total up to each


def _totals(days: Sequence[Day], period: ThresholdPeriod, start: date) -> Iterator[Running]:
    """Yield the same period of previous years that are known enough and not zero."""
    for years in range(1, YEARS + 1):
        low = start.replace(year=start.year - years)
        high = period_end(period, low)
        known_days = days[since(days, low) : bisect_right(days, high, key=lambda one: one[0])]
        day_count = (high - low).days + 1
        totals = list(accumulate(day[1] for day in known_days))
        if ENOUGH * len(known_days) >= (ENOUGH - 1) * day_count and totals[-1] > 0:
            yield [(day[0].month, day[0].day) for day in known_days], totals


def _up_to(ends: list[tuple[int, int]], totals: list[int], day: date) -> int:
    place = bisect_right(ends, (day.month, day.day))
    return totals[place - 1] if place else 0


def is_ahead(value: int, limit: int, share: Share | None) -> bool:
    """Return whether `value` would reach `limit` with the usual rest; true when unknown."""
    return share is None or value * share[1] >= limit * share[0]
