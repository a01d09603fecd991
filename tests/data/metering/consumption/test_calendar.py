"""Calendar traps: 29 February, week 53, edges of years, clocks that change."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.metering.consumption.rules.calendar import (
    comparison_shifts,
    gas_day_hours,
    iso_week,
    month_end,
    same_day,
    same_weekday,
    span_of,
    spans,
    weekday_shifts,
    weeks_in,
)
from data.metering.consumption.types import SeriesStep
from data.metering.pces.rules import month_of

days = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@given(days, st.integers(0, 1500), st.sampled_from(SeriesStep))
def test_bars_follow_each_other_and_cover_the_period_once(first, length, step):
    last = first + timedelta(days=length)
    bars = spans(step, first, last)
    assert (bars[0][0], bars[-1][1]) == (first, last)
    for (start, end), following in zip(
        bars, [*bars[1:], (last + timedelta(days=1),) * 2], strict=True
    ):
        assert start <= end
        assert following[0] == end + timedelta(days=1)
        assert span_of(step, start) == span_of(step, end)


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2020, 12, 31), (2020, 53)),
        (date(2021, 1, 3), (2020, 53)),
        (date(2021, 1, 4), (2021, 1)),
        (date(2026, 12, 31), (2026, 53)),
        (date(2027, 1, 3), (2026, 53)),
        (date(2024, 12, 30), (2025, 1)),
    ],
)
def test_a_week_bears_its_iso_year(day, label):
    assert iso_week(day) == label


def test_some_years_have_53_weeks():
    assert [year for year in range(2015, 2033) if weeks_in(year) == 53] == [2015, 2020, 2026, 2032]


@pytest.mark.parametrize(
    ("day", "years", "step", "expected"),
    [
        (date(2026, 11, 21), 1, SeriesStep.MONTH, date(2025, 11, 21)),
        (date(2024, 2, 29), 1, SeriesStep.DAY, None),
        (date(2024, 2, 29), 4, SeriesStep.DAY, date(2020, 2, 29)),
        (date(2025, 2, 28), 1, SeriesStep.YEAR, date(2024, 2, 28)),
        (date(2025, 3, 1), 1, SeriesStep.MONTH, date(2024, 3, 1)),
        (date(2026, 1, 1), 2, SeriesStep.MONTH, date(2024, 1, 1)),
        (date(2020, 12, 31), 1, SeriesStep.WEEK, None),  # 2020 has a week 53, 2019 has none
        (date(2026, 12, 31), 1, SeriesStep.WEEK, None),
        (date(2021, 1, 2), 1, SeriesStep.WEEK, None),  # still week 53 of 2020
        (date(2021, 1, 4), 1, SeriesStep.WEEK, date(2019, 12, 30)),
        (date(2027, 1, 4), 1, SeriesStep.WEEK, date(2025, 12, 29)),
        (date(2026, 11, 21), 1, SeriesStep.WEEK, date(2025, 11, 22)),
    ],
)
def test_the_same_day_some_years_before(day, years, step, expected):
    assert same_day(day, years, step) == expected


@given(days, st.integers(0, 1200), st.integers(1, 3), st.sampled_from(SeriesStep))
def test_runs_say_the_same_as_day_by_day(first, length, years, step):
    last = first + timedelta(days=length)
    by_run = {
        start + timedelta(days=n): start + timedelta(days=n - shift)
        for start, end, shift in comparison_shifts(first, last, years, step)
        for n in range((end - start).days + 1)
    }
    every = (first + timedelta(days=n) for n in range(length + 1))
    assert by_run == {day: same for day in every if (same := same_day(day, years, step))}


@given(days, st.integers(1, 3), st.sampled_from(SeriesStep))
def test_two_days_never_have_the_same_counterpart(day, years, step):
    here, there = same_day(day, years, step), same_day(day + timedelta(days=1), years, step)
    assert here is None or here != there


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 23),  # 28 March 06:00 to 29 March 06:00, summer time begins
        (date(2026, 3, 29), 24),
        (date(2026, 10, 24), 25),
        (date(2026, 10, 25), 24),
        (date(2026, 7, 14), 24),
    ],
)
def test_a_gas_day_is_shorter_or_longer_when_the_clocks_change(day, hours):
    assert gas_day_hours(day) == hours


def test_months_run_across_years():
    assert month_of(date(2026, 1, 31), -1) == date(2025, 12, 1)
    assert month_of(date(2025, 12, 31), 1) == date(2026, 1, 1)
    assert month_end(date(2024, 2, 3)) == date(2024, 2, 29)
    assert month_end(date(2026, 12, 25)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2026, 11, 23), 1, date(2025, 11, 24)),  # a Monday faces a Monday
        (date(2026, 11, 23), 2, date(2024, 11, 25)),
        (date(2026, 11, 11), 1, date(2025, 11, 11)),  # a holiday faces that holiday
        (date(2026, 4, 6), 1, date(2025, 4, 21)),  # Easter Monday
        (date(2026, 11, 10), 1, date(2025, 11, 4)),  # not 11 November, a holiday
    ],
)
def test_the_same_weekday_some_years_before(day, years, expected):
    assert same_weekday(day, years) == expected
    assert weekday_shifts(day, day, years) == [(day, day, (day - expected).days)]
