"""Types of budgets. Amounts are in thousandths of their unit: Wh PCS, or of a euro."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.consumption.types import BudgetOutlook, BudgetStanding, Forecast, Unit
from data.prices.types import EVERY, PriceTarget
from data.signatures.types import Reason


class BudgetBasis(StrEnum):
    """What the months of a delivery point are told from."""

    CLIMATE = "climate"  # its signature, and the normal degree days of its station
    PAST = "past"  # its own months of the last years
    DAYS = "days"  # nothing is known of it: every day alike


@dataclass(frozen=True, slots=True)
class BudgetDraft:
    """A budget as somebody enters it, for the twelve months from `first`, the first of a month."""

    amount: int
    unit: Unit  # KWH or EUR
    first: date
    target: PriceTarget = EVERY


@dataclass(frozen=True, slots=True)
class Phasing:
    """A budget on its months, which sum to it exactly, and how many PCE are told from what.

    `reason` says why the only one is not told from its signature.
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
    """A budget that is kept; `alias` is of its PCE. Who changes it says the `version` seen."""

    id: int
    draft: BudgetDraft
    phasing: Phasing
    changed_at: datetime
    by: str
    version: int = 1
    alias: str = ""


@dataclass(frozen=True, slots=True)
class BudgetVersion:
    """What a budget was from some time on, and who said so; `removed`: none any more."""

    amount: int
    unit: Unit
    at: datetime
    by: str
    removed: bool


@dataclass(frozen=True, slots=True)
class Usual:
    """What a PCE burns in a usual year: Wh PCS a day, by calendar month.

    `years` are the same in the weather of each of some years, of one told from its climate;
    `error` is the spread of a week of it, in Wh.
    """

    pce_id: int
    basis: BudgetBasis
    day_wh: tuple[float, ...]
    reason: Reason | None = None
    years: tuple[tuple[float, ...], ...] = ()
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class KnownMonth:
    """What is known of a PCE and month: the days over and those that have a value, and their sum.

    `value` is in thousandths of the unit of the budget.
    """

    days: int
    known_days: int
    value: int
    deposited: int = 0  # days that an organisation said, not the distributor


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A month of a budget: what it may burn, and what its known days burnt and were meant to."""

    month: date
    plan: int
    consumed: int
    planned: int  # of the days that have a value
    known_days: int
    days: int  # that are due
    deposited: int = 0  # as of `Known`


@dataclass(frozen=True, slots=True)
class Followed:
    """A budget with where it stands and how it is likely to end."""

    budget: Budget
    standing: BudgetStanding | None
    forecast: Forecast | None
    outlook: BudgetOutlook
    lines: tuple[BudgetLine, ...]
    pces: int
