"""Decide when data is late, from its usual day and a delay."""

from datetime import date, timedelta

from data.metering.pces.rules import MONTHLY_ARRIVAL, known_by
from data.metering.pces.types import Frequency

_LONGEST_MONTH = 31


def known_at_worst(frequency: Frequency, delay: int, today: date) -> date:
    """Return the last day with a value of a PCE just in time; an earlier one is late."""
    return known_by(today - timedelta(days=delay), frequency)


def published_at_worst(frequency: Frequency, delay: int, today: date) -> date:
    """Return the same for a PCE with published periods: the last day of one just in time.

    The next period is a month longer, and arrives like a month of a large site.
    """
    if frequency is Frequency.HALF_YEARLY:
        return known_at_worst(frequency, delay, today)
    return today - timedelta(days=delay + MONTHLY_ARRIVAL + _LONGEST_MONTH)


def counts_periods(frequency: Frequency, until: date | None) -> bool:
    """Return whether published periods count as expected data, which daily ones replace."""
    return frequency is not Frequency.DAILY or until is None


def silent_since(until: date | None, joined: date) -> date:
    """Return the first missing gas day; since it `joined` for a PCE without any data."""
    return joined if until is None else until + timedelta(days=1)
