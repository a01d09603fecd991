"""What is asked about before it is kept: a unit mistaken for another."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.metering.prices.rules.checks import MOST, SCALE, UNITS, amount_in
from data.metering.prices.rules.plausibility import BOUNDS, doubt_of
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit

MWH, KWH, CENT, M3 = UNITS[PriceKind.VARIABLE]


def price(text, unit, kind=PriceKind.VARIABLE):
    return PriceDraft("Fourniture", kind, unit, amount_in(text, unit), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "unit", "kind"),
    [
        ("45,123", MWH, PriceKind.VARIABLE),
        ("0,075", KWH, PriceKind.VARIABLE),
        ("7,5", CENT, PriceKind.VARIABLE),
        ("0,82", M3, PriceKind.VARIABLE),
        ("-2", MWH, PriceKind.VARIABLE),  # a discount
        ("15,43", MWH, PriceKind.TAX),
        ("1,52", MWH, PriceKind.TAX),
        ("9,4", PriceUnit.EUR_MONTH, PriceKind.FIXED),
        ("14 200", PriceUnit.EUR_YEAR, PriceKind.FIXED),
        ("20", PriceUnit.PERCENT, PriceKind.RATE),
        ("20,8", PriceUnit.PERCENT, PriceKind.RATE_FIXED),
    ],
)
def test_usual_amounts_are_not_asked_about(text, unit, kind):
    assert doubt_of(price(text, unit, kind)) is None


@pytest.mark.parametrize(
    ("text", "unit", "kind", "meant"),
    [
        ("0,075", MWH, PriceKind.VARIABLE, ("0,075", KWH)),
        ("7,5", CENT, PriceKind.TAX, ("7,5", MWH)),
        ("45", CENT, PriceKind.VARIABLE, ("45", MWH)),
        ("0,5", KWH, PriceKind.VARIABLE, ("0,5", CENT)),
        ("0,01543", MWH, PriceKind.TAX, ("0,01543", KWH)),
        ("0,2", PriceUnit.PERCENT, PriceKind.RATE, ("20", PriceUnit.PERCENT)),
        ("-0,002", MWH, PriceKind.VARIABLE, ("-0,002", KWH)),
        ("90", PriceUnit.PERCENT, PriceKind.RATE, None),
        ("500 000", PriceUnit.EUR_MONTH, PriceKind.FIXED, ("500000", PriceUnit.EUR_YEAR)),
        ("0", MWH, PriceKind.VARIABLE, None),
    ],
)
def test_a_unit_mistaken_for_another_is_asked_about(text, unit, kind, meant):
    doubt = doubt_of(price(text, unit, kind))
    expected = (amount_in(*meant), meant[1]) if meant else None
    assert doubt is not None
    assert doubt.likely_amount == expected


@given(st.sampled_from(list(PriceKind)), st.data())
def test_what_is_meant_is_never_asked_about_again(kind, data):
    unit = data.draw(st.sampled_from(UNITS[kind]))
    amount = data.draw(st.integers(-MOST[unit] * SCALE[unit], MOST[unit] * SCALE[unit]))
    doubt = doubt_of(PriceDraft("x", kind, unit, amount, date(2026, 1, 1)))
    low, high = BOUNDS[kind][unit]
    if doubt is None:
        assert abs(amount) <= high * SCALE[unit]
        assert amount < 0 or amount >= low * SCALE[unit]
    elif doubt.likely_amount:
        same, other = doubt.likely_amount
        assert doubt_of(PriceDraft("x", kind, other, same, date(2026, 1, 1))) is None


def test_each_kind_and_unit_has_its_bounds():
    assert {kind: set(BOUNDS[kind]) for kind in PriceKind} == {k: set(u) for k, u in UNITS.items()}
