"""Compute the months of a history that rights cover."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from data.rights.rules.grants import joined
from data.rights.types import Month, RightSpan


def covered_months(spans: Iterable[RightSpan], first: date, last: date) -> tuple[Month, ...]:
    """Return each month of `first`…`last` with its number of covered days."""
    runs = [(span.first or date.min, span.last or date.max) for span in joined(spans)]
    months = []
    month = first.replace(day=1)
    while month <= last:
        days = calendar.monthrange(month.year, month.month)[1]
        end = month + timedelta(days=days - 1)
        covered = sum(max(0, (min(stop, end) - max(start, month)).days + 1) for start, stop in runs)
        months.append(Month(month, days, covered))
        month = end + timedelta(days=1)
    return tuple(months)
