"""The end of the year, back-tested; budgets on months."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.signatures.rules.days import cut
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.rules.outlook import (
    estimate,
    normal_months,
    other_years,
    phased,
    student,
)
from data.analysis.signatures.rules.year_breakdown import reference_fit
from data.analysis.signatures.types import Fit, Past
from tests.data.analysis.signatures.world import FIRST, Site, past_of, sites, without

LAST = date(2025, 12, 31)
GOOD = Fit(16.0, 50_000.0, 20_000.0, 1.1, 0.6, 52, 0.95, 0.08, None)


def told_on(past, until):
    return cut(past, past.first, until)


def test_the_interval_holds_the_year_four_times_in_five():
    """Told on six days of 2025, of sites that each drift by their own way."""
    inside = total = 0
    widths = []
    for site in sites(60):
        drift = float(np.random.default_rng([site.seed, 3]).normal(1, 0.03))
        past = past_of(replace(site, noise=0.05, level=drift))
        true = cut(past, date(2025, 1, 1), LAST).energy.sum()
        for month in (1, 3, 5, 7, 9, 11):
            until = date(2025, month, 15)
            known = told_on(past, until)
            found = estimate(
                known, reference_fit(known, until), until, LAST, other_years(known, until, LAST)
            )
            total += 1
            inside += found.low_wh <= true <= found.high_wh
            widths.append((found.high_wh - found.low_wh) / true)
    print(f"coverage {inside / total:.1%} of {total} (80 % meant), width {np.mean(widths):.1%}")
    assert 0.72 <= inside / total <= 0.88


def test_days_that_lack_are_estimated_too():
    past, until = past_of(Site(noise=0.001)), date(2025, 6, 30)
    known = told_on(past, until)
    lacking = without(
        known, np.arange(known.place(date(2025, 2, 1)), known.place(date(2025, 2, 8)))
    )

    others = other_years(known, until, LAST)
    whole, holed = (
        estimate(one, reference_fit(one, until), until, LAST, others) for one in (known, lacking)
    )

    assert holed.known_wh == pytest.approx(whole.known_wh, rel=0.01)
    assert holed.days_left == 184


def test_one_year_of_weather_still_gives_an_interval():
    past, until = past_of(Site(), date(2024, 1, 1)), date(2025, 9, 30)
    known = told_on(past, until)
    others = other_years(known, until, LAST)

    found = estimate(known, reference_fit(known, until), until, LAST, others)

    assert len(others) == 1
    assert found.low_wh < found.total_wh < found.high_wh
    assert found.low_wh >= found.known_wh


def test_a_site_that_errs_alike_each_week_is_certain_of_itself():
    past, until = past_of(Site()), date(2025, 9, 30)
    temperature = np.full(len(past.energy), 8.0)
    known = told_on(Past(FIRST, np.full(len(past.energy), 5e5), temperature), until)
    short = replace(known, energy=np.where(np.arange(len(known.energy)) % 7, known.energy, np.nan))

    for one in (known, short, replace(known, energy=np.full(len(known.energy), np.nan))):
        found = estimate(one, GOOD, until, LAST, [np.full(92, 8.0)] * 3)
        assert found.low_wh <= found.total_wh <= found.high_wh


def test_a_year_without_temperatures_adds_nothing_for_the_days_it_lacks():
    past, until = past_of(Site()), date(2025, 9, 30)
    known = told_on(past, until)
    blind = replace(known, temperature=np.full(len(known.energy), np.nan))

    assert other_years(blind, until, LAST) == []
    assert estimate(blind, GOOD, until, LAST, [np.full(92, 8.0)]).known_wh == pytest.approx(
        cut(known, date(2025, 1, 1), until).energy.sum()
    )


@pytest.mark.parametrize(("freedom", "quantile"), [(1, 3.078), (2, 1.886), (4, 1.533), (30, 1.310)])
def test_students_law_is_near_its_table(freedom, quantile):
    assert student(freedom) == pytest.approx(quantile, rel=0.15)


@given(st.integers(0, 10**12), st.lists(st.floats(0, 600), min_size=12, max_size=12))
def test_a_budget_is_phased_to_the_last_watt_hour(year, normal):
    months = phased(year, 2026, GOOD, normal)

    assert sum(months) == year
    assert min(months) >= 0


def test_a_budget_follows_the_cold_and_not_twelfths():
    normal = (340, 290, 240, 150, 60, 10, 0, 0, 30, 130, 240, 320)

    months = phased(120_000_000, 2026, GOOD, normal)

    assert months[0] > 2.5 * months[6]
    heat, flat = GOOD.slope_wh * 340, GOOD.baseload_wh * 31
    whole = GOOD.slope_wh * sum(normal) + GOOD.baseload_wh * 365
    assert months[0] == pytest.approx(120_000_000 * (heat + flat) / whole, abs=1)


def test_a_site_that_burns_nothing_is_phased_by_days():
    nothing = replace(GOOD, baseload_wh=0.0, slope_wh=0.0)

    assert phased(365_000, 2026, nothing, (0.0,) * 12)[1] == 28_000


def test_normal_months_are_the_mean_of_those_known():
    past = past_of(Site())

    found = normal_months(past, 18.0)

    cold = np.maximum(0, 18 - past.temperature)
    assert sum(found) == pytest.approx(cold.sum() / 4, rel=0.01)
    assert normal_months(cut(past, FIRST, date(2022, 11, 1)), 18.0) is None
    assert fits(weeks_of([past]))[0].reason is None
