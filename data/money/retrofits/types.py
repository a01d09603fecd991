"""Types of retrofits and of their savings. Energy is in Wh."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.analysis.signatures.types import Fit


class RetrofitKind(StrEnum):
    BOILER = "boiler"
    CONTROLS = "controls"
    INSULATION = "insulation"
    WINDOWS = "windows"
    VENTILATION = "ventilation"
    HOT_WATER = "hot_water"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RetrofitDraft:
    """Works as declared: their first and last day on site, and what they cost, if known."""

    pce: str
    kind: RetrofitKind
    name: str
    started_on: date
    finished_on: date
    cents: int | None = None


@dataclass(frozen=True, slots=True)
class Retrofit:
    """Stored works; a change must pass the `version` that was seen."""

    id: int
    pce_id: int
    draft: RetrofitDraft
    version: int = 1
    alias: str = ""


class SavingsRefusal(StrEnum):
    """Why the savings of a retrofit cannot be measured."""

    FEW_DAYS_BEFORE = "few_days_before"
    FEW_DAYS_AFTER = "few_days_after"
    GAPS_AFTER = "gaps_after"
    NO_TEMPERATURE = "no_temperature"
    NO_SPREAD = "no_spread"  # the weeks before were all as cold
    NOT_HEATING = "not_heating"
    LOOSE = "loose"
    COLDER = "colder"  # days after were colder than all that is known before
    COLD_SUMMER = "cold_summer"  # the days before do not tell whether heating stops in summer


@dataclass(frozen=True, slots=True)
class RetrofitPeriods:
    """The days compared: a baseline before the works, and a reporting period after them."""

    baseline_first: date
    baseline_last: date
    reporting_first: date
    reporting_last: date


@dataclass(frozen=True, slots=True)
class HeatingStop:
    """The days of each year without heating, whatever the weather, counted from 1 March."""

    first: int
    last: int

    def dates(self, year: int) -> tuple[date, date]:
        """Return the first and the last day in `year`."""
        march = date(year, 3, 1)
        return march + timedelta(days=self.first), march + timedelta(days=self.last)


@dataclass(frozen=True, slots=True)
class SavingsMonth:
    """The measured days of a month: Wh expected without the works, and Wh burnt."""

    month: date
    expected_wh: int
    measured_wh: int


@dataclass(frozen=True, slots=True)
class Savings:
    """What a site would have burnt without its works, what it burnt, and how sure that is.

    All sums are of the `days` measured of the reporting period. `half_wh` is half of the interval
    that holds the true savings four times in five. `coverage` is the share of days measured.
    """

    periods: RetrofitPeriods
    fit: Fit
    days: int
    coverage: float
    expected_wh: int
    measured_wh: int
    half_wh: int
    autocorrelation: float
    months: tuple[SavingsMonth, ...] = ()
    stop: HeatingStop | None = None  # of the heating, each summer before the works

    @property
    def saved_wh(self) -> int:
        return self.expected_wh - self.measured_wh

    @property
    def low_wh(self) -> int:
        return self.saved_wh - self.half_wh

    @property
    def high_wh(self) -> int:
        return self.saved_wh + self.half_wh

    @property
    def share(self) -> float:
        """Return the savings as a share of the adjusted baseline."""
        return self.saved_wh / self.expected_wh if self.expected_wh else 0.0

    @property
    def is_certain(self) -> bool:
        """Return whether the interval leaves zero out."""
        return self.low_wh > 0 or self.high_wh < 0


@dataclass(frozen=True, slots=True)
class SavingsValue:
    """Savings at the price of one more kWh of their days, taxes included, in euro cents.

    `half_cents` is half of the 80 % interval. `payback_years` is None when the works have no cost,
    when less than a year is measured, or without savings.
    """

    cents: int
    half_cents: int
    payback_years: float | None = None


@dataclass(frozen=True, slots=True)
class MeasuredRetrofit:
    """Works with their savings, or the reason why they cannot be measured.

    `known_days` are the measured days of the year before and after the works. `value` is None
    without a price for all days, or when prices may not be read.
    """

    retrofit: Retrofit
    savings: Savings | None
    refusal: SavingsRefusal | None
    known_days: tuple[int, int]
    value: SavingsValue | None = None
