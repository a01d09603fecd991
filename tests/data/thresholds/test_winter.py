"""Thresholds that know the weather: the rules, what is refused, what is judged, what is said."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.signatures.types import Past, Reason
from data.metering.consumption.types import Quality, Status
from data.thresholds.rules.checks import problems_in
from data.thresholds.rules.evaluation import Segment, evaluate_segments
from data.thresholds.rules.lines import line_of
from data.thresholds.rules.winter import (
    LEAST_PROPOSED,
    expected,
    gaps,
    learn,
    limit_of,
    proposed_percent,
    winter_points,
)
from data.thresholds.types import (
    Ending,
    ExpectedConsumption,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
)
from tests.data.analysis.signatures.world import Site, past_of
from tests.factories import PCE

FIRST = date(2025, 1, 1)
FLAT = ExpectedConsumption({FIRST + timedelta(days=n): 1000 for n in range(400)}, 1000)
WINTER = ThresholdDraft(
    "w",
    ThresholdKind.WEATHER,
    ThresholdPeriod.DAY,
    percent=10,
    window=7,
    warn_at=None,
    expected=FLAT,
)


def days(values, quality=Quality.MEASURED):
    """Published days of *values* in order; None is absent."""
    return [
        (FIRST + timedelta(days=n), value, int(quality), int(Status.UNKNOWN))
        for n, value in enumerate(values)
        if value is not None
    ]


def exceedances(values, one=WINTER, **said):
    last = FIRST + timedelta(days=399)
    return evaluate_segments(
        days(values, **said), [Segment(FIRST, last, one)], until=last, today=last
    )


def test_an_excess_is_the_mean_of_a_window_and_ends_under_the_limit():
    (found,) = exceedances([1000] * 20 + [1200] * 20 + [1000] * 20)
    assert found.exceeded_on == FIRST + timedelta(days=23)  # four days of seven: 1114 > 1100
    assert (found.value_wh, found.limit_wh, found.expected_wh) == (1114, 1100, 1000)
    assert found.ended_on == FIRST + timedelta(days=45)  # 1028: five percent under 1100, or less
    assert found.ending is Ending.CLEARED


def test_a_cold_week_is_no_excess():
    cold = {FIRST + timedelta(days=n): 1000 if n < 20 or n > 30 else 4000 for n in range(400)}
    one = replace(WINTER, expected=ExpectedConsumption(cold, 1000))
    assert exceedances([1000] * 20 + [4000] * 11 + [1000] * 20, one) == []


def test_an_estimate_a_day_without_temperature_and_half_a_window_are_not_judged():
    assert exceedances([9000] * 60, quality=Quality.ESTIMATED) == []
    assert exceedances([9000] * 60, replace(WINTER, expected=ExpectedConsumption({}, 1000))) == []
    assert exceedances([9000] * 60, replace(WINTER, expected=None)) == []
    assert exceedances([9000, 9000, 9000]) == []
    assert exceedances([9000, 9000, 9000, 9000])[0].first == FIRST + timedelta(days=3)


def test_days_after_the_last_asked_for_are_not_judged():
    told = days([1000] * 20)
    few, all_ = (
        list(winter_points(told, WINTER, FIRST, FIRST + timedelta(days=last))) for last in (9, 19)
    )
    assert (len(few), few) == (7, all_[:7])  # the fourth day is the first of which half is known


def test_when_temperatures_stop_what_is_open_stays_and_nothing_new_is_told():
    known = ExpectedConsumption({FIRST + timedelta(days=n): 1000 for n in range(20)}, 1000)
    (found,) = exceedances([1200] * 60, replace(WINTER, expected=known))
    assert (found.ended_on, found.last) == (None, FIRST + timedelta(days=19))


def test_an_excess_of_nothing_is_nothing():
    """In summer a site without hot water may use three times its nothing."""
    summer = ExpectedConsumption({FIRST + timedelta(days=n): 10 for n in range(400)}, 1000)
    assert exceedances([30] * 60, replace(WINTER, expected=summer)) == []
    assert limit_of(WINTER, 1000, 10) == 10 + 25


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 5000)), max_size=60),
    st.integers(0, 40),
    st.integers(2, 9),
)
def test_what_a_day_is_worth_depends_on_its_window_alone(values, place, scale):
    """Days before the window change nothing; all of it scaled is scaled."""
    told = days(values)
    low = FIRST + timedelta(days=place)
    one = [Segment(low, FIRST + timedelta(days=99), WINTER)]
    end = FIRST + timedelta(days=99)
    window = [day for day in told if day[0] >= low - timedelta(days=6)]
    found = evaluate_segments(told, one, until=end, today=end)
    assert found == evaluate_segments(window, one, until=end, today=end)
    larger = ExpectedConsumption({day: wh * scale for day, wh in FLAT.days.items()}, 1000 * scale)
    scaled = [(day, wh * scale, *rest) for day, wh, *rest in told]
    again = evaluate_segments(
        scaled, [Segment(low, end, replace(WINTER, expected=larger))], until=end, today=end
    )
    assert [exceedance.exceeded_on for exceedance in again] == [
        exceedance.exceeded_on for exceedance in found
    ]


def test_a_site_learns_its_own_signature_and_what_it_strays_by():
    past = past_of(Site(noise=0.02), FIRST - timedelta(days=729), FIRST)
    (known,) = learn([past])
    assert known.reason is None
    assert abs(known.fit.slope_wh * known.fit.use / 40_000 - 1) < 0.05
    assert (known.first, known.last) == (FIRST - timedelta(days=729), FIRST)
    temperatures = {
        past.first + timedelta(days=n): round(value * 100)
        for n, value in enumerate(past.temperature.tolist())
    }
    told = [
        (past.first + timedelta(days=n), int(wh), int(Quality.MEASURED), int(Status.UNKNOWN))
        for n, wh in enumerate(past.energy.tolist())
    ]
    one = replace(WINTER, window=28, expected=expected(known, temperatures))
    percent, strays = proposed_percent(gaps(told, one))
    assert percent == LEAST_PROPOSED
    assert 0 < strays < 3
    assert proposed_percent([]) == (LEAST_PROPOSED, 0.0)
    assert proposed_percent([-6.0, 6.0]) == (27, pytest.approx(8.9, abs=0.1))
    assert gaps([], one) == gaps(told, replace(one, expected=None)) == []


def test_a_summer_of_nothing_is_no_measure_of_how_a_site_strays():
    summer = ExpectedConsumption({FIRST + timedelta(days=n): 10 for n in range(400)}, 1000)
    assert set(gaps(days([30] * 20), replace(WINTER, expected=summer))) == {
        8.0
    }  # of 250, not of 10
    none = ExpectedConsumption(summer.days, 0)
    assert set(gaps(days([30] * 20), replace(WINTER, expected=none))) == {200.0}
    empty = ExpectedConsumption(dict.fromkeys(summer.days, 0), 0)
    assert gaps(days([30] * 20), replace(WINTER, expected=empty)) == []


def test_what_cannot_be_learnt_says_why():
    past = past_of(Site(), FIRST - timedelta(days=729), FIRST)
    no_cold = Past(past.first, past.energy, np.full(len(past.energy), np.nan))
    young = Past(past.first, np.where(np.arange(730) < 600, np.nan, past.energy), past.temperature)
    empty = Past(past.first, np.full(730, np.nan), past.temperature)
    flat = Past(past.first, np.full(730, 5000.0), past.temperature)
    found = learn([no_cold, young, empty, flat])
    assert [one.reason for one in found] == [
        Reason.NO_TEMPERATURE,
        Reason.FEW_WEEKS,
        Reason.FEW_WEEKS,
        Reason.NOT_HEATING,
    ]
    assert expected(found[0], {FIRST: 500}) is None
    assert learn([]) == []


def test_its_limit_is_drawn_day_by_day_at_the_temperature_of_each():
    known = {FIRST: 1000, FIRST + timedelta(days=1): 3000, FIRST + timedelta(days=5): 1000}
    one = replace(WINTER, expected=ExpectedConsumption(known, 1000))
    line = line_of([Segment(FIRST, FIRST + timedelta(days=2), one)], FIRST, FIRST)
    assert [(step.first, step.limit_wh) for step in line] == [(FIRST, 1100)]
    line = line_of([Segment(FIRST, FIRST + timedelta(days=9), one)], FIRST, date(2026, 1, 1))
    assert [step.limit_wh for step in line] == [1100, 3300, 1100]


@pytest.mark.parametrize(
    ("values", "field"), [({"percent": 2}, "percent"), ({"window": 8}, "window")]
)
def test_each_problem_is_said_of_its_field(values, field):
    one = replace(WINTER, scope=ThresholdScope((PCE,)), **values)
    assert [said[0] for said in problems_in(one)] == [field]
