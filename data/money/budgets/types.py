"""Types of budgets. Amounts are in thousandths of their unit: Wh PCS, or of a euro."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.analysis.signatures.types import Reason
from data.metering.consumption.types import BudgetOutlook, BudgetStanding, Forecast, Unit
from data.metering.prices.types import EVERY, PriceTarget


class BudgetBasis(StrEnum):
    """The source of a PCE's usual months."""

    CLIMATE = "climate"  # its signature and the station's normal degree days
    PAST = "past"  # its own months of the last years
    DAYS = "days"  # unknown: all days equal


@dataclass(frozen=True, slots=True)
class BudgetDraft:
    """A budget as entered, for the twelve months from `first`, a first of month."""

    amount: int
    unit: Unit  # KWH or EUR
    first: date
    target: PriceTarget = EVERY


@dataclass(frozen=True, slots=True)
class Phasing:
    """The exact split of a budget by month, and the number of PCEs by basis.

    `reason` says why the only PCE is not based on its signature.
    """

    months: tuple[int, ...]
    climate: int = 0
    past: int = 0
    days: int = 0
    reason: Reason | None = None

    @property
    def pces(self) -> int:
        return self.climate + self.past + self.days


@dataclass(frozen=True, slots=True)
class Budget:
    """A stored budget; a change must pass the `version` that was seen."""

    id: int
    draft: BudgetDraft
    phasing: Phasing
    changed_at: datetime
    by: str
    version: int = 1
    alias: str = ""


@dataclass(frozen=True, slots=True)
class BudgetVersion:
    """A past version of a budget and its author; `removed` if it was removed."""

    amount: int
    unit: Unit
    at: datetime
    by: str
    removed: bool


@dataclass(frozen=True, slots=True)
class UsualYear:
    """A PCE's usual year: Wh PCS per day, by calendar month.

    `years` are the same in the weather of actual years, for climate-based ones; `error` is the
    weekly deviation in Wh.
    """

    pce_id: int
    basis: BudgetBasis
    day_wh: tuple[float, ...]
    reason: Reason | None = None
    years: tuple[tuple[float, ...], ...] = ()
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class KnownMonth:
    """The elapsed days of a PCE and month, those with a value, and their sum.

    `value` is in thousandths of the budget's unit.
    """

    days: int
    known_days: int
    value: int
    deposited: int = 0  # days deposited by an organisation


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A month of a budget: its plan, and consumption and plan of its known days."""

    month: date
    plan: int
    consumed: int
    planned: int  # of the days with a value
    known_days: int
    days: int  # due
    deposited: int = 0  # as in `KnownMonth`

    @property
    def gap(self) -> int:
        return self.consumed - self.planned


@dataclass(frozen=True, slots=True)
class BudgetEquivalent:
    """A budget in its other unit, kWh or euros; what has a day without price is None."""

    unit: Unit
    lines: tuple[BudgetLine | None, ...]
    standing: BudgetStanding | None
    forecast: Forecast | None

    @property
    def complete_lines(self) -> tuple[BudgetLine, ...]:
        """Return the lines when all months have prices, else none."""
        lines = tuple(line for line in self.lines if line is not None)
        return lines if len(lines) == len(self.lines) else ()

    @property
    def amount(self) -> int | None:
        lines = self.complete_lines
        return sum(line.plan for line in lines) if lines else None


@dataclass(frozen=True, slots=True)
class TrackedBudget:
    """A budget with its progress and outlook.

    `equivalent` is computed on request, for viewers with the permission to read prices.
    """

    budget: Budget
    standing: BudgetStanding | None
    forecast: Forecast | None
    outlook: BudgetOutlook
    lines: tuple[BudgetLine, ...]
    pces: int
    equivalent: BudgetEquivalent | None = None

    @property
    def equivalent_lines(self) -> tuple[BudgetLine, ...]:
        return self.equivalent.complete_lines if self.equivalent else ()

    @property
    def equivalent_amount(self) -> int | None:
        return self.equivalent.amount if self.equivalent else None

    @property
    def equivalent_standing(self) -> BudgetStanding | None:
        return self.equivalent.standing if self.equivalent else None

    @property
    def equivalent_forecast(self) -> Forecast | None:
        return self.equivalent.forecast if self.equivalent else None

    @property
    def lacks_price(self) -> bool:
        """Return whether a day without price hides a figure of the equivalent."""
        other = self.equivalent
        if other is None:
            return False
        pairs = (self.standing, other.standing), (self.forecast, other.forecast)
        return other.amount is None or any(own and not value for own, value in pairs)
