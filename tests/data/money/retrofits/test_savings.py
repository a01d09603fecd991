"""The savings of works: figures of 200 invented ones, periods, and every refusal."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from bench.savings import COVERED, FIRST, MOST_BIAS, invent_works, prove_savings
from data.analysis.signatures.types import Past
from data.money.retrofits.rules.savings import count_known_days, measure_savings, periods_of
from data.money.retrofits.rules.words import method_words
from data.money.retrofits.types import RetrofitPeriods, Savings, SavingsRefusal

DAY = timedelta(days=1)
STARTED, FINISHED = date(2023, 6, 1), date(2023, 7, 31)
PERIODS = RetrofitPeriods(date(2022, 1, 1), STARTED - DAY, FINISHED + DAY, date(2024, 6, 30))


def site(saved=0.2, noise=0.03):
    """A site whose works save a share of all that it burns."""
    random = np.random.default_rng(5)
    days = np.arange((PERIODS.reporting_last - PERIODS.baseline_first).days + 1)
    temperature = 11 - 9 * np.cos(2 * np.pi * days / 365.25) + random.standard_normal(len(days))
    energy = (50_000 + 60_000 * np.maximum(0, 16 - temperature)) * (
        1 + noise * random.standard_normal(len(days))
    )
    after = days >= (STARTED - PERIODS.baseline_first).days
    return Past(PERIODS.baseline_first, energy * np.where(after, 1 - saved, 1.0), temperature)


def days_of(past, first, last):
    return slice(past.place(first), past.place(last) + 1)


def changed(past, first, last, *, energy=None, temperature=None):
    """*past* with other values from *first* to *last*."""
    columns = {"energy": past.energy.copy(), "temperature": past.temperature.copy()}
    for name, value in (("energy", energy), ("temperature", temperature)):
        if value is not None:
            columns[name][days_of(past, first, last)] = value
    return replace(past, **columns)


@pytest.mark.parametrize("stops", [False, True], ids=["ordinary", "heating stops in summer"])
def test_savings_of_200_works_are_unbiased_and_their_interval_holds_four_times_in_five(stops):
    proof = prove_savings(stops=stops)
    print(f"\n{proof.count} works: bias {proof.bias:+.2f} %, interval holds {proof.covered:.1f} %")

    assert proof.refused <= proof.count // 20
    assert abs(proof.bias) <= MOST_BIAS
    assert COVERED[0] <= proof.covered <= COVERED[1]


def test_the_savings_of_a_calm_site_are_certain():
    savings = measure_savings(site(), PERIODS)

    assert isinstance(savings, Savings)
    assert savings.share == pytest.approx(0.2, abs=0.01)
    assert savings.low_wh < savings.saved_wh < savings.high_wh
    assert savings.is_certain
    assert savings.days == 335
    assert savings.coverage == 1
    assert [month.month for month in savings.months[:2]] == [date(2023, 8, 1), date(2023, 9, 1)]
    assert sum(month.measured_wh for month in savings.months) == pytest.approx(savings.measured_wh)


def test_works_that_change_nothing_are_not_certain():
    assert not measure_savings(site(saved=0.0), PERIODS).is_certain


def test_days_without_a_value_are_left_out_of_both_sums():
    lacking = changed(site(), date(2024, 1, 8), date(2024, 1, 21), energy=np.nan)
    full, part = (measure_savings(past, PERIODS) for past in (site(), lacking))

    assert part.days == full.days - 14
    assert part.expected_wh < full.expected_wh
    assert part.share == pytest.approx(full.share, abs=0.005)


BEFORE = PERIODS.baseline_last - 364 * DAY, PERIODS.baseline_last
AFTER = PERIODS.reporting_first, PERIODS.reporting_last
WINTER = np.random.default_rng(6).normal(5, 0.5, 516)
REFUSED = {
    "few days in the year before": (
        {"first": BEFORE[0], "last": BEFORE[0] + 40 * DAY, "energy": np.nan},
        SavingsRefusal.FEW_DAYS_BEFORE,
    ),
    "few days after": (
        {"first": AFTER[0] + 60 * DAY, "last": AFTER[1], "energy": np.nan},
        SavingsRefusal.FEW_DAYS_AFTER,
    ),
    "gaps after": (
        {"first": AFTER[0] + 60 * DAY, "last": AFTER[0] + 120 * DAY, "energy": np.nan},
        SavingsRefusal.GAPS_AFTER,
    ),
    "no temperature before": (
        {"first": PERIODS.baseline_first, "last": BEFORE[1], "temperature": np.nan},
        SavingsRefusal.NO_TEMPERATURE,
    ),
    "no temperature after": (
        {"first": AFTER[0], "last": AFTER[1], "temperature": np.nan},
        SavingsRefusal.NO_TEMPERATURE,
    ),
    "weeks alike before": (
        {"first": PERIODS.baseline_first, "last": BEFORE[1], "temperature": WINTER},
        SavingsRefusal.NO_SPREAD,
    ),
    "no heating before": (
        {"first": PERIODS.baseline_first, "last": BEFORE[1], "energy": 100_000.0},
        SavingsRefusal.NOT_HEATING,
    ),
    "much colder after": (
        {"first": AFTER[0] + 150 * DAY, "last": AFTER[0] + 180 * DAY, "temperature": -25.0},
        SavingsRefusal.COLDER,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_data_that_do_not_allow_it_are_refused_with_the_reason(case):
    change, refusal = REFUSED[case]

    assert measure_savings(changed(site(), **change), PERIODS) is refusal


def heating_of(past):
    """The degree days that its heating follows."""
    return np.maximum(0, 16 - past.temperature)


def stopped(past, first=(5, 20), last=(9, 25)):
    """The same site, with its heating switched off between two dates of each year."""
    days = [past.first + place * DAY for place in range(len(past.energy))]
    is_stopped = np.array([first <= (day.month, day.day) <= last for day in days])
    share = np.where(is_stopped, 50_000 / (50_000 + 60_000 * heating_of(past)), 1.0)
    return replace(past, energy=past.energy * share)


def test_heating_stopped_each_summer_is_recognised_and_its_cold_days_expect_the_baseload_only():
    savings = measure_savings(stopped(site()), PERIODS)
    first, last = savings.stop.dates(2023)

    assert abs((first - date(2023, 5, 20)).days) <= 7
    assert abs((last - date(2023, 9, 25)).days) <= 7
    assert savings.share == pytest.approx(0.2, abs=0.01)
    assert dict(method_words(savings))["Chauffage arrêté l’été"] == (
        f"du {first:%d/%m} au {last:%d/%m}"
    )


def test_a_site_that_heats_on_cold_summer_days_has_no_stop():
    savings = measure_savings(site(), PERIODS)

    assert savings.stop is None
    assert "Chauffage arrêté l’été" not in dict(method_words(savings))


def test_a_first_cold_summer_after_the_works_is_refused_where_nothing_tells_a_stop():
    mild, cold = PERIODS.baseline_first, PERIODS.reporting_first
    summers = changed(site(), mild + 130 * DAY, mild + 280 * DAY, temperature=20.0)
    summers = changed(summers, date(2023, 5, 10), STARTED - DAY, temperature=20.0)
    summers = changed(summers, cold, cold + 60 * DAY, temperature=11.0)
    burnt = 50_000 + 60_000 * heating_of(summers)

    assert measure_savings(replace(summers, energy=burnt), PERIODS) is SavingsRefusal.COLD_SUMMER


def test_known_days_are_counted_in_the_year_before_and_after():
    assert count_known_days(site(), PERIODS) == (365, 335)


def test_a_site_that_the_weather_does_not_explain_is_refused():
    assert measure_savings(site(noise=1.2), PERIODS) in {
        SavingsRefusal.LOOSE,
        SavingsRefusal.NOT_HEATING,
    }


def test_works_without_days_after_are_refused():
    empty = periods_of(STARTED, FINISHED, STARTED)

    assert measure_savings(site(), empty) is SavingsRefusal.FEW_DAYS_AFTER


def test_periods_are_two_years_before_and_three_after_at_most():
    periods = periods_of(STARTED, FINISHED, date(2030, 1, 1))

    assert periods.baseline_last - periods.baseline_first == 729 * DAY
    assert periods.reporting_last - periods.reporting_first == 1094 * DAY


def test_other_works_of_the_site_leave_neither_period():
    others = [
        (date(2022, 1, 1), date(2022, 3, 1)),
        (date(2024, 2, 1), date(2024, 3, 1)),
        (STARTED, date(2024, 1, 1)),  # at the same time
    ]
    periods = periods_of(STARTED, FINISHED, date(2024, 6, 30), others)

    assert periods.baseline_first == date(2022, 3, 2)
    assert periods.reporting_last == date(2024, 1, 31)


def test_invented_works_are_the_same_each_time():
    assert invent_works(3).saved_wh == invent_works(3).saved_wh
    assert invent_works(3).past.first == FIRST
