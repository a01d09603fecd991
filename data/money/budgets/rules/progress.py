"""Compare consumption with the budget of exactly the same days."""

from collections.abc import Mapping, Sequence
from datetime import date

from data.analysis.signatures.rules.outlook import QUANTILE
from data.metering.consumption.types import BudgetOutlook, BudgetStanding, Forecast
from data.money.budgets.rules.monthly_split import length, months_of
from data.money.budgets.types import Budget, BudgetLine, KnownMonth

QUARTILE = 0.6745  # of a normal distribution: 75 %
Weights = Mapping[int, Sequence[int]]  # by PCE, for each of the twelve months
Months = Mapping[int, Mapping[date, KnownMonth]]  # by PCE; months without due days are absent


def lines_of(budget: Budget, months: Months, weights: Weights) -> tuple[BudgetLine, ...]:
    """Return the twelve months of a budget.

    A day without value counts on neither side: its share of the plan, spread over days and PCEs, is
    removed too, so that missing data is never a saving.
    """
    budget_lines = []
    for rank, month in enumerate(months_of(budget.draft.first)):
        months_by_pce = {pce: each[month] for pce, each in months.items() if month in each}
        plan = budget.phasing.months[rank]
        sums = [sum(values) for values in zip(*map(_figures, months_by_pce.values()), strict=True)]
        value, known_days, days, deposited = sums or (0, 0, 0, 0)
        planned = planned_of(plan, month, months_by_pce, weights, rank)
        budget_lines.append(BudgetLine(month, plan, value, planned, known_days, days, deposited))
    return tuple(budget_lines)


def _figures(known_month: KnownMonth) -> tuple[int, int, int, int]:
    return known_month.value, known_month.known_days, known_month.days, known_month.deposited


def standing(lines: Sequence[BudgetLine], today: date) -> BudgetStanding | None:
    """Return the state at the end of the last elapsed month with values; None before."""
    over = [line for line in lines if _ended(line.month, today)]
    while over and not over[-1].known_days:
        over.pop()
    if not over:
        return None
    return BudgetStanding(
        over[-1].month,
        consumed=sum(line.consumed for line in over),
        planned=sum(line.planned for line in over),
        phased=sum(line.plan for line in over),
        known_days=sum(line.known_days for line in over),
        days=sum(line.days for line in over),
        deposited=sum(line.deposited for line in over),
    )


def _ended(month: date, today: date) -> bool:
    return (month.year, month.month) < (today.year, today.month)


def planned_of(
    amount: int, month: date, months_by_pce: Mapping[int, KnownMonth], weights: Weights, rank: int
) -> int:
    """Return the part of a month's plan for days with a value, rounded down."""
    total_weight = sum(each[rank] for each in weights.values()) * length(month)
    share = sum(
        known_month.known_days * weights[pce][rank] for pce, known_month in months_by_pce.items()
    )
    return amount * share // total_weight if total_weight else 0


def outlook(
    budget: Budget, budget_standing: BudgetStanding | None, forecast: Forecast | None
) -> BudgetOutlook:
    """Return the likely outcome; LIKELY means a probability of at least 75 %.

    The outcome is taken as normal around the estimate, its upper half-interval holding 40 %.
    """
    amount = budget.draft.amount
    if budget_standing is not None and budget_standing.consumed > amount:
        return BudgetOutlook.OVER
    if forecast is None:
        return BudgetOutlook.UNTOLD
    nearly = (forecast.high - forecast.total) * QUARTILE / QUANTILE
    if forecast.total > amount + nearly or forecast.low > amount:
        return BudgetOutlook.LIKELY
    if forecast.total > amount - nearly:
        return BudgetOutlook.UNCERTAIN
    return BudgetOutlook.POSSIBLE if forecast.high > amount else BudgetOutlook.UNLIKELY


def worst_first(gap: BudgetStanding | None) -> float:
    """Return a sort key: largest excess over the plan first, unknown last."""
    share = gap.share if gap else None
    return float("inf") if share is None else -share
