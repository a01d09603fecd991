"""What is typed of a budget, and those that cannot stand together."""

from dataclasses import replace
from datetime import date

import pytest

from core.errors import Conflict, Invalid
from data.metering.consumption.types import Unit
from data.metering.prices.types import PriceTarget
from data.money.budgets.rules.checks import (
    LARGEST,
    amount_in,
    amount_text,
    check_alone,
    month_in,
    overlaps,
)
from data.money.budgets.types import BudgetDraft

YEAR = BudgetDraft(1000, Unit.KWH, date(2026, 1, 1), PriceTarget(tag="écoles"))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("120 000", 120_000_000), ("1\u202f234,5 kWh", 1_234_500), ("12.25€", 12_250), ("7", 7000)],
)
def test_an_amount_is_what_was_typed(text, amount):
    assert amount_in(text) == amount
    assert amount_in(amount_text(amount)) == amount


@pytest.mark.parametrize("text", ["", "cher", "-5", "0", "1,2345", str(LARGEST // 1000 + 1)])
def test_what_is_no_budget_is_refused(text):
    with pytest.raises(Invalid):
        amount_in(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-5", "supérieur à zéro"), ("\u2212 1\u202f000,5 kWh", "supérieur à zéro"),
        ("9999999999999", "dépasse"), ("9" * 40, "dépasse"), ("9" * 5000, "n’est pas un budget"),
    ],
)  # fmt: skip
def test_a_number_that_is_too_small_or_too_large_is_told_so(text, said):
    with pytest.raises(Invalid, match=said):
        amount_in(text)


@pytest.mark.parametrize("text", ["2026-10", "2026-10-01", "10/2026", "01/10/2026", " 10/2026 "])
def test_a_month_is_read_as_people_write_it(text):
    assert month_in(text) == date(2026, 10, 1)


def test_a_year_is_a_calendar_year():
    assert month_in("2026") == date(2026, 1, 1)


@pytest.mark.parametrize("text", ["", "demain", "13/2026", "2026-00", "02/10/2026", "0000", "1999"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(Invalid):
        month_in(text)


def test_twelve_months_of_the_same_pce_overlap_in_any_of_them():
    assert overlaps(YEAR, replace(YEAR, first=date(2026, 12, 1)))
    assert overlaps(YEAR, replace(YEAR, first=date(2025, 2, 1)))
    assert not overlaps(YEAR, replace(YEAR, first=date(2027, 1, 1)))
    assert not overlaps(YEAR, replace(YEAR, target=PriceTarget()))


def test_the_one_that_is_in_the_way_is_named():
    check_alone(replace(YEAR, first=date(2027, 1, 1)), [YEAR])
    with pytest.raises(Conflict) as refused:
        check_alone(YEAR, [YEAR])
    assert refused.value.params["last"] == "décembre 2026"
