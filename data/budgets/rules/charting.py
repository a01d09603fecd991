"""Budgets on the consumption chart: what each month may be."""

from collections.abc import Sequence
from datetime import date

from data.budgets.rules.checks import UNITS
from data.budgets.rules.phasing import length, months_of
from data.budgets.types import Followed
from data.consumption.rules.words import days_known
from data.consumption.types import Bucket, Planned, Series, Step
from data.pces.rules import month_of


def has_budget(series: Series) -> bool:
    """Whether its bars may be held against a budget: months, in energy or in euros."""
    return series.view.step is Step.MONTH and series.view.unit in UNITS and bool(series.buckets)


def planned(series: Series, told: Sequence[Followed], today: date) -> Planned | None:
    """What budgets in the unit of *series* mean for its bars; None where they mean nothing.

    The words are of the latest that has begun, else of the first to come.
    """
    mine = sorted(
        (one for one in told if one.budget.draft.unit is series.view.unit),
        key=lambda one: one.budget.draft.first,
    )
    values = tuple(_value(bucket, mine) for bucket in series.buckets)
    if all(value is None for value in values):
        return None
    begun = [one for one in mine if one.budget.draft.first <= today]
    said = begun[-1] if begun else mine[0]
    draft = said.budget.draft
    return Planned(
        said.budget.id, draft.first, draft.amount, values, said.standing, said.forecast,
        said.outlook,
    )  # fmt: skip


def _value(bucket: Bucket, told: Sequence[Followed]) -> int | None:
    """The plan of the days of a bar that have a value, so that what lacks is never saved.

    A month that is cut or under way has so much less; one of which nothing is known has none.
    """
    month = month_of(bucket.first)
    days = min(days_known(bucket), (bucket.last - bucket.first).days + 1)
    for one in told:
        months = months_of(one.budget.draft.first)
        if days and month in months:
            return one.budget.phasing.months[months.index(month)] * days // length(month)
    return None
