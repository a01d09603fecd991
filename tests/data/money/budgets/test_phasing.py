"""Budgets on their months: they sum to it exactly, whatever the year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.signatures.types import Reason
from data.money.budgets.rules.monthly_split import (
    months_of,
    split_by_month,
    spread_evenly,
    weights_of,
    with_mean,
)
from data.money.budgets.types import BudgetBasis, UsualYear

WEIGHTS = st.lists(st.integers(0, 10**12), min_size=12, max_size=13)
FIRSTS = st.builds(date, st.integers(2015, 2099), st.integers(1, 12), st.just(1))


def usual(*, pce=1, basis=BudgetBasis.CLIMATE, day=tuple(range(1, 13)), reason=None):
    return UsualYear(pce, basis, tuple(float(one) for one in day), reason)


@given(st.integers(0, 10**14), WEIGHTS)
def test_twelve_or_thirteen_months_sum_to_the_budget_and_none_is_negative(amount, weights):
    months = spread_evenly(amount, weights)

    assert sum(months) == amount
    assert min(months) >= 0
    assert all(month == 0 for month, weight in zip(months, weights, strict=True)
               if sum(weights) and not weight)  # fmt: skip


@given(st.integers(1, 10**14), FIRSTS, st.lists(st.floats(0, 1e8), min_size=12, max_size=12))
def test_any_twelve_months_sum_to_the_budget(amount, first, days):
    found = split_by_month(
        amount, first, [usual(day=days), usual(pce=2, basis=BudgetBasis.DAYS, day=())]
    )

    assert sum(found.months) == amount
    assert len(found.months) == 12
    assert min(found.months) >= 0
    assert (found.climate, found.past, found.days, found.pces) == (1, 0, 1, 2)


def test_a_year_may_begin_in_any_month():
    assert months_of(date(2026, 11, 1))[1:4] == (
        date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)
    )  # fmt: skip


def test_29_february_has_its_own_part():
    flat = usual(day=[10] * 12)

    assert weights_of(flat, months_of(date(2028, 1, 1)))[1] == 290
    assert weights_of(flat, months_of(date(2027, 1, 1)))[1] == 280


def test_what_is_not_known_is_by_days_alone_and_like_the_others_among_them():
    nothing = usual(pce=2, basis=BudgetBasis.DAYS, day=(), reason=Reason.FEW_WEEKS)

    alone = split_by_month(365_000, date(2026, 1, 1), [nothing])
    assert alone.months[:2] == (31_000, 28_000)
    assert alone.reason is Reason.FEW_WEEKS
    assert with_mean([usual(), nothing])[1].day_wh == usual().day_wh


def test_a_set_of_nobody_and_a_site_that_burns_nothing_are_phased_by_days():
    assert split_by_month(366_000, date(2028, 1, 1), []).months[1] == 29_000
    assert split_by_month(366_000, date(2028, 1, 1), [usual(day=[0] * 12)]).months[1] == 29_000


@pytest.mark.parametrize("weights", [None, [0] * 11 + [5]])
def test_weights_that_are_given_hold(weights):
    found = split_by_month(1200, date(2026, 1, 1), [usual(basis=BudgetBasis.PAST)], weights)

    assert (found.months[11] == 1200) is (weights is not None)
    assert found.past == 1
