"""Decide when data is late, from its usual day and a delay."""

from datetime import date, timedelta

from data.pces.rules import MONTHLY_ARRIVAL, known_by
from data.pces.types import Frequency

_LONGEST_MONTH = 31


def known_at_worst(frequency: Frequency, delay: int, today: date) -> date:
    """The last day with a value of a PCE that is just in time: one that stops before is missing."""
    return known_by(today - timedelta(days=delay), frequency)


def published_at_worst(frequency: Frequency, delay: int, today: date) -> date:
    """The same of a PCE known by its published periods: the last day of one that is just in time.

    The next one is a month longer, and comes as a month of a large site does.
    """
    if frequency is Frequency.HALF_YEARLY:
        return known_at_worst(frequency, delay, today)
    return today - timedelta(days=delay + MONTHLY_ARRIVAL + _LONGEST_MONTH)


def counts_periods(frequency: Frequency, until: date | None) -> bool:
    """Whether published periods are data that were waited for: not once days come every day."""
    return frequency is not Frequency.DAILY or until is None


def silent_since(until: date | None, joined: date) -> date:
    """The first gas day that has not come; of a PCE never heard of, since it *joined*."""
    return joined if until is None else until + timedelta(days=1)
