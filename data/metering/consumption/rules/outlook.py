"""Compute which data of a PCE is still to come, and until when."""

from datetime import date
from typing import TypedDict

from data.metering.consumption.rules.series import expected_on
from data.metering.pces.rules import due_on
from data.metering.pces.types import PceScope


class SeriesOutlook(TypedDict):
    """The fields of a Series about coming data."""

    expected_on: date | None
    due_on: date | None
    ended_on: date | None
    readable_until: date | None
    is_own: bool


def outlook_of(
    scope: PceScope, until: date | None, today: date, *, published: bool
) -> SeriesOutlook:
    """Compute the outlook of a PCE whose last day with a value is `until`.

    Periods expect no day.
    """
    closed = scope.last is not None and scope.last < today  # for this viewer
    over = bool(scope.ended_on and scope.ended_on < min(today, scope.last or today))
    awaited = until is not None and not (published or closed or over)
    return SeriesOutlook(
        expected_on=expected_on(until, scope.frequency, today) if awaited else None,
        due_on=due_on(until, scope.frequency) if until and awaited else None,
        ended_on=scope.ended_on if over else None,
        readable_until=scope.last if closed else None,
        is_own=scope.is_holder,
    )
