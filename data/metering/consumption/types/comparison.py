"""Types of what bars are compared with: earlier years, another period, another site."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Alignment(StrEnum):
    """Which earlier day a day is compared with."""

    WEEKDAY = "weekday"
    DATE = "date"


REFERENCE = 0  # stands for the reference where a comparison is named by its years back


@dataclass(frozen=True, slots=True)
class Reference:
    """Another period or another site, or both, that the bars are compared with."""

    first: date | None = None  # the day compared with the first one shown; None: the same days
    pce: str | None = None  # None: the same PCE


@dataclass(frozen=True, slots=True)
class ReferenceSite:
    """Where and when the values of a reference come from.

    Each run is the first and last of some shown days, and how many days earlier theirs are.
    """

    number: str
    alias: str
    first: date
    last: date
    is_other: bool  # another PCE than that of the bars
    runs: tuple[tuple[date, date, int], ...]
    tells: bool = True  # some value of these days is readable

    @property
    def name(self) -> str:
        return self.alias or self.number


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same days some years before, matched day by day to those with a value.

    `days` counts the days with a value on both sides; `this_wh`/`this_dm3` sum this bucket over
    those days only, so that the gap compares like with like.
    """

    years: int  # or REFERENCE
    energy_wh: int | None  # of all matched days, None when nothing is known
    volume_dm3: int | None
    days: int
    days_expected: int
    this_wh: int | None
    this_dm3: int | None
    shared_wh: int | None  # the earlier year's sum over the shared days only
    shared_dm3: int | None
    spent: int | None = None  # in 1e-18 € or kg CO₂e, as the two below
    this_spent: int | None = None
    shared_spent: int | None = None
    energy_days: int = 0  # those of `this_wh`, which may have no price
