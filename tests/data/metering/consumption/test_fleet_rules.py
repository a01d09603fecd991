from datetime import date
from urllib.parse import parse_qsl

import pytest

from data.metering.consumption.rules.fleet import (
    cell_of,
    days_due,
    expected_next,
    face_of,
    is_enough,
    read_fleet,
    usual_delay,
    write_fleet,
)
from data.metering.consumption.types import (
    CellState,
    DriftSort,
    Face,
    FleetCell,
    FleetPart,
    FleetPeriod,
    FleetView,
)
from data.metering.pces.types import Frequency

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("month", "frequency", "due"),
    [
        (date(2026, 10, 1), Frequency.MONTHLY, 31),
        (date(2024, 2, 1), Frequency.DAILY, 29),
        (date(2026, 2, 1), Frequency.MONTHLY_LARGE, 28),
        (date(2026, 11, 1), Frequency.MONTHLY, 20),
        (date(2026, 11, 1), Frequency.MONTHLY_LARGE, 0),
        (date(2026, 12, 1), Frequency.MONTHLY, 0),
        (date(2026, 10, 1), Frequency.HALF_YEARLY, 0),
    ],
)
def test_days_are_due_up_to_the_usual_delay(month, frequency, due):
    assert days_due(month, frequency, TODAY) == due


@pytest.mark.parametrize(
    ("shared", "due", "enough"),
    [(4, 0, False), (5, 0, True), (5, 10, True), (5, 11, False), (31, 31, True), (0, 0, False)],
)
def test_half_of_the_days_and_five_of_them_are_enough(shared, due, enough):
    assert is_enough(shared, due) is enough


@pytest.mark.parametrize(
    ("due", "known", "face", "cell"),
    [
        (0, 0, Face(0, 0, 0), FleetCell(CellState.OUT)),
        (31, 0, Face(0, 0, 0), FleetCell(CellState.ABSENT)),
        (31, 20, Face(4, 4, 4), FleetCell(CellState.FEW)),
        (31, 31, Face(31, 8, 0), FleetCell(CellState.FEW)),
        (31, 31, Face(31, 0, 8), FleetCell(CellState.TOLD, -100)),
        (0, 12, Face(12, 11, 10), FleetCell(CellState.TOLD, 10)),
    ],
)
def test_a_cell_is_of_one_state(due, known, face, cell):
    assert cell_of(due, known, face) == cell


def test_february_of_28_days_faces_28_of_a_leap_year_and_31_days_face_31():
    base = date(2024, 1, 1)
    energy = [1000] * 366 + [1100] * 365
    february = face_of(energy, base.toordinal(), date(2025, 2, 1), date(2025, 2, 28))
    assert february == Face(28, 30_800, 28_000)
    march = face_of(energy, base.toordinal(), date(2025, 3, 1), date(2025, 3, 31))
    assert march == Face(31, 34_100, 31_000)
    assert march.percent == february.percent == pytest.approx(10)


def test_days_outside_what_is_known_face_nothing():
    base = date(2025, 11, 20).toordinal()
    november = date(2026, 11, 1), date(2026, 11, 30)
    assert face_of([], base, *november) == Face(0, 0, 0)
    assert face_of([7] * 365, base, *november) == Face(0, 0, 0)
    assert face_of([7] * 366, base, *november) == Face(1, 7, 7)
    assert face_of([None] + [7] * 366, base, *november) == Face(1, 7, 7)
    assert Face(1, 7, 0).percent is None


def test_a_week_53_is_days_like_others():
    """The year 2026 has 53 ISO weeks: dates face dates, so that no week is lost or doubled."""
    base = date(2025, 12, 28)
    energy = [100] * 8 + [None] * 357 + [110] * 8
    face = face_of(energy, base.toordinal(), date(2026, 12, 28), date(2027, 1, 4))
    assert face == Face(8, 880, 800)


@pytest.mark.parametrize(
    ("delays", "usual"),
    [
        ([], None),
        ([3, 3, 3, 3], None),
        ([3, 3, 3, 3, 3], 3),
        ([2, 3, 9, 4, 3, 40], 3),
        ([400] * 30 + [3] * 5, 3),
        ([-1] * 5, None),
    ],
)
def test_the_usual_delay_is_the_median_of_what_came_by_the_usual_way(delays, usual):
    assert usual_delay(delays) == usual


def test_the_next_day_is_expected_after_its_usual_delay():
    assert expected_next(date(2026, 11, 20), 3) == date(2026, 11, 24)


@pytest.mark.parametrize(
    "view",
    [
        FleetView(),
        FleetView(FleetPart.MISSING, FleetPeriod.LAST, "école & co", "Écoles", 12),
        FleetView(FleetPart.FRESHNESS, FleetPeriod.CURRENT),
        FleetView(by=DriftSort.KWH, upwards=True, expanded=True),
    ],
)
def test_a_view_is_read_again_from_its_address(view):
    assert read_fleet(dict(parse_qsl(write_fleet(view).removeprefix("?")))) == view


@pytest.mark.parametrize(
    "query",
    [
        {"view": "x", "period": "2024", "org": "-1"},
        {"org": "9" * 40, "view": None},
        {"org": "1;drop", "period": ["year"]},
    ],
)
def test_an_address_that_says_nothing_is_the_page_as_it_opens(query):
    assert read_fleet(query) == FleetView()
    assert write_fleet(read_fleet(query)) == ""
