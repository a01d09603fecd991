"""What looks odd of a file: the same months of the history, or the strongest and the weakest."""

from datetime import date, timedelta

import pytest

from data.metering.consumption.rules.curves import draw_curve
from data.metering.consumption.rules.plausibility import (
    FLOOR_WH,
    ConsumptionPace,
    days_in,
    find_coefficient_doubt,
    find_doubt,
    meant_unit,
    months_in,
    spread,
)
from data.metering.consumption.types import (
    DayStatement,
    Oddity,
    PceDelivery,
    PeriodKind,
    PeriodStatement,
    PlausibilityDoubt,
    Quality,
    SeriesStep,
    Status,
)
from data.runs.types import ColumnUse

JANUARY, JULY = date(2025, 1, 1), date(2025, 7, 1)
KWH = 1000
POOL = {JANUARY: ConsumptionPace(31 * 9000 * KWH, 31), JULY: ConsumptionPace(31 * 3000 * KWH, 31)}


def told(month, kwh, days=31):
    return {month: ConsumptionPace(kwh * KWH * days, days)}


def doubt(told, history=POOL):
    return find_doubt(told, history, FLOOR_WH)


def test_the_file_of_a_house_for_a_swimming_pool_is_odd():
    assert doubt(told(date(2026, 1, 1), 90)) == PlausibilityDoubt(
        Oddity.LESS, 100, 90 * KWH, 9000 * KWH
    )


def test_wh_taken_for_kwh_are_odd_too():
    assert doubt(told(date(2026, 7, 1), 3_000_000)).oddity is Oddity.MORE


@pytest.mark.parametrize(
    ("use", "file", "usual", "meant"),
    [
        (ColumnUse.ENERGY, 9, 9000, ColumnUse.ENERGY_MWH),
        (ColumnUse.ENERGY, 9_100_000, 9000, ColumnUse.ENERGY_WH),
        (ColumnUse.ENERGY_MWH, 9_000_000, 9000, ColumnUse.ENERGY),
        (ColumnUse.ENERGY_WH, 8, 9000, ColumnUse.ENERGY),
        (ColumnUse.ENERGY, 90, 9000, None),  # another site
        (ColumnUse.ENERGY, 1, 9000, None),
        (ColumnUse.ENERGY_MWH, 9, 9000, None),  # no unit is larger
        (ColumnUse.ENERGY_WH, 9_000_000, 9000, None),
        (ColumnUse.ENERGY, 0, 9000, None),
        (ColumnUse.ENERGY, 9, 0, None),
    ],
)
def test_a_unit_is_proposed_where_it_explains_a_gap_of_a_thousand(use, file, usual, meant):
    assert meant_unit(use, {"file": file, "usual": usual}) is meant


def test_a_summer_is_held_against_summers_and_not_against_the_year():
    assert doubt(told(date(2026, 7, 1), 1500)) is None
    assert doubt(told(date(2026, 1, 1), 1500)).times == 6


def test_only_the_latest_years_that_know_a_month_say_what_is_usual():
    years = {
        date(2020 + n, 1, 1): ConsumptionPace(31 * kwh * KWH, 31)
        for n, kwh in enumerate([9000, 90, 90, 90])
    }
    assert doubt(told(date(2026, 1, 1), 90), years) is None
    assert (
        doubt(told(date(2026, 1, 1), 90), {date(2020, 1, 1): years[date(2020, 1, 1)]}).times == 100
    )


def test_nothing_where_something_is_usual_has_no_ratio():
    assert doubt(told(date(2026, 1, 1), 0)) == PlausibilityDoubt(
        Oddity.NOTHING, None, 0, 9000 * KWH
    )


def test_something_where_nothing_is_usual_has_no_ratio_either():
    closed = {JANUARY: ConsumptionPace(0, 31)}
    assert doubt(told(date(2026, 1, 1), 50), closed) == PlausibilityDoubt(
        Oddity.MORE, None, 50 * KWH, 0
    )


@pytest.mark.parametrize(("usual", "file"), [(2, 11), (11, 2), (0, 9)])
def test_a_gap_of_some_kwh_a_day_is_no_matter(usual, file):
    assert doubt(told(date(2026, 7, 1), file), told(JULY, usual)) is None


def test_few_days_must_be_further_off():
    week, day = date(2026, 1, 1), date(2026, 1, 1)
    assert doubt(told(week, 1000, days=7)).times == 9
    assert doubt(told(day, 1000, days=6)) is None
    assert doubt(told(day, 100, days=1)).times == 90


def test_a_month_that_is_not_known_is_held_against_the_strongest_and_the_weakest():
    april = date(2026, 4, 1)
    assert doubt(told(april, 5000)) is None
    assert doubt(told(april, 500)).times == 6  # than the weakest
    assert doubt(told(april, 90_000)).times == 10  # than the strongest
    assert doubt(told(april, 500, days=5)) is None
    assert doubt(told(april, 500), {JULY: ConsumptionPace(100 * KWH, 2)}) is None
    assert doubt(told(april, 500), {}) is None


def statement(day, energy):
    quality, status = Quality.MEASURED, Status.DEFINITIVE
    return DayStatement(day, energy, None, None, None, None, None, quality, status)


def test_days_of_a_file_count_and_its_periods_where_it_has_none():
    quality, status = Quality.MEASURED, Status.DEFINITIVE
    first, last = date(2026, 1, 30), date(2026, 2, 2)
    kind = PeriodKind.MONTH
    month = PeriodStatement(kind, first, last, 10, None, None, None, None, quality, status)
    unread = PeriodStatement(kind, first, last, None, 7, None, None, None, quality, status)
    days = (statement(first, 5), statement(last, None))
    assert days_in(PceDelivery("1", days, (month,)), "energy_wh") == {first: 5}
    shared = days_in(PceDelivery("1", (), (month, unread)), "energy_wh")
    assert (sum(shared.values()), len(shared)) == (10, 4)
    assert months_in(shared) == {
        date(2026, 1, 1): ConsumptionPace(5, 2),
        date(2026, 2, 1): ConsumptionPace(5, 2),
    }
    assert spread([(first, first, 3), (first, first, 4)]) == {first: 4}


@pytest.mark.parametrize(
    ("days", "step", "points"),
    [(1, SeriesStep.DAY, 1), (62, SeriesStep.DAY, 62), (363, SeriesStep.WEEK, 52)],
)
def test_a_curve_has_few_points(days, step, points):
    first = date(2025, 12, 1)
    file = {first + timedelta(days=n): 10 for n in range(days)}
    curve = draw_curve(file, {first: 4})
    assert (curve.step, len(curve.starts)) == (step, points)
    assert len(curve.file) == len(curve.stored_means) == len(curve.starts)
    assert curve.stored_means[0] == 4
    assert set(curve.file) == {10}


def test_a_long_curve_is_by_month_and_a_file_without_values_has_none():
    file = {date(2020, 1, 5): 2, date(2020, 1, 6): 4, date(2023, 12, 31): 9}
    curve = draw_curve(file, {})
    assert (curve.step, len(curve.starts)) == (SeriesStep.MONTH, 48)
    assert (curve.file[0], curve.file[1], curve.file[-1]) == (3, None, 9)
    assert draw_curve({}, {}) is None


@pytest.mark.parametrize(
    ("energy", "volume", "coefficient"),
    [
        (1_000_000, 90_000, None),  # 11.1 kWh/m³
        (1_000_000, 90, 11_111_111),  # m³ read as if they were litres
        (1_000_000, 90_000_000, 11),  # litres read as if they were m³
        (1_000_000, 0, 0),
        (400_000, 90, None),  # too little gas to tell
    ],
)
def test_energy_and_volume_of_no_gas_are_doubted(energy, volume, coefficient):
    days = date(2026, 1, 1), date(2026, 1, 2)
    energies, volumes = {days[0]: energy, days[1]: 5}, {days[0]: volume}
    doubt = find_coefficient_doubt(energies, volumes)
    assert (doubt and (doubt.oddity, doubt.file)) == (
        None if coefficient is None else (Oddity.COEFFICIENT, coefficient)
    )
