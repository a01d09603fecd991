"""Types of the explanation of a figure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.identity.settings.types import Carbon
from data.metering.consumption.types.readings import DayStatement, Revision
from data.metering.consumption.types.screen import Series, Unit
from data.metering.prices.types import Tariff


class Figure(StrEnum):
    """The figures of the screen other than bars; a bar is named by its first day."""

    MONTH = "month"  # of the headline
    YEAR = "year"  # twelve complete months
    TOTAL = "total"  # total of the table
    SHOWN = "shown"  # the period up to today


@dataclass(frozen=True, slots=True)
class PeriodShare:
    """A billing period, or a sheet line, that overlaps the days of a figure."""

    first: date
    last: date
    energy_wh: int | None
    volume_dm3: int | None


@dataclass(frozen=True, slots=True)
class TurnedLine:
    """Days of a month under one tariff: energy in Wh, volume in dm³, money in 1e-18 €.

    `rates` is what the tariff's percentages add to the two other parts.
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
class ConvertedFigure:
    """A figure in euros or kg CO₂e and its computation; `value` is in thousandths.

    `lines` are for euros, by month and tariff; `carbon` is the emission factor.
    """

    unit: Unit
    value: int | None
    lines: tuple[TurnedLine, ...]
    carbon: Carbon | None
    energy_wh: int  # of the converted days


@dataclass(frozen=True, slots=True)
class FigureOrigin:
    """A figure with the rows behind it: `days` are the readings in force, oldest first.

    `value` is the displayed figure in Wh or dm³; `missing` are elapsed days without a value in that
    unit; `replaced` are earlier values; `periods` are the periods that were shared out.
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
    turned: ConvertedFigure | None = None  # in euros or kg CO₂e, when the screen shows that unit
