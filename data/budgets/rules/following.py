"""Where a budget stands: what was consumed, against what it meant for the very same days."""

from collections.abc import Mapping, Sequence
from datetime import date

from data.budgets.rules.phasing import length, months_of
from data.budgets.types import Budget, Known, Line
from data.consumption.types import Forecast, Outlook, Standing
from data.signatures.rules.outlook import QUANTILE

QUARTILE = 0.6745  # of a normal law: three times in four
Weights = Mapping[int, Sequence[int]]  # by PCE, of each of the twelve months
Months = Mapping[int, Mapping[date, Known]]  # by PCE; a month that nothing is due of is not there


def lines_of(budget: Budget, months: Months, weights: Weights) -> tuple[Line, ...]:
    """Its twelve months.

    A day without a value weighs on neither side: its share of the plan is taken off as well, the
    plan of a month being spread over the days and the PCE of it. So what is missing is never saved.
    """
    found = []
    for rank, month in enumerate(months_of(budget.draft.first)):
        told = {pce: each[month] for pce, each in months.items() if month in each}
        plan = budget.phasing.months[rank]
        sums = [sum(values) for values in zip(*map(_figures, told.values()), strict=True)]
        value, known, days, deposited = sums or (0, 0, 0, 0)
        planned = planned_of(plan, month, told, weights, rank)
        found.append(Line(month, plan, value, planned, known, days, deposited))
    return tuple(found)


def _figures(one: Known) -> tuple[int, int, int, int]:
    return one.value, one.known, one.days, one.deposited


def standing(lines: Sequence[Line], today: date) -> Standing | None:
    """At the end of the last month that is over and of which something is known; None before it."""
    over = [one for one in lines if _ended(one.month, today)]
    while over and not over[-1].known:
        over.pop()
    if not over:
        return None
    return Standing(
        over[-1].month,
        consumed=sum(one.consumed for one in over),
        planned=sum(one.planned for one in over),
        phased=sum(one.plan for one in over),
        known=sum(one.known for one in over),
        days=sum(one.days for one in over),
        deposited=sum(one.deposited for one in over),
    )


def _ended(month: date, today: date) -> bool:
    return (month.year, month.month) < (today.year, today.month)


def planned_of(
    amount: int, month: date, told: Mapping[int, Known], weights: Weights, rank: int
) -> int:
    """What of the plan of *month* is for the days that have a value; never rounded up."""
    whole = sum(each[rank] for each in weights.values()) * length(month)
    share = sum(one.known * weights[pce][rank] for pce, one in told.items())
    return amount * share // whole if whole else 0


def outlook(budget: Budget, told: Standing | None, forecast: Forecast | None) -> Outlook:
    """How the year is likely to end; who is told that it is likely is right three times in four.

    The end is taken as normal about the estimate, its upper half holding four chances of ten.
    """
    amount = budget.draft.amount
    if told is not None and told.consumed > amount:
        return Outlook.OVER
    if forecast is None:
        return Outlook.UNTOLD
    nearly = (forecast.high - forecast.total) * QUARTILE / QUANTILE
    if forecast.total > amount + nearly or forecast.low > amount:
        return Outlook.LIKELY
    if forecast.total > amount - nearly:
        return Outlook.UNCERTAIN
    return Outlook.POSSIBLE if forecast.high > amount else Outlook.UNLIKELY


def worst_first(gap: Standing | None) -> float:
    """A key to sort by: how far above the plan, in share of it; the untold come last."""
    share = gap.share if gap else None
    return float("inf") if share is None else -share
