"""Compute the budget of each month on the consumption chart."""

from collections.abc import Sequence
from datetime import date

from data.metering.consumption.rules.labels import days_known
from data.metering.consumption.types import ChartedBudget, Series, SeriesBucket, SeriesStep
from data.metering.pces.rules import month_of
from data.money.budgets.rules.checks import UNITS
from data.money.budgets.rules.monthly_split import length, months_of
from data.money.budgets.types import TrackedBudget


def has_budget(series: Series) -> bool:
    """Return whether its bars can be compared with a budget: months, in energy or euros."""
    return (
        series.view.step is SeriesStep.MONTH and series.view.unit in UNITS and bool(series.buckets)
    )


def planned(series: Series, told: Sequence[TrackedBudget], today: date) -> ChartedBudget | None:
    """Return the budgets of the unit of `series` for its bars, None without any.

    The words describe the latest that has started, else the first to come.
    """
    mine = sorted(
        (budget for budget in told if budget.budget.draft.unit is series.view.unit),
        key=lambda one: one.budget.draft.first,
    )
    values = tuple(_value(bucket, mine) for bucket in series.buckets)
    if all(value is None for value in values):
        return None
    begun = [budget for budget in mine if budget.budget.draft.first <= today]
    current_budget = begun[-1] if begun else mine[0]
    draft = current_budget.budget.draft
    return ChartedBudget(
        current_budget.budget.id,
        draft.first,
        draft.amount,
        values,
        current_budget.standing,
        current_budget.forecast,
        current_budget.outlook,
    )


def _value(bucket: SeriesBucket, followed_budgets: Sequence[TrackedBudget]) -> int | None:
    """Return the plan of a bar's days with a value, so that missing days are not savings.

    A clipped or current month has a proportional plan; one without values has none.
    """
    month = month_of(bucket.first)
    days = min(days_known(bucket), (bucket.last - bucket.first).days + 1)
    for followed_budget in followed_budgets:
        months = months_of(followed_budget.budget.draft.first)
        if days and month in months:
            return (
                followed_budget.budget.phasing.months[months.index(month)] * days // length(month)
            )
    return None
