"""Data that do not come: what time decides, from the day they usually come and a delay."""

from datetime import date, timedelta

from data.pces.rules import known_by
from data.pces.types import Frequency


def known_at_worst(frequency: Frequency, delay: int, today: date) -> date:
    """The last day with a value of a PCE that is just in time: one that stops before is missing."""
    return known_by(today - timedelta(days=delay), frequency)


def silent_since(until: date | None, joined: date) -> date:
    """The first gas day that has not come, of those since the PCE *joined* the threshold."""
    return joined if until is None else max(until + timedelta(days=1), joined)
