"""Describe an event as stored parameters, and read their values."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from core.i18n import number
from data.notifications.types import JSON, NotificationKind


class WordedLine(Protocol):
    """A line of the inbox or of a message."""

    @property
    def kind(self) -> NotificationKind: ...
    @property
    def pce_number(self) -> str: ...
    @property
    def site(self) -> str: ...
    @property
    def gas_day(self) -> date: ...
    @property
    def params(self) -> Mapping[str, JSON]: ...


def energy(wh: int) -> str:
    """Return `14 820 kWh`, with a non-breaking space."""
    return f"{number(wh / 1000)}\u00a0kWh"


def euros(cents: int) -> str:
    """Return `98,40 €`, without cents from 100 € on."""
    return f"{number(cents / 100, 0 if cents >= 10_000 else 2)}\u00a0€"  # noqa: PLR2004 (100 €)


def whole_line(told: WordedLine, name: str) -> int | None:
    value = told.params.get(name)
    return value if isinstance(value, int) else None


def day_in(event: WordedLine, name: str) -> date | None:
    value = event.params.get(name)
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None


def first_of(event: WordedLine) -> date:
    return day_in(event, "period_label") or event.gas_day


def is_low(event: WordedLine) -> bool:
    return bool(event.params.get("low")) or event.params.get("threshold_kind") == "low"


def is_relative(event: WordedLine) -> bool:
    return event.params.get("threshold_kind") == "relative"


def is_period_over(event: WordedLine) -> bool:
    """Return whether it ended with its month or year, whatever the total."""
    return (
        event.kind is NotificationKind.THRESHOLD_NORMAL and event.params.get("ending") == "period"
    )


def said_of(event: WordedLine) -> tuple[int, int] | None:
    """Return the value and limit to show: final ones when it is over, else at the crossing.

    None when unknown.
    """
    name = "last_" if event.kind is NotificationKind.THRESHOLD_NORMAL else ""
    value = whole_line(event, f"{name}wh" if name else "value_wh")
    limit = whole_line(event, f"{name}limit_wh")
    return None if value is None or limit is None else (value, limit)


def said_on(event: WordedLine) -> date:
    """Return the day of the value shown: for an ended period, the latest published one."""
    return (day_in(event, "last_on") if is_period_over(event) else None) or event.gas_day


def latest_of(event: WordedLine) -> tuple[date, int, int] | None:
    """Return the latest day of a running total known at the notice, its value and limit.

    None if it is the day of the crossing.
    """
    day, value, limit = (
        day_in(event, "last_on"),
        whole_line(event, "last_wh"),
        whole_line(event, "last_limit_wh"),
    )
    if (
        day is None
        or value is None
        or limit is None
        or event.kind is NotificationKind.THRESHOLD_NORMAL
    ):
        return None
    running = event.params.get("period") in {"month", "year"}
    return (day, value, limit) if running and day > event.gas_day else None


def year_before(event: WordedLine) -> tuple[int, int] | None:
    """Return the consumption of this year and the year before, on days published in both."""
    now, then = whole_line(event, "same_days_wh"), whole_line(event, "year_before_wh")
    return None if now is None or not then else (now, then)
