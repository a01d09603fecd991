"""What is still to come of a PCE, and until when."""

from datetime import date
from typing import TypedDict

from data.consumption.rules.series import expected_on
from data.pces.rules import due_on
from data.pces.types import PceScope


class Outlook(TypedDict):
    """The fields of a Series that say so."""

    expected_on: date | None
    due_on: date | None
    ended_on: date | None
    readable_until: date | None
    held: bool


def outlook_of(scope: PceScope, until: date | None, today: date, *, published: bool) -> Outlook:
    """Of a PCE whose last day with a value is *until*; of published periods no day is awaited."""
    closed = scope.last is not None and scope.last < today  # to this reader
    over = bool(scope.ended_on and scope.ended_on < min(today, scope.last or today))
    awaited = until is not None and not (published or closed or over)
    return Outlook(
        expected_on=expected_on(until, scope.frequency, today) if awaited else None,
        due_on=due_on(until, scope.frequency) if until and awaited else None,
        ended_on=scope.ended_on if over else None,
        readable_until=scope.last if closed else None,
        held=scope.held,
    )
