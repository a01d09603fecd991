"""Describe a budget drawn over the bars of a chart; the budgets feature fills it in.

Amounts are in thousandths of the unit of the budget: Wh PCS, or of a euro.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BudgetOutlook(StrEnum):
    """How the twelve months of a budget are likely to end, worst first."""

    OVER = "over"  # consumption is above it already
    LIKELY = "likely"  # above with a probability of at least 75 %
    UNCERTAIN = "uncertain"  # above with a probability of 25 to 75 %
    POSSIBLE = "possible"  # below with at least 75 %, but the interval includes it
    UNLIKELY = "unlikely"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    """The state of a budget at the end of `until`, its last elapsed month with a value.

    `consumed` covers the days with a value; `planned` is the budget of the same days, `phased` that
    of all days.
    """

    until: date
    consumed: int
    planned: int
    phased: int
    known_days: int
    days: int
    deposited: int = 0  # days deposited by an organisation

    @property
    def gap(self) -> int:
        return self.consumed - self.planned

    @property
    def share(self) -> float | None:
        """Return consumption in percent of the plan for the same days."""
        return 100 * self.consumed / self.planned if self.planned else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of the twelve months, with its 80 % interval."""

    total: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ChartedBudget:
    """A budget on a monthly chart: the plan of each bar over its days with a value.

    A value is None outside its twelve months, and where no day has a value. The other fields
    describe budget `id`, of `amount` from `first`, the latest that has started.
    """

    id: int
    first: date
    amount: int
    values: tuple[int | None, ...]
    standing: BudgetStanding | None
    forecast: Forecast | None
    outlook: BudgetOutlook
