"""Bars from days: nothing is lost, absent is not zero, and both years stop on the same day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.identity.settings.types import Carbon, HeatingValue
from data.metering.consumption.rules.calendar import same_day
from data.metering.consumption.rules.days import (
    DayColumns,
    Extent,
    StoredPeriod,
    days_of,
    fits,
    put_published,
    put_sheet,
    put_temperatures,
    shares,
)
from data.metering.consumption.rules.series import (
    SeriesOptions,
    bucket_of,
    buckets_of,
    comparison_of,
    expected_on,
    headline_of,
    last_year_of,
)
from data.metering.consumption.rules.spending import emitting, thousandths
from data.metering.consumption.types import Flag, Quality, SeriesStep, Status, Unit
from data.metering.pces.types import Frequency
from tests.conftest import TODAY

FIRST = date(2022, 1, 1)
DAY = timedelta(days=1)
MEASURED, DEFINITIVE = int(Quality.MEASURED), int(Status.DEFINITIVE)


def row(day, energy=11_000, volume=1000, **values):
    given = {
        "coefficient": 110_000,
        "temperature": None,
        "quality": MEASURED,
        "status": DEFINITIVE,
        "flags": 0,
    } | values
    return (day, energy, volume, *given.values())


def nothing(day):
    return row(day, None, None, coefficient=None, quality=int(Quality.ABSENT), status=0)


def every(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


def asked(step=SeriesStep.MONTH, compare=(), *, unit=Unit.KWH, corrected=None):
    return SeriesOptions(step, compare, unit, TODAY, corrected or {}, Frequency.DAILY)


def whole(rows, first=FIRST, until=None, last=None):
    """A window from two years before *first* to the end of the year of *until*."""
    until = until or (rows[-1][0] if rows else first)
    window = (date(first.year - 3, 1, 1), date(until.year, 12, 31))
    return days_of(window, Extent(first, until, last), rows)


figures = st.one_of(st.none(), st.integers(0, 10**9))
counted = st.tuples(figures, figures, st.sampled_from(Quality), st.booleans())


@st.composite
def histories(draw):
    """Days in order, some missing, some absent, with what may be said of each."""
    first = draw(st.dates(date(2023, 1, 1), date(2025, 12, 31)))
    rows = []
    for n, told in enumerate(
        draw(st.lists(st.one_of(st.none(), counted), min_size=1, max_size=420))
    ):
        if told is not None:
            energy, volume, quality, _gone = told
            rows.append(row(first + n * DAY, energy, volume, quality=int(quality)))
    last = first + max(0, n) * DAY
    return first, last, rows


@given(histories(), st.sampled_from(SeriesStep))
def test_the_bars_sum_to_the_raw_rows_whatever_the_step(history, step):
    first, last, rows = history
    bars = buckets_of(whole(rows, first, last), asked(step), first, last)
    assert sum(bar.energy_wh or 0 for bar in bars) == sum(r[1] or 0 for r in rows)
    assert sum(bar.volume_dm3 or 0 for bar in bars) == sum(r[2] or 0 for r in rows)
    assert sum(bar.days for bar in bars) == (last - first).days + 1
    for bar in bars:
        assert bar.days == (
            bar.days_measured
            + bar.days_estimated
            + bar.days_reconstructed
            + bar.days_absent
            + bar.days_awaited
        )
        values = [r[1] for r in rows if bar.first <= r[0] <= bar.last and r[1] is not None]
        assert bar.energy_wh == (sum(values) if values else None)


def spending(days):
    """A kg a kWh: thousandths of what is spent are then the energies themselves."""
    return emitting(days, Carbon(Decimal(1), HeatingValue.PCS, "x"))


@given(histories(), st.sampled_from(SeriesStep), st.sampled_from(Unit), st.integers(0, 40))
def test_a_whole_is_the_same_from_its_bars_as_from_its_days(history, step, unit, later):
    first, last, rows = history
    days = spending(whole(rows, first, last - later * DAY if rows and later < 20 else last))
    how = asked(step, (1, 2), unit=unit)
    bars = buckets_of(days, how, first - 400 * DAY, last + later * DAY)
    ends = first - 400 * DAY, last + later * DAY
    assert bucket_of(days, how, *ends, bars) == bucket_of(days, how, *ends)


@given(
    histories(), st.sampled_from(SeriesStep), st.integers(1, 2), st.sampled_from(Unit), st.data()
)
def test_a_comparison_is_made_on_the_days_that_both_years_know(history, step, years, unit, data):
    first, last, rows = history
    until = data.draw(st.dates(first, last), label="until")
    rows = [r for r in rows if r[0] <= until]
    at = 2 if unit is Unit.M3 else 1
    by_day = {r[0]: r[at] for r in rows if r[at] is not None}
    window = (date(first.year - 3, 1, 1), date(last.year, 12, 31))
    days = spending(days_of(window, Extent(first, until), rows))
    for bar in buckets_of(days, asked(step, (years,), unit=unit), first, last):
        (found,) = bar.comparisons
        told = every(bar.first, min(bar.last, until))
        pairs = [(d, b) for d in told if (b := same_day(d, years, step))]
        shared = [(d, b) for d, b in pairs if d in by_day and b in by_day]
        sums = {
            Unit.KWH: (found.this_wh, found.shared_wh),
            Unit.M3: (found.this_dm3, found.shared_dm3),
        }
        spent = thousandths(found.this_spent), thousandths(found.shared_spent)
        assert found.days == len(shared)
        assert found.days_expected == len(pairs)
        if shared:
            assert sums.get(unit, spent) == (
                sum(by_day[d] for d, _ in shared),
                sum(by_day[b] for _, b in shared),
            )
        else:
            assert sums.get(unit, spent) == (None, None)


def test_absent_is_not_zero():
    rows = [row(FIRST, 0, 0), nothing(FIRST + DAY)]
    days = whole(rows, until=FIRST + 2 * DAY)
    zero, absent, silent, awaited = buckets_of(days, asked(SeriesStep.DAY), FIRST, FIRST + 3 * DAY)
    assert (zero.energy_wh, zero.days_measured) == (0, 1)
    assert (absent.energy_wh, absent.days_absent) == (None, 1)
    assert (silent.energy_wh, silent.days_absent) == (None, 1)
    assert (awaited.energy_wh, awaited.days_awaited) == (None, 1)


def test_days_out_of_reach_say_nothing():
    last = FIRST + 40 * DAY
    rows = [row(day) for day in every(FIRST, last)]
    days = whole(rows, FIRST + 10 * DAY, until=last, last=FIRST + 19 * DAY)
    bar = bucket_of(days, asked(), FIRST, date(2022, 1, 31))
    assert (bar.first, bar.last) == (FIRST + 10 * DAY, FIRST + 19 * DAY)
    assert (bar.days, bar.energy_wh, bar.days_awaited) == (10, 110_000, 0)
    february = bucket_of(days, asked(compare=(1,)), date(2022, 2, 1), date(2022, 2, 28))
    assert (february.days, february.energy_wh, february.comparisons) == (0, None, ())


def test_a_history_of_nothing_has_no_day():
    days = days_of((FIRST, TODAY), Extent(None, None), [])
    assert bucket_of(days, asked(), FIRST, TODAY).days == 0
    assert headline_of(days, asked(), None) is None
    silent = days_of((FIRST, TODAY), Extent(FIRST, None), [])
    assert bucket_of(silent, asked(), FIRST, FIRST + DAY).days_awaited == 2


def test_rows_that_were_not_asked_for_are_dropped():
    rows = [row(FIRST - DAY), row(FIRST), row(FIRST + DAY), row(FIRST + 3 * DAY)]
    days = days_of((FIRST, FIRST + 2 * DAY), Extent(FIRST, FIRST + 2 * DAY), rows)
    assert days.energy == [11_000, 11_000, None]


def test_what_is_known_of_each_day_is_counted():
    kinds = [Quality.MEASURED, Quality.CORRECTED, Quality.ESTIMATED, Quality.RECONSTRUCTED]
    rows = [row(FIRST + n * DAY, quality=int(kind)) for n, kind in enumerate(kinds)]
    rows.append(row(FIRST + 4 * DAY, status=int(Status.PROVISIONAL), temperature=1250))
    rows.append(row(FIRST + 5 * DAY, flags=int(Flag.MISMATCH), temperature=-249))
    days = whole(rows)
    bar = bucket_of(days, asked(corrected={FIRST.toordinal() + 1: TODAY}), FIRST, date(2022, 1, 31))
    assert (bar.days_measured, bar.days_estimated, bar.days_reconstructed) == (4, 1, 1)
    assert (bar.provisional, bar.flagged, bar.corrected_on) == (True, True, TODAY)
    assert bar.temperature_c100 == 500
    plain = bucket_of(days, asked(), FIRST, FIRST)
    assert (plain.provisional, plain.flagged, plain.corrected_on) == (False, False, None)


def test_a_bar_has_a_coefficient_between_those_of_its_days_however_rounded_their_volumes():
    rows = [
        row(FIRST, 165_000, 14_000, coefficient=112_500),  # 14,67 m³ told as 14
        row(FIRST + DAY, 186_000, 16_000, coefficient=112_800),
        row(FIRST + 2 * DAY, 0, 0, coefficient=None),
    ]
    found = bucket_of(whole(rows), asked(), FIRST, FIRST + 2 * DAY).coefficient_e4
    assert found == 112_659


def test_a_day_shows_its_own_coefficient_and_a_bar_that_of_its_sums():
    rows = [
        row(FIRST, 11_300, 1000, coefficient=111_700),
        row(FIRST + DAY, 9_700, 1000, coefficient=None),
        row(FIRST + 2 * DAY, 5000, None, coefficient=None),
        row(FIRST + 3 * DAY, 3000, 0, coefficient=None),
    ]
    days = whole(rows)
    found = [
        bar.coefficient_e4 for bar in buckets_of(days, asked(SeriesStep.DAY), FIRST, rows[-1][0])
    ]
    assert found == [111_700, 97_000, None, None]
    assert bucket_of(days, asked(), FIRST, FIRST + 2 * DAY).coefficient_e4 == 105_000


def test_the_month_under_way_stops_on_the_same_day_in_both_years():
    until = date(2026, 11, 21)
    rows = [row(day, 1000 * (day.year - 2020)) for day in every(date(2025, 1, 1), until)]
    days = whole(rows, date(2025, 1, 1), until)
    november = buckets_of(days, asked(compare=(1, 2)), date(2026, 11, 1), date(2026, 11, 30))[0]
    assert november.current
    assert (november.days, november.days_awaited) == (30, 9)
    before, none = november.comparisons
    assert (before.energy_wh, before.days, before.days_expected) == (21 * 5000, 21, 21)
    assert (before.this_wh, before.shared_wh) == (21 * 6000, 21 * 5000)
    assert (none.energy_wh, none.days, none.days_expected) == (None, 0, 21)
    said = headline_of(days, asked(), until)
    assert (said.month, said.until, said.energy_wh) == (date(2026, 11, 1), until, 126_000)
    assert said.comparison == before
    october = bucket_of(days, asked(), date(2026, 10, 1), date(2026, 10, 31))
    assert not october.current


def test_a_month_wholly_awaited_is_compared_with_nothing():
    days = whole(
        [row(day) for day in every(date(2025, 1, 1), date(2026, 10, 31))], date(2025, 1, 1)
    )
    bar = bucket_of(days, asked(compare=(1,)), date(2026, 11, 1), date(2026, 11, 30))
    assert (bar.days_awaited, bar.energy_wh) == (30, None)
    (found,) = bar.comparisons
    assert (found.days_expected, found.days, found.energy_wh) == (0, 0, None)


def test_a_headline_out_of_reach_compares_nothing():
    days = whole([row(FIRST)], first=FIRST, until=FIRST, last=FIRST - DAY)
    assert headline_of(days, asked(), FIRST).comparison is None


@pytest.mark.parametrize(("year", "expected"), [(2024, 28), (2025, 28), (2023, 28)])
def test_29_february_is_left_out_of_both_sides(year, expected):
    rows = [row(day) for day in every(date(2022, 1, 1), date(2025, 12, 31))]
    last = date(year, 3, 1) - DAY
    bar = bucket_of(whole(rows), asked(compare=(1,)), date(year, 2, 1), last)
    (found,) = bar.comparisons
    assert bar.days == (29 if year == 2024 else 28)
    assert (found.days, found.days_expected) == (expected, expected)
    assert found.this_wh == found.shared_wh == found.energy_wh == expected * 11_000


def test_week_53_is_compared_with_nothing():
    rows = [row(day) for day in every(date(2018, 1, 1), date(2021, 12, 31))]
    days = whole(rows, date(2018, 1, 1))
    bars = buckets_of(days, asked(SeriesStep.WEEK, (1,)), date(2020, 12, 21), date(2021, 1, 10))
    assert [bar.comparisons[0].days_expected for bar in bars] == [7, 0, 7]
    assert bars[1].comparisons[0].energy_wh is None


def test_a_shared_day_needs_the_value_that_is_counted():
    rows = [row(FIRST, None, 10), row(date(2023, 1, 1), 500, 20)]
    days = whole(rows)
    at = (date(2023, 1, 1).toordinal(),) * 2
    assert comparison_of(days, asked(compare=(1,)), at, 1).days == 0
    assert comparison_of(days, asked(compare=(1,), unit=Unit.M3), at, 1).days == 1


@given(st.integers(0, 10**12), st.integers(1, 400))
def test_shares_are_even_and_lose_nothing(total, parts):
    found = shares(total, parts)
    assert (len(found), sum(found)) == (parts, total)
    assert max(found) - min(found) <= 1


def period(first, last, energy=30_001, volume=3000, *, quality=MEASURED):
    return StoredPeriod(first, last, energy, volume, int(quality), int(Status.PROVISIONAL))


def empty(first=FIRST, last=date(2022, 12, 31)):
    return days_of((first - 40 * DAY, last + 40 * DAY), Extent(first, last), [])


@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=8),
    st.lists(st.integers(0, 10**9), min_size=8, max_size=8),
    st.sampled_from(SeriesStep),
)
def test_published_periods_keep_their_sum_at_every_step(lengths, energies, step):
    periods, day = [], FIRST
    for length, energy in zip(lengths, energies, strict=False):
        periods.append(period(day, day + (length - 1) * DAY, energy))
        day += length * DAY
    days = empty(FIRST, day - DAY)
    put_published(days, periods)
    bars = buckets_of(days, asked(step), FIRST, day - DAY)
    assert sum(bar.energy_wh or 0 for bar in bars) == sum(p.energy_wh for p in periods)
    assert all(bar.days_prorated == bar.days == bar.days_measured for bar in bars)


def test_two_published_periods_of_a_day_count_once_the_first_given():
    days = empty()
    put_published(
        days,
        [
            period(FIRST, FIRST + DAY, 200),
            period(FIRST, FIRST + 3 * DAY, 4000, quality=Quality.ESTIMATED),
            period(FIRST + 4 * DAY, FIRST + 4 * DAY, None, None),
            period(date(2021, 12, 30), FIRST, 900),
        ],
    )
    bar = bucket_of(days, asked(), FIRST, FIRST + 9 * DAY)
    assert bar.energy_wh == 100 + 100 + 1000 + 1000
    assert (bar.days_measured, bar.days_estimated, bar.days_prorated) == (2, 2, 4)
    assert bar.provisional


def filled(days: DayColumns, first=FIRST, last=date(2022, 1, 31)):
    bar = bucket_of(days, asked(), first, last)
    return bar.energy_wh, bar.days_prorated


def test_a_sheet_line_stands_for_days_that_nobody_told():
    days = empty()
    put_sheet(days, [period(FIRST, date(2022, 1, 31), 31_007)])
    assert filled(days) == (31_007, 31)


def test_a_sheet_line_gives_what_the_known_days_leave():
    known = [row(day, 100, 10) for day in every(FIRST, FIRST + 29 * DAY)]
    days = whole(known, until=date(2022, 1, 31))
    put_sheet(days, [period(FIRST, date(2022, 1, 31), 3050, None)])
    assert filled(days) == (3050, 1)


@pytest.mark.parametrize("energy", [3000, 2000, None])
def test_a_sheet_line_that_leaves_nothing_makes_no_zero(energy):
    known = [row(day, 100, 100) for day in every(FIRST, FIRST + 29 * DAY)]
    days = whole(known, until=date(2022, 1, 31))
    put_sheet(days, [period(FIRST, date(2022, 1, 31), energy)])
    assert filled(days) == (3000, 0)
    assert bucket_of(days, asked(), FIRST, date(2022, 1, 31)).days_absent == 1


def test_a_sheet_line_does_not_fill_a_day_said_absent():
    known = [row(day, 100) for day in every(FIRST, FIRST + 29 * DAY)]
    days = whole([*known, nothing(date(2022, 1, 31))])
    put_sheet(days, [period(FIRST, date(2022, 1, 31), 9999)])
    assert filled(days) == (3000, 0)


def test_a_sheet_line_beyond_the_history_is_left_out():
    days = empty(FIRST + DAY)
    put_sheet(days, [period(FIRST, date(2022, 1, 31)), period(date(1999, 1, 1), date(1999, 1, 2))])
    assert filled(days) == (None, 0)


def test_daily_data_and_finer_lines_come_first():
    week = (date(2022, 1, 3), date(2022, 1, 9))
    days = empty()
    put_sheet(days, [period(FIRST, date(2022, 1, 31), 10_000), period(*week, 700, None)])
    assert filled(days, *week) == (700, 7)
    assert filled(days) == (10_000, 31)
    told = whole([row(day) for day in every(FIRST, date(2022, 1, 31))])
    put_sheet(told, [period(*week, 700)])
    assert filled(told) == (31 * 11_000, 0)


@pytest.mark.parametrize(
    ("first", "last", "steps"),
    [
        (date(2022, 1, 3), date(2022, 1, 9), {SeriesStep.WEEK, SeriesStep.MONTH, SeriesStep.YEAR}),
        (date(2022, 1, 4), date(2022, 1, 5), {SeriesStep.WEEK, SeriesStep.MONTH, SeriesStep.YEAR}),
        (date(2022, 1, 1), date(2022, 1, 31), {SeriesStep.MONTH, SeriesStep.YEAR}),
        (date(2022, 1, 31), date(2022, 2, 6), {SeriesStep.WEEK, SeriesStep.MONTH, SeriesStep.YEAR}),
        (date(2022, 1, 4), date(2022, 1, 4), set(SeriesStep)),
    ],
)
def test_a_sheet_line_is_never_cut_by_day_or_week(first, last, steps):
    assert {step for step in SeriesStep if fits(period(first, last), step)} == steps


def test_published_days_take_the_temperatures_only():
    days = empty()
    put_temperatures(days, [row(FIRST, temperature=700), row(FIRST - DAY, temperature=900)])
    bar = bucket_of(days, asked(), FIRST, date(2022, 1, 31))
    assert (bar.temperature_c100, bar.energy_wh) == (700, None)


@pytest.mark.parametrize(
    ("until", "frequency", "expected"),
    [
        (None, Frequency.MONTHLY, None),
        (date(2026, 11, 21), Frequency.MONTHLY, date(2026, 11, 25)),
        (date(2026, 11, 10), Frequency.DAILY, date(2026, 11, 25)),
        (date(2026, 10, 31), Frequency.MONTHLY_LARGE, date(2026, 12, 20)),
        (date(2026, 11, 21), Frequency.HALF_YEARLY, None),
        (date(2026, 1, 1), Frequency.MONTHLY, None),
    ],
)
def test_when_the_next_days_should_arrive(until, frequency, expected):
    assert expected_on(until, frequency, TODAY) == expected


@pytest.mark.parametrize(
    ("until", "year"),
    [
        (date(2025, 11, 1), (date(2025, 11, 1), date(2026, 10, 31))),
        (date(2025, 10, 31), (date(2024, 11, 1), date(2025, 10, 31))),
        (date(2025, 9, 15), (date(2024, 9, 1), date(2025, 8, 31))),
    ],
)
def test_where_data_ended_long_ago_the_year_is_the_last_one_known(until, year):
    assert last_year_of(TODAY, until) == year


def test_the_last_year_is_of_complete_months():
    assert last_year_of(TODAY) == (date(2025, 11, 1), date(2026, 10, 31))
