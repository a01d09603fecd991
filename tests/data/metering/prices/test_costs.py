"""Tariffs and costs: what holds on a day, sums exact, a day without a price missing."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.metering.prices.rules.costs import (
    cost,
    covers,
    day_cost,
    day_costs,
    day_parts,
    gap_cost,
    in_force,
    marginal,
    month_cost,
    months_cost,
    span_cost,
    tariff_on,
    tariffs_of,
    total,
)
from data.metering.prices.types import (
    ATTO,
    NANO,
    NOTHING,
    Cost,
    MonthUse,
    PriceDraft,
    PriceKind,
    PriceTarget,
    PriceUnit,
    Tariff,
    round_cents,
)

JAN = date(2026, 1, 1)
GAS = PriceDraft(
    "Fourniture", PriceKind.VARIABLE, PriceUnit.EUR_MWH, NANO * 45 // 1000, JAN
)  # 45 €/MWh
BY_MONTH = PriceDraft("Abonnement", PriceKind.FIXED, PriceUnit.EUR_MONTH, 31 * NANO, JAN)
BY_YEAR = PriceDraft("Capacité", PriceKind.FIXED, PriceUnit.EUR_YEAR, 365 * NANO, JAN)
EXCISE = PriceDraft("Accise", PriceKind.TAX, PriceUnit.EUR_MWH, NANO // 100, JAN)  # 10 €/MWh
VAT = PriceDraft("TVA", PriceKind.RATE, PriceUnit.PERCENT, 200_000, JAN)


def with_(draft: PriceDraft, **values: object) -> PriceDraft:
    return PriceDraft(**{name: getattr(draft, name) for name in draft.__slots__} | values)


def euros(found: Cost) -> Fraction:
    return Fraction(found.atto_eur, ATTO)


def test_a_day_costs_its_energy_its_taxes_its_share_of_fixed_parts_and_vat():
    tariffs = tariffs_of([GAS, BY_MONTH, BY_YEAR, EXCISE, VAT])
    found = cost(tariffs, JAN, [1_000_000])
    assert euros(found) == (45 + 10 + 1 + 1) * Fraction(12, 10)
    assert (found.days, found.unpriced, found.cents) == (1, 0, 6840)


def test_reduced_rates_bear_on_fixed_parts_alone_or_on_the_rest():
    reduced = with_(VAT, name="TVA réduite", kind=PriceKind.RATE_FIXED, amount=55_000)
    normal = with_(VAT, kind=PriceKind.RATE_VARIABLE)
    found = cost(tariffs_of([GAS, BY_MONTH, reduced, normal]), JAN, [1_000_000])
    assert euros(found) == 45 * Fraction(12, 10) + Fraction(1055, 1000)


def test_a_price_by_the_cubic_metre_needs_the_volume_and_no_energy():
    by_volume = with_(GAS, unit=PriceUnit.EUR_M3, amount=NANO // 2)
    tariffs = tariffs_of([by_volume])
    assert euros(cost(tariffs, JAN, [None, 5], [3000, None])) == Fraction(3, 2)
    assert cost(tariffs, JAN, [None, 5], [3000, None]).unpriced == 1
    assert cost(tariffs, JAN, [5]).atto_eur is None


def test_taxes_alone_price_nothing_and_such_days_are_missing_not_free():
    until = with_(GAS, last=date(2026, 1, 2))
    found = cost(tariffs_of([until, EXCISE, VAT]), JAN, [1000, None, 1000, 1000])
    assert (found.days, found.unpriced) == (1, 2)
    assert cost((), JAN, [1000]) == Cost(None, 0, 1)
    assert cost(tariffs_of([GAS]), date(2025, 12, 31), [7, 0]) == Cost(0, 1, 1)


def test_the_most_specific_of_a_name_holds_and_the_others_add_up():
    own = with_(GAS, amount=1, target=PriceTarget(pce="09999999910001"))
    tagged = with_(GAS, amount=2, target=PriceTarget(tag="écoles"))
    first = with_(GAS, name="FOURNITURE", amount=3, target=PriceTarget(tag="bains"))
    held = {one.amount for one in in_force([GAS, first, tagged, EXCISE], JAN)}
    assert held == {3, EXCISE.amount}
    assert tariffs_of([GAS, tagged, own, first, EXCISE])[0].per_kwh_pcs == 1 + EXCISE.amount


def test_a_specific_price_that_ends_leaves_its_days_to_the_wider_one():
    own = with_(GAS, amount=1, first=date(2026, 3, 1), last=date(2026, 3, 31),
                target=PriceTarget(pce="09999999910001"))  # fmt: skip
    tariffs = tariffs_of([GAS, own])
    told = [tariff_on(tariffs, day).per_kwh_pcs for day in (JAN, own.first, date(2026, 4, 1))]
    assert told == [GAS.amount, 1, GAS.amount]
    assert tariff_on(tariffs, date(2025, 12, 31)) is None
    assert tariff_on(tariffs_of([with_(GAS, last=JAN)]), date(2026, 1, 2)) is None
    assert tariffs_of([with_(GAS, last=date.max)])[0].last is None


@given(
    amount=st.integers(0, 10**13),
    start=st.dates(date(2023, 1, 1), date(2026, 1, 1)),
    cut=st.integers(0, 800),
    days=st.integers(1, 800),
)
def test_whole_months_and_years_cost_what_was_entered_and_cuts_lose_nothing(
    amount, start, cut, days
):
    fixed = with_(BY_MONTH, amount=amount, first=date(2020, 1, 1))
    yearly = with_(BY_YEAR, amount=amount, first=date(2020, 1, 1))
    tariffs = tariffs_of([with_(GAS, first=date(2020, 1, 1)), fixed, yearly, VAT])
    whole = cost(tariffs, date(2024, 1, 1), [0] * 366)
    assert euros(whole) == Fraction(13 * amount, NANO)
    used = [17 * n for n in range(days)]
    cut = min(cut, days)
    parts = cost(tariffs, start, used[:cut]) + cost(
        tariffs, start + timedelta(days=cut), used[cut:]
    )
    assert parts == cost(tariffs, start, used)


@given(
    energy=st.lists(st.integers(0, 10**8), min_size=31, max_size=31),
    month=st.sampled_from([date(2026, 1, 1), date(2026, 8, 1)]),
)
def test_a_whole_month_of_the_roll_up_costs_exactly_the_sum_of_its_days(energy, month):
    tariffs = tariffs_of([GAS, BY_MONTH, BY_YEAR, EXCISE, VAT])
    by_day = cost(tariffs, month, energy)
    assert month_cost(tariffs, MonthUse(month, sum(energy), None, 31)) == by_day
    assert months_cost(tariffs, [MonthUse(month, sum(energy), None, 31)] * 2) == by_day + by_day


def test_a_month_partly_known_takes_its_share_of_fixed_parts():
    tariffs = tariffs_of([GAS, BY_MONTH])
    found = month_cost(tariffs, MonthUse(JAN, 1_000_000, None, 20))
    assert (euros(found), found.days, found.spread) == (65, 20, False)


def test_a_month_where_the_price_changes_is_spread_and_says_so():
    dearer = with_(GAS, first=date(2026, 1, 11), amount=2 * GAS.amount)
    tariffs = tariffs_of([with_(GAS, last=date(2026, 1, 10)), dearer])
    found = month_cost(tariffs, MonthUse(JAN, 31_000_000, None, 31))
    assert (euros(found), found.days, found.spread) == (10 * 45 + 21 * 90, 31, True)


def test_a_month_that_is_partly_or_not_priced_says_how_many_days_are_missing():
    tariffs = tariffs_of([with_(GAS, first=date(2026, 1, 22))])
    found = month_cost(tariffs, MonthUse(JAN, 31_000_000, None, 31))
    assert (euros(found), found.days, found.unpriced, found.spread) == (450, 10, 21, True)
    before = month_cost(tariffs, MonthUse(date(2025, 12, 1), 5, None, 31))
    assert (before.atto_eur, before.days, before.unpriced) == (None, 0, 31)
    by_volume = tariffs_of([with_(GAS, unit=PriceUnit.EUR_M3)])
    assert month_cost(by_volume, MonthUse(JAN, 5, None, 31)).unpriced == 31
    assert month_cost(tariffs, MonthUse(JAN, None, None, 3)) == NOTHING
    assert month_cost(tariffs, MonthUse(JAN, 5, None, 0)) == NOTHING


def test_one_more_kilowatt_hour_costs_no_fixed_part():
    (one,) = tariffs_of([GAS, BY_MONTH, EXCISE, VAT])
    assert Fraction(marginal(one) * 1_000_000, ATTO) == 55 * Fraction(12, 10)  # a MWh
    by_volume = Tariff(JAN, None, per_m3=NANO)
    assert marginal(by_volume) is None
    assert Fraction(marginal(by_volume, 112_000) * 11_200, ATTO) == pytest.approx(1, rel=1e-6)


def test_the_total_of_day_costs_is_their_cost():
    tariffs = tariffs_of([GAS])
    energy, volume = [1, None, 3], [None, None, 2]
    costs = day_costs(tariffs, JAN, energy, volume)
    assert costs[1] is None
    assert total(costs, energy, volume) == cost(tariffs, JAN, energy, volume)


def test_cents_are_rounded_to_the_nearest():
    cent = ATTO // 100
    assert [round_cents(n) for n in (cent // 2, cent // 2 - 1, -cent // 2, 0)] == [1, 0, -1, 0]
    assert Cost().cents is None


@given(st.integers(1, 400), st.integers(0, 10**9), st.integers(0, 10**7), st.integers(-40, 400))
def test_a_span_costs_what_its_days_do(days, energy, volume, change):
    cut = JAN + timedelta(days=change)
    drafts = [with_(GAS, last=cut), with_(GAS, first=cut + timedelta(days=1), amount=NANO)]
    by_volume = with_(GAS, name="Volume", unit=PriceUnit.EUR_M3)
    drafts = [*drafts, by_volume, BY_MONTH, BY_YEAR, VAT] if change > 0 else drafts
    tariffs = tariffs_of([one for one in drafts if one.last is None or one.last >= one.first])
    each = [energy * (n + 1) // days - energy * n // days for n in range(days)]
    volumes = [volume * (n + 1) // days - volume * n // days for n in range(days)]
    one, other = cost(tariffs, JAN, each, volumes), span_cost(tariffs, JAN, days, (energy, volume))
    assert (one.atto_eur, one.days, one.unpriced) == (other.atto_eur, other.days, other.unpriced)
    assert span_cost(tariffs_of([by_volume]), JAN, days, (energy, None)).unpriced == days


def test_each_day_has_a_price_or_one_has_none():
    months = [date(2026, month, 1) for month in (1, 2, 3)]
    ends = [date(2026, 1, 31), date(2026, 2, 28), None]
    whole = tuple(Tariff(*span, per_kwh_pcs=1) for span in zip(months, ends, strict=True))
    assert covers(whole, JAN, date(2026, 12, 31))
    assert covers(whole[:2], JAN, date(2026, 2, 28))
    assert not covers(whole[:2], JAN, date(2026, 3, 1))
    assert not covers(whole, date(2025, 12, 31), JAN)
    assert not covers((whole[0], whole[2]), JAN, date(2026, 3, 1))
    assert not covers((), JAN, JAN)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=9), st.integers(1, 31))
def test_those_of_a_tariff_cost_together_the_sum_of_what_each_does(energies, days):
    tariffs = tariffs_of([GAS, BY_MONTH, BY_YEAR, EXCISE, VAT])
    alone = [month_cost(tariffs, MonthUse(JAN, energy, None, days)) for energy in energies]
    use = MonthUse(JAN, sum(energies), None, days, len(energies))
    assert month_cost(tariffs, use) == sum(alone, NOTHING)


def test_a_gap_costs_what_as_many_kilowatt_hours_do():
    dearer = with_(GAS, first=date(2026, 1, 11), amount=2 * GAS.amount)
    tariffs = tariffs_of([with_(GAS, last=date(2026, 1, 10)), dearer, BY_MONTH, VAT])
    use = MonthUse(JAN, 1, None, 31)
    spread = Fraction(gap_cost(tariffs, use, 31_000_000), ATTO)
    assert spread == (10 * 45 + 21 * 90) * Fraction(12, 10)
    assert gap_cost(tariffs, use, -31_000_000) < 0
    by_volume = (Tariff(JAN, None, per_m3=NANO),)
    known = MonthUse(JAN, 11_200, 1_000, 31)
    assert Fraction(gap_cost(by_volume, known, 11_200), ATTO) == pytest.approx(1, rel=1e-6)
    assert gap_cost(by_volume, use, 11_200) == 0


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_parts_of_a_day_sum_to_its_cost(energy, rate_variable, rate_fixed):
    rates = {"rate_variable": rate_variable, "rate_fixed": rate_fixed}
    one = Tariff(JAN, None, per_kwh_pcs=71, month=9 * NANO, **rates)
    day = date(2026, 2, 3)
    assert sum(day_parts(one, day, energy, None)) == day_cost(one, day, energy, None)
    assert day_parts(one, day, None, None) is None is day_cost(one, day, None, None)
