"""The comparison on equal days, by hand: months of other lengths, leap days, holes, week 53."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.metering.consumption.rules.calendar import same_day
from data.metering.consumption.rules.labels import gap
from data.metering.consumption.rules.series import bucket_of, buckets_of
from data.metering.consumption.types import SeriesStep, Unit
from tests.data.metering.consumption.test_series import DAY, asked, every, row, whole

BEGIN, END = date(2022, 1, 1), date(2025, 12, 31)


def compared(rows, first, last, *, step=SeriesStep.MONTH):
    bar = bucket_of(whole(rows, BEGIN), asked(step, (1,)), first, last)
    return bar.comparisons[0]


def drift(rows, first, last):
    return gap(compared(rows, first, last), Unit.KWH)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2025, 2, 1), date(2025, 2, 28), 28),  # against the 29 days of a leap year
        (date(2024, 2, 1), date(2024, 2, 29), 28),  # and the other way round
        (date(2025, 3, 1), date(2025, 3, 31), 31),
        (date(2025, 1, 1), date(2025, 12, 31), 365),
        (date(2024, 1, 1), date(2024, 12, 31), 365),
    ],
)
def test_as_much_a_day_is_no_drift_whatever_the_length(first, last, days):
    found = compared([row(day) for day in every(BEGIN, END)], first, last)
    assert (found.days, found.this_wh, found.shared_wh) == (days, days * 11_000, days * 11_000)
    assert gap(found, Unit.KWH) == 0


def test_28_days_known_are_held_against_28_and_not_31():
    rows = [row(day) for day in every(BEGIN, date(2025, 3, 28))]
    found = compared(rows, date(2025, 3, 1), date(2025, 3, 31))
    assert (found.days, found.this_wh, found.shared_wh) == (28, 28 * 11_000, 28 * 11_000)
    assert gap(found, Unit.KWH) == 0


def test_a_winter_day_that_lacks_takes_its_own_weight_out_of_both_sides():
    """10 kWh a day in the first half of the month, 30 in the second, of which five days lack."""
    rows = []
    for day in every(date(2024, 1, 1), date(2025, 1, 31)):
        lost = day.year == 2025 and day.day > 26
        rows += [] if lost else [row(day, 10_000 if day.day <= 15 else 30_000)]
    found = compared(rows, date(2025, 1, 1), date(2025, 1, 31))
    assert (found.days, found.this_wh, found.shared_wh) == (26, 480_000, 480_000)


def test_weeks_are_held_against_those_of_the_same_number_and_week_53_against_none():
    rows = [
        row(day, 1000 * day.isocalendar().week)
        for day in every(date(2019, 1, 1), date(2021, 1, 31))
    ]
    days = whole(rows, date(2019, 1, 1))
    bars = buckets_of(days, asked(SeriesStep.WEEK, (1,)), date(2020, 12, 14), date(2021, 1, 10))
    told = [(bar.comparisons[0].days, bar.comparisons[0].shared_wh) for bar in bars]
    assert told == [(7, 7 * 51_000), (7, 7 * 52_000), (0, None), (7, 7 * 1000)]


YEAR = every(date(2025, 1, 1), date(2025, 12, 31))
steps = st.dictionaries(st.sampled_from(YEAR), st.integers(1, 9000), min_size=1, max_size=40)


@given(
    more=steps,
    sign=st.sampled_from([-1, 0, 1]),
    lost=st.sets(st.sampled_from(YEAR), max_size=60),
    span=st.sampled_from([(YEAR[0], YEAR[-1]), (YEAR[31], YEAR[58]), (YEAR[59], YEAR[89])]),
)
def test_deleting_the_same_days_on_both_sides_never_changes_the_sign(more, sign, lost, span):
    """A site that never uses less than the year before is never said to, whatever lacks."""
    now = {day: 10_000 + sign * more.get(day, 0) for day in YEAR}
    before = dict.fromkeys(every(date(2024, 1, 1), date(2024, 12, 31)), 10_000)
    earlier = {same_day(day, 1) for day in lost}

    def told(gone):
        rows = [row(day, wh) for day, wh in (before | now).items() if day not in gone]
        return compared(rows, *span)

    both = told(lost | earlier)
    inside = [day for day in every(*span) if day not in lost]
    assert both.days == len(inside)
    gaps = (both.this_wh or 0) - (both.shared_wh or 0)
    assert gaps == sum(now[day] - 10_000 for day in inside)
    assert sign * gaps >= 0
    for one in (told(lost), told(earlier)):  # lost on one side is lost on both
        assert (one.days, one.this_wh, one.shared_wh) == (both.days, both.this_wh, both.shared_wh)


def test_the_day_before_is_not_the_same_day():
    assert same_day(date(2025, 3, 1), 1) - DAY == date(2024, 2, 29)
