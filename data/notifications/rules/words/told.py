"""What is worded, and how its plain values are read."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from data.notifications.types import JSON, Kind
from i18n import number


class Told(Protocol):
    """A line of the inbox or of a message."""

    @property
    def kind(self) -> Kind: ...
    @property
    def pce_number(self) -> str: ...
    @property
    def site(self) -> str: ...
    @property
    def gas_day(self) -> date: ...
    @property
    def params(self) -> Mapping[str, JSON]: ...


def energy(wh: int) -> str:
    """`14 820 kWh`, never broken before its unit."""
    return f"{number(wh / 1000)}\u00a0kWh"


def whole(told: Told, name: str) -> int | None:
    value = told.params.get(name)
    return value if isinstance(value, int) else None


def day_in(told: Told, name: str) -> date | None:
    value = told.params.get(name)
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None


def first_of(told: Told) -> date:
    return day_in(told, "period_label") or told.gas_day


def is_low(told: Told) -> bool:
    return bool(told.params.get("low")) or told.params.get("threshold_kind") == "low"


def is_relative(told: Told) -> bool:
    return told.params.get("threshold_kind") == "relative"


def is_period_over(told: Told) -> bool:
    """It ended with its month or year, whatever the total."""
    return told.kind is Kind.THRESHOLD_NORMAL and told.params.get("ending") == "period"


def said_of(told: Told) -> tuple[int, int] | None:
    """The value and the limit to be said: those of its end when it is over, else of its crossing.

    None where they are not known.
    """
    name = "last_" if told.kind is Kind.THRESHOLD_NORMAL else ""
    value = whole(told, f"{name}wh" if name else "value_wh")
    limit = whole(told, f"{name}limit_wh")
    return None if value is None or limit is None else (value, limit)


def said_on(told: Told) -> date:
    """The day of the value that is said: of a period that is over, the latest published."""
    return (day_in(told, "last_on") if is_period_over(told) else None) or told.gas_day


def latest_of(told: Told) -> tuple[date, int, int] | None:
    """Of a running total, the latest day that was known when it was told, its value and limit.

    None when that is the day of the crossing itself.
    """
    day, value, limit = (
        day_in(told, "last_on"),
        whole(told, "last_wh"),
        whole(told, "last_limit_wh"),
    )
    if day is None or value is None or limit is None or told.kind is Kind.THRESHOLD_NORMAL:
        return None
    running = told.params.get("period") in {"month", "year"}
    return (day, value, limit) if running and day > told.gas_day else None


def year_before(told: Told) -> tuple[int, int] | None:
    """What was used this year and the year before, on the days published in both."""
    now, then = whole(told, "same_days_wh"), whole(told, "year_before_wh")
    return None if now is None or not then else (now, then)
