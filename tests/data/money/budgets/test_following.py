"""Where a budget stands: the same days on both sides, so that none that lacks is saved."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.metering.consumption.types import BudgetOutlook, Forecast, Unit
from data.money.budgets.rules.monthly_split import length, months_of
from data.money.budgets.rules.progress import lines_of, outlook, worst_first
from data.money.budgets.rules.progress import standing as stands
from data.money.budgets.types import Budget, BudgetDraft, KnownMonth, Phasing
from tests.factories import NOW

FIRST = date(2026, 1, 1)
MONTHS = months_of(FIRST)
TODAY, FEB = date(2027, 1, 1), date(2026, 2, 3)


def budget(months):
    return Budget(
        1, BudgetDraft(sum(months), Unit.KWH, FIRST), Phasing(tuple(months)), NOW, "Alice"
    )


def standing(one, months, weights, today):
    return stands(lines_of(one, months, weights), today)


def rolled(month, days):
    """The roll-up of the *days* of a month, None where one lacks."""
    some = [one for one in days if one is not None]
    return KnownMonth(length(month), len(some), sum(some))


PLANS = st.lists(st.integers(0, 10**9), min_size=12, max_size=12)


@given(st.integers(0, 10**9), st.lists(st.one_of(st.none(), st.integers(0, 10**8)), min_size=31,
                                       max_size=31), st.integers(0, 30))  # fmt: skip
def test_a_day_that_is_deleted_takes_its_own_plan_along(plan, days, at):
    """It never looks better by it, but by what that very day was above its plan."""
    told = [
        standing(budget([plan, *[0] * 11]), {1: {FIRST: rolled(FIRST, some)}}, {1: [1] * 12}, FEB)
        for some in (days, [*days[:at], None, *days[at + 1 :]])
    ]
    if days[at] is None or None in told:
        return
    before, after = told
    own = plan / length(FIRST)

    assert after.gap >= before.gap - max(0, days[at] - own) - 1
    assert after.planned <= before.planned
    assert after.known_days == before.known_days - 1


@given(PLANS)
def test_a_year_as_planned_stands_at_nought_whatever_lacks(plan):
    plan = [month * length(MONTHS[rank]) for rank, month in enumerate(plan)]
    for lacking in (0, 3, 7):
        told = {}
        for rank, month in enumerate(MONTHS):
            day = plan[rank] // length(month)
            days = [None if lacking and at % lacking == 0 else day for at in range(length(month))]
            told[month] = rolled(month, days)
        found = standing(budget(plan), {1: told}, {1: [1] * 12}, TODAY)
        assert found.gap == 0
        assert found.phased == sum(plan)
        assert found.share == (100 if found.planned else None)


def test_it_stands_at_the_end_of_the_last_month_that_is_over_and_known():
    plan = [310] * 12
    whole = {month: KnownMonth(31, length(month), 10 * length(month)) for month in MONTHS}

    under_way = standing(budget(plan), {1: whole}, {1: [1] * 12}, date(2026, 11, 24))
    late = standing(
        budget(plan), {1: {MONTHS[0]: whole[MONTHS[0]]}}, {1: [1] * 12}, date(2026, 4, 2)
    )

    assert under_way.until == date(2026, 10, 1)
    assert late.until == date(2026, 1, 1)
    assert late.phased == 310
    assert standing(budget(plan), {1: whole}, {1: [1] * 12}, date(2026, 1, 31)) is None
    assert standing(budget(plan), {1: {}}, {1: [1] * 12}, TODAY) is None


def test_of_many_each_weighs_as_it_burns():
    month = {MONTHS[0]: KnownMonth(31, 31, 900)}
    weights = {1: [9] * 12, 2: [1] * 12}

    found = standing(budget([1000] * 12), {1: month, 2: {}}, weights, date(2026, 2, 3))

    assert (found.consumed, found.planned, found.phased) == (900, 900, 1000)
    nothing = standing(budget([1000] * 12), {1: month}, {1: [0] * 12}, date(2026, 2, 3))
    assert (nothing.planned, nothing.share) == (0, None)
    assert worst_first(nothing) == worst_first(None) > worst_first(found)


@pytest.mark.parametrize(
    ("forecast", "found"),
    [
        (None, BudgetOutlook.UNTOLD),
        (Forecast(1310, 1110, 1510), BudgetOutlook.LIKELY),
        (Forecast(1300, 1100, 1500), BudgetOutlook.UNCERTAIN),
        (Forecast(1150, 1000, 1300), BudgetOutlook.UNCERTAIN),
        (Forecast(1203, 1175, 1232), BudgetOutlook.UNCERTAIN),  # nearly a coin toss
        (Forecast(1100, 1000, 1201), BudgetOutlook.POSSIBLE),
        (Forecast(1100, 1000, 1200), BudgetOutlook.UNLIKELY),
    ],
)
def test_the_end_is_told_from_the_estimate_and_its_interval(forecast, found):
    assert outlook(budget([100] * 12), None, forecast) is found


def test_what_is_burnt_already_is_over():
    month = {MONTHS[0]: KnownMonth(31, 31, 1300)}
    told = standing(budget([100] * 12), {1: month}, {1: [1] * 12}, date(2026, 2, 3))

    assert outlook(budget([100] * 12), told, Forecast(1, 1, 1)) is BudgetOutlook.OVER
