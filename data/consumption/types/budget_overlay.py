"""Describe a budget drawn over the bars of a chart; the budgets feature fills it in.

Amounts are in thousandths of the unit of the budget: Wh PCS, or of a euro.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BudgetOutlook(StrEnum):
    """How the twelve months of a budget are likely to end, the worst first."""

    OVER = "over"  # more is burnt already
    LIKELY = "likely"  # above in three chances of four at least
    UNCERTAIN = "uncertain"  # in one to three of four: the estimate may be above or below
    POSSIBLE = "possible"  # below in as many, its interval is not
    UNLIKELY = "unlikely"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    """Where a budget stands at the end of `until`, its last month that is over and has a value.

    `consumed` is of the days that have a value; `planned` is what the budget meant for the very
    same days, `phased` for all of them.
    """

    until: date
    consumed: int
    planned: int
    phased: int
    known_days: int
    days: int
    deposited: int = 0  # days that an organisation said, not the distributor

    @property
    def gap(self) -> int:
        return self.consumed - self.planned

    @property
    def share(self) -> float | None:
        """What was consumed, in percent of what was planned for the same days."""
        return 100 * self.consumed / self.planned if self.planned else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the twelve months will add up to, with ends that hold it four times in five."""

    total: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ChartedBudget:
    """A budget on a chart by month: what each bar may be, on its days that have a value.

    None beside its twelve months, and where no day has a value.
    The words are of the budget by the `id`, of `amount` from `first` on, the latest that has begun.
    """

    id: int
    first: date
    amount: int
    values: tuple[int | None, ...]
    standing: BudgetStanding | None
    forecast: Forecast | None
    outlook: BudgetOutlook
