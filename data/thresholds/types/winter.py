"""Types of weather-corrected thresholds: frozen signature and results."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.signatures.types import Fit, Reason

WINDOWS = (7, 14, 28)  # days whose mean may be judged; whole weeks, so that week-ends weigh alike
USUAL_WINDOW = 28


@dataclass(frozen=True, slots=True)
class Learnt:
    """The signature of a site over *first*…*last*, frozen: what comes later teaches it nothing.

    `usual_wh` is its mean day of that time.
    """

    first: date
    last: date
    fit: Fit
    usual_wh: int

    @property
    def reason(self) -> Reason | None:
        """Why nothing may be judged by it; None when it is reliable."""
        return self.fit.reason


@dataclass(frozen=True, slots=True)
class ExpectedConsumption:
    """Wh expected of each day whose temperature is known, by a reliable signature."""

    days: Mapping[date, int]
    usual_wh: int


@dataclass(frozen=True, slots=True)
class RefusedPce:
    """A PCE that no weather-corrected threshold can judge, and why."""

    number: str
    alias: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class SilentPce:
    """A PCE whose temperatures stop before its readings do: nothing is judged since `until`."""

    number: str
    alias: str
    until: date | None


@dataclass(frozen=True, slots=True)
class WinterStanding:
    """The PCEs of a weather-corrected threshold: judged, refused, silent or waiting.

    The `silent` ones are among the `judged`, of which only some are checked.
    """

    judged: int
    waiting: int  # for their signature, which the next evaluation learns
    refused: tuple[RefusedPce, ...]
    silent: tuple[SilentPce, ...]
