"""The view in the address bar: hostile query strings, round trips, bounds, drilling."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.metering.consumption.rules.view import (
    EARLIEST,
    bounds,
    breadcrumb,
    chosen_step,
    drill,
    over,
    read_view,
    usual_step,
    write_view,
)
from data.metering.consumption.types import DataKind, Preset, Reference, SeriesStep, Unit, View
from tests.conftest import TODAY

KEYS = ["pce", "period", "from", "to", "step", "unit", "compare", "data", "temp", "day", "wish"]
YEAR_END = date(2026, 12, 31)
references = st.builds(Reference, st.none() | st.dates(EARLIEST, YEAR_END), st.just("GI001234"))
free_days = st.tuples(st.dates(EARLIEST, YEAR_END), st.dates(EARLIEST, YEAR_END)).map(sorted)


@st.composite
def views(draw):
    preset = draw(st.sampled_from(Preset))
    first, last = draw(free_days) if preset is Preset.FREE else (None, None)
    step = draw(st.sampled_from(SeriesStep))
    opened = st.dates(first or EARLIEST, last or TODAY)
    usual = usual_step(preset, first, last)
    wishes = [None, *SeriesStep] if step is usual else [None]
    return View(
        pce=draw(st.sampled_from([None, "09999999910001", "GI001234"])),
        preset=preset,
        first=first,
        last=last,
        step=step,
        unit=draw(st.sampled_from(Unit)),
        compare=draw(st.sampled_from([(), (1,), (2,), (1, 2)])),
        data=draw(st.sampled_from(DataKind)),
        temperature=draw(st.booleans()),
        day=draw(st.none() | opened) if step is SeriesStep.DAY else None,
        wish=draw(st.sampled_from([wish for wish in wishes if wish is not usual])),
        reference=draw(st.none() | references),
        measured=draw(st.booleans()),
    )


def reread(text: str) -> View:
    return read_view(dict(parse_qsl(text)), TODAY)


@given(views())
def test_a_written_view_is_read_back(view):
    assert reread(write_view(view)) == view


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(KEYS), st.text()),
        st.one_of(
            st.text(),
            st.from_regex(r"-?\d{1,5}-\d\d-\d\d", fullmatch=True),
            st.sampled_from(["free", "12m", "day", "1,2", "none", "2026-02-30", "0001-01-01"]),
            st.lists(st.text(), max_size=2),
            st.none(),
        ),
    )
)
def test_any_query_string_gives_a_view_that_can_be_written_and_shown(query):
    view = read_view(query, TODAY)
    assert reread(write_view(view)) == view
    first, last = bounds(view, TODAY, None, None)
    assert first <= last


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("period=30d&day=2026-11-20", date(2026, 11, 20)),
        ("from=2026-01-01&to=2026-01-31&step=day&day=2026-01-12", date(2026, 1, 12)),
        ("from=2026-01-01&to=2026-01-31&step=day&day=2026-02-01", None),
        ("from=2026-01-01&to=2026-01-31&step=week&day=2026-01-12", None),
        ("period=30d&day=2026-11-25", None),
        ("period=30d&day=1999-12-31", None),
        ("period=30d&day=2026-02-30", None),
        ("period=30d&day=20261120", None),
        ("period=30d&day=", None),
        ("day=2026-11-20", None),
    ],
)
def test_a_day_is_opened_among_the_bars_of_days_asked_for(query, day):
    view = reread(query)
    assert view.day == day
    assert all(wider.day is None for wider in breadcrumb(view)[:-1])


def test_nothing_asked_is_twelve_months_and_an_empty_address():
    assert read_view({}, TODAY) == View()
    assert write_view(View()) == ""


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({"from": "2026-01-05", "to": "2026-01-02"}, date(2026, 1, 2), date(2026, 1, 5)),
        ({"from": "1066-01-01", "to": "9999-12-31"}, EARLIEST, YEAR_END),
        ({"from": "2026-11-01"}, date(2026, 11, 1), TODAY),
        ({"period": "free", "from": "2026-11-01"}, date(2026, 11, 1), TODAY),
    ],
)
def test_a_free_period_is_put_in_order_and_clamped(query, first, last):
    view = read_view(query, TODAY)
    assert (view.preset, view.first, view.last) == (Preset.FREE, first, last)


@pytest.mark.parametrize(
    "query",
    [
        {"period": "free"},
        {"period": "free", "from": "2026-02-30"},
        {"period": "12m", "from": "2026-01-01", "to": "2026-02-01"},
        {"to": "2026-01-01"},
        {"compare": "7", "step": "hour", "unit": "€", "data": "x", "temp": "yes", "period": "x"},
    ],
)
def test_what_is_not_understood_is_as_if_not_there(query):
    assert read_view(query, TODAY) == View()


def test_a_repeated_key_counts_once_and_a_number_loses_its_spaces():
    assert read_view({"unit": ["kwh", "m3"], "step": []}, TODAY).unit is Unit.M3
    assert read_view({"pce": " 099 999-99910001 "}, TODAY).pce == "09999999910001"


def test_each_length_has_its_usual_step():
    day = date(2020, 1, 1)
    assert usual_step(Preset.DAYS30) is SeriesStep.DAY
    assert usual_step(Preset.YEARS3) is SeriesStep.MONTH
    assert usual_step(Preset.FREE, day, day) is SeriesStep.DAY
    assert usual_step(Preset.FREE, day, date(2022, 1, 1)) is SeriesStep.MONTH
    assert usual_step(Preset.FREE, day, date(2026, 1, 1)) is SeriesStep.YEAR


UNTIL = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (View(), (date(2025, 11, 1), date(2026, 11, 30))),
        (View(preset=Preset.YEARS3), (date(2023, 11, 1), date(2026, 11, 30))),
        (View(step=SeriesStep.DAY), (date(2025, 11, 1), TODAY)),
        (View(step=SeriesStep.WEEK), (date(2025, 11, 1), date(2026, 11, 29))),
        (View(preset=Preset.DAYS30, step=SeriesStep.DAY), (date(2026, 10, 23), UNTIL)),
        (View(preset=Preset.FREE), (date(2025, 11, 1), date(2026, 11, 30))),
        (
            View(preset=Preset.FREE, first=EARLIEST, last=YEAR_END),
            (date(2024, 2, 3), date(2026, 11, 30)),
        ),
        (
            View(preset=Preset.FREE, first=date(2020, 1, 1), last=date(2020, 1, 31)),
            (date(2020, 1, 1), date(2020, 1, 31)),
        ),
        (
            View(preset=Preset.FREE, first=YEAR_END, last=YEAR_END, step=SeriesStep.DAY),
            (YEAR_END, YEAR_END),
        ),
    ],
)
def test_the_bounds_of_a_period(view, expected):
    assert bounds(view, TODAY, UNTIL, date(2024, 2, 3)) == expected


def test_thirty_days_without_data_end_today():
    assert bounds(View(preset=Preset.DAYS30), TODAY, None, None)[1] == TODAY


def test_drilling_keeps_unit_and_comparison():
    year = View(preset=Preset.YEARS3, step=SeriesStep.YEAR, unit=Unit.M3, compare=(1, 2))
    month = drill(year, date(2025, 1, 1), date(2025, 12, 31))
    assert (month.step, month.unit, month.compare) == (SeriesStep.MONTH, Unit.M3, (1, 2))
    day = drill(month, date(2025, 3, 1), date(2025, 3, 31))
    assert (day.step, day.first, day.last) == (SeriesStep.DAY, date(2025, 3, 1), date(2025, 3, 31))
    assert drill(day, UNTIL, UNTIL).step is SeriesStep.DAY
    assert reread(write_view(day)) == day


def trail(view, today=None):
    return [
        (v.preset.value, v.step.value, v.first and str(v.first)) for v in breadcrumb(view, today)
    ]


TOP = ("3y", "month", None)
MONTHS = ("12m", "month", None)


def free(first, last, step=SeriesStep.DAY):
    return View(preset=Preset.FREE, first=first, last=last, step=step)


def test_one_can_go_back_up_from_everywhere():
    assert trail(View(preset=Preset.YEARS3)) == [TOP]
    assert trail(View()) == [TOP, MONTHS]
    assert trail(View(preset=Preset.DAYS30, step=SeriesStep.DAY)) == [
        TOP,
        MONTHS,
        ("30d", "day", None),
    ]
    assert trail(free(date(2020, 1, 1), date(2024, 1, 1))) == [("free", "day", "2020-01-01")]
    assert trail(free(date(2024, 1, 1), date(2024, 12, 31), SeriesStep.MONTH)) == [
        TOP,
        ("free", "month", "2024-01-01"),
    ]
    month = free(date(2026, 3, 1), date(2026, 3, 31))
    assert trail(month) == [TOP, ("free", "month", "2026-01-01"), ("free", "day", "2026-03-01")]
    assert trail(month, TODAY) == [TOP, MONTHS, ("free", "day", "2026-03-01")]
    assert trail(free(date(2024, 3, 9), date(2024, 3, 9)), TODAY) == [
        TOP,
        ("free", "month", "2024-01-01"),
        ("free", "day", "2024-03-01"),
        ("free", "day", "2024-03-09"),
    ]
    week = free(date(2024, 12, 30), date(2025, 1, 5))
    assert len(trail(week)) == 3
    assert breadcrumb(week)[-1] == week


@pytest.mark.parametrize(
    ("query", "preset", "days", "step"),
    [
        ("step=week", Preset.YEARS3, None, SeriesStep.WEEK),
        ("step=week", Preset.DAYS30, None, SeriesStep.WEEK),
        ("step=week", Preset.FREE, (date(2026, 11, 9), date(2026, 11, 15)), SeriesStep.DAY),
        ("step=day", Preset.YEARS3, None, SeriesStep.MONTH),
        ("step=year", Preset.YEARS3, None, SeriesStep.YEAR),
        ("period=3y&step=day", Preset.MONTHS12, None, SeriesStep.DAY),
        ("period=3y&step=year", Preset.MONTHS12, None, SeriesStep.MONTH),
        ("period=3y&step=year", Preset.DAYS30, None, SeriesStep.DAY),
        ("", Preset.DAYS30, None, SeriesStep.DAY),
        ("period=30d", Preset.MONTHS12, None, SeriesStep.MONTH),
        ("period=30d&step=month", Preset.YEARS3, None, SeriesStep.MONTH),
        ("", Preset.FREE, (date(2010, 1, 1), date(2026, 1, 1)), SeriesStep.YEAR),
    ],
)
def test_a_chosen_step_goes_along_where_its_bars_are_legible(query, preset, days, step):
    view = reread(query)
    moved = over(view, preset, *(days or ()))
    assert (moved.preset, moved.step) == (preset, step)
    usual = usual_step(preset, *(days or ()))
    assert chosen_step(moved) is (None if chosen_step(view) is usual else chosen_step(view))
    assert reread(write_view(moved)) == moved


def test_going_down_and_back_up_by_the_crumbs_finds_the_chosen_step_again():
    weeks = replace(View(), step=SeriesStep.WEEK)
    days = drill(weeks, date(2026, 11, 9), date(2026, 11, 15))
    assert (days.step, days.wish) == (SeriesStep.DAY, SeriesStep.WEEK)
    top, year, _here = breadcrumb(reread(write_view(days)), TODAY)
    assert (top.preset, top.step) == (Preset.YEARS3, SeriesStep.WEEK)
    assert year == weeks
    years = replace(View(), preset=Preset.YEARS3, step=SeriesStep.YEAR)
    months = drill(years, date(2025, 1, 1), date(2025, 12, 31))
    deep = drill(months, date(2025, 3, 1), date(2025, 3, 31))
    assert [(way.step, way.wish) for way in breadcrumb(deep, date(2027, 1, 1))] == [
        (SeriesStep.YEAR, None),
        (SeriesStep.MONTH, SeriesStep.YEAR),
        (SeriesStep.DAY, SeriesStep.YEAR),
    ]


@given(views(), st.integers(0, 800))
def test_a_breadcrumb_ends_with_the_view_and_each_step_can_be_written(view, back):
    ways = breadcrumb(view, TODAY - timedelta(days=back))
    assert ways[-1] == view
    assert all(reread(write_view(way)) == way for way in ways)
