"""Types of the explanation of a figure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.consumption.types.readings import DayStatement, Revision
from data.consumption.types.screen import Series, Unit
from data.prices.types import Tariff
from data.settings.types import Carbon


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
class TurnedLine:
    """Days of one month under one tariff: energy in Wh, volume in dm³; money in 1e-18 €.

    `rates` are what the tariff's percentages add to the two other parts.
    """

    first: date
    last: date
    days: int
    energy_wh: int
    volume_dm3: int
    tariff: Tariff
    variable: int
    fixed: int
    rates: int

    @property
    def total(self) -> int:
        return self.variable + self.fixed + self.rates


@dataclass(frozen=True, slots=True)
class Turned:
    """A figure in euros or in kg CO₂e, `value` in thousandths: what is reckoned from its energy.

    `lines` are of euros, by month and tariff; `carbon` is the factor of emissions.
    """

    unit: Unit
    value: int | None
    lines: tuple[TurnedLine, ...]
    carbon: Carbon | None
    energy_wh: int  # of the days that are turned


@dataclass(frozen=True, slots=True)
class FigureOrigin:
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
    turned: Turned | None = None  # in euros or in kg CO₂e, where the screen counts so
