"""What a figure of the screen is made of."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.consumption.types.readings import DayStatement, Revision
from data.consumption.types.screen import Series


class Figure(StrEnum):
    """The figures of the screen that are no bar; a bar is named by its first day."""

    MONTH = "month"  # of the opening sentence
    YEAR = "year"  # twelve complete months
    TOTAL = "total"  # the foot of the table
    SHOWN = "shown"  # the period, up to today


@dataclass(frozen=True, slots=True)
class PeriodShare:
    """A billed period, or a line of a sheet, that touches the days of a figure."""

    first: date
    last: date
    energy_wh: int | None
    volume_dm3: int | None


@dataclass(frozen=True, slots=True)
class Origin:
    """A figure with the rows behind it: `days` are the readings in force, oldest first.

    `value` is what the screen shows, in Wh or dm³; `missing` are the days over without a value in
    that unit; `replaced` what days said before; `periods` what was shared out, where some was.
    """

    series: Series
    figure: str
    first: date
    last: date
    value: int | None
    days: tuple[DayStatement, ...]
    missing: tuple[date, ...]
    replaced: tuple[Revision, ...]
    periods: tuple[PeriodShare, ...]
    prorated: int  # days whose value comes from a period
    turned: bool = False  # the screen counts in euros or in kg CO₂e, made of this energy
