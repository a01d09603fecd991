"""What a component may be: exact amounts, units of its kind, dates in order, nothing twice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from data.metering.prices.rules.checks import (
    DECIMALS,
    MOST,
    SCALE,
    UNITS,
    amount_in,
    amount_text,
    check_alone,
    check_dates,
    check_sign,
    check_unit,
    name_in,
    overlaps,
)
from data.metering.prices.types import Component, PriceDraft, PriceKind, PriceTarget, PriceUnit

JAN, DEC = date(2026, 1, 1), date(2026, 12, 31)


def draft(**values):
    return PriceDraft(
        **{
            "name": "Fourniture",
            "kind": PriceKind.VARIABLE,
            "unit": PriceUnit.EUR_MWH,
            "amount": 1,
            "first": JAN,
            "last": DEC,
        }
        | values
    )


@pytest.mark.parametrize(
    ("text", "unit", "kept"),
    [
        ("45,123", PriceUnit.EUR_MWH, 45_123_000),
        ("0.045123456", PriceUnit.EUR_KWH, 45_123_456),
        ("4,5123456", PriceUnit.CENT_KWH, 45_123_456),
        ("1 234,50 €", PriceUnit.EUR_MONTH, 1_234_500_000_000),
        ("−12", PriceUnit.EUR_YEAR, -12_000_000_000),
        ("5,5 %", PriceUnit.PERCENT, 55_000),
        ("0,10000000000", PriceUnit.EUR_M3, 100_000_000),
    ],
)
def test_an_amount_is_kept_exactly_as_typed(text, unit, kept):
    assert amount_in(text, unit) == kept


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        (" ", PriceUnit.EUR_MWH, "Indiquez un montant"),
        ("1.234,5", PriceUnit.EUR_MWH, "n’est pas un montant"),
        ("quarante", PriceUnit.EUR_MWH, "n’est pas un montant"),
        ("1000000000000", PriceUnit.EUR_MWH, "hors des bornes"),
        ("0,1234567890", PriceUnit.EUR_KWH, ""),
        ("0,1234567891", PriceUnit.EUR_KWH, "10 décimales : 9 au plus"),
        ("45", PriceUnit.EUR_KWH, "hors des bornes"),
        ("-5", PriceUnit.PERCENT, "hors des bornes"),
    ],
)
def test_another_is_refused_with_what_was_found(text, unit, said):
    if not said:
        assert amount_in(text, unit)
        return
    with pytest.raises(Invalid) as refused:
        amount_in(text, unit)
    assert said in str(refused.value)


@given(st.sampled_from(PriceUnit), st.data())
def test_an_amount_shown_is_read_back(unit, data):
    least = 0 if unit is PriceUnit.PERCENT else -MOST[unit] * SCALE[unit]
    amount = data.draw(st.integers(least, MOST[unit] * SCALE[unit]))
    assert amount_in(amount_text(amount, unit), unit) == amount
    assert 10 ** DECIMALS[unit] == SCALE[unit]


def test_a_negative_amount_is_a_discount_that_says_so():
    for name, amount in (("Fourniture", 5), ("Fourniture", 0), ("Remise de volume", -5),
                         ("REMISES", -1), ("Rabais", -1), ("Réduction", -1)):  # fmt: skip
        check_sign(name, amount)
    for name in ("Fourniture", "Avoirie", "Accise"):
        with pytest.raises(Invalid) as refused:
            check_sign(name, -5)
        assert "retirez le signe" in str(refused.value)


def test_a_unit_goes_with_its_kind():
    check_unit(PriceKind.TAX, PriceUnit.CENT_KWH)
    with pytest.raises(Invalid):
        check_unit(PriceKind.RATE, PriceUnit.EUR_MWH)
    assert set(UNITS) == set(PriceKind)
    assert {unit for units in UNITS.values() for unit in units} == set(PriceUnit)


def test_dates_are_in_order_and_of_our_time():
    check_dates(JAN, None)
    check_dates(JAN, JAN)
    for first, last in ((DEC, JAN), (date(1999, 12, 31), None)):
        with pytest.raises(Invalid):
            check_dates(first, last)


def test_a_name_is_one_line_that_says_something():
    assert name_in("  Accise \n sur le\tgaz ") == "Accise sur legaz"
    for name in (" \u202e ", "x" * 81):
        with pytest.raises(Invalid):
            name_in(name)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({}, True),
        ({"name": "FOURNITURE"}, True),
        ({"first": DEC, "last": None}, True),
        ({"first": date(2027, 1, 1), "last": None}, False),
        ({"first": date(2025, 1, 1), "last": date(2025, 12, 31)}, False),
        ({"name": "Accise"}, False),
        ({"target": PriceTarget(tag="écoles")}, False),
    ],
)
def test_the_same_name_for_the_same_pce_holds_once_a_day(other, told):
    assert overlaps(draft(), draft(**other)) is told
    assert overlaps(draft(**other), draft()) is told


def test_who_overlaps_is_told_with_which_and_until_when():
    check_alone(draft(), [Component(1, draft(name="Accise"))])
    with pytest.raises(Invalid) as refused:
        check_alone(draft(), [Component(1, draft())])
    assert "du 01/01/2026 au 31/12/2026" in str(refused.value)
    with pytest.raises(Invalid) as refused:
        check_alone(draft(), [Component(1, draft(last=None))])
    assert "depuis le 01/01/2026, sans fin" in str(refused.value)
