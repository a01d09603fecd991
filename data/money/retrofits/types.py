"""Types of retrofits and of their savings. Energy is in Wh."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.analysis.signatures.types import Fit


class SavingsRefusal(StrEnum):
    """Why the savings of a retrofit cannot be measured."""

    UNFINISHED = "unfinished"
    FEW_DAYS_BEFORE = "few_days_before"
    FEW_DAYS_AFTER = "few_days_after"
    GAPS_AFTER = "gaps_after"
    NO_TEMPERATURE = "no_temperature"
    NO_SPREAD = "no_spread"  # the weeks before were all as cold
    NOT_HEATING = "not_heating"
    LOOSE = "loose"
    COLDER = "colder"  # days after were colder than all that is known before


@dataclass(frozen=True, slots=True)
class RetrofitPeriods:
    """The days compared: a baseline before the works, and a reporting period after them."""

    baseline_first: date
    baseline_last: date
    reporting_first: date
    reporting_last: date


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
