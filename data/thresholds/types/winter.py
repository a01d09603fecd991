"""Types of weather-corrected thresholds: frozen signature and results."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.analysis.signatures.types import Fit, Reason

# days whose mean is evaluated: whole weeks, so that week-ends have the same weight
WINDOWS = (7, 14, 28)
USUAL_WINDOW = 28


@dataclass(frozen=True, slots=True)
class LearnedReference:
    """The signature of a site frozen over `first`…`last`, unaffected by later data.

    `usual_wh` is its mean day of that time.
    """

    first: date
    last: date
    fit: Fit
    usual_wh: int

    @property
    def reason(self) -> Reason | None:
        """Return why it cannot be used, None when it is reliable."""
        return self.fit.reason


@dataclass(frozen=True, slots=True)
class ExpectedConsumption:
    """Expected Wh of each day with a known temperature, by a reliable signature."""

    days: Mapping[date, int]
    usual_wh: int


@dataclass(frozen=True, slots=True)
class PceWithoutReference:
    """A PCE that a weather-corrected threshold cannot evaluate, and the reason."""

    number: str
    alias: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class PceWithoutTemperatures:
    """A PCE whose temperatures stop before its readings: not evaluated after `until`."""

    number: str
    alias: str
    until: date | None


@dataclass(frozen=True, slots=True)
class WinterStanding:
    """The PCEs of a weather-corrected threshold: evaluated, refused, silent or waiting.

    The `silent` ones are among `judged`, of which only some are checked.
    """

    judged: int
    waiting: int  # for their signature, which the next evaluation learns
    refused: tuple[PceWithoutReference, ...]
    silent: tuple[PceWithoutTemperatures, ...]
