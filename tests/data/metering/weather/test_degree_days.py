"""Degree days by both methods, on values worked out by hand from the formulas of domain.md §8.1."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.metering.weather.rules.degree_days import base_in, degree_days
from data.metering.weather.types import BASE, DegreeDayMethod, Temperatures

FIRST = date(2025, 11, 1)
DEGREES = st.floats(-25, 40)


def days(*told):
    """(mean, low, high) of each day; None is unknown."""
    columns = np.array([[np.nan if v is None else v for v in day] for day in told], dtype=float)
    return Temperatures(FIRST, *columns.T)


@pytest.mark.parametrize(
    ("low", "high", "meteo", "costic"),
    [
        (2.0, 10.0, 12.0, 12.0),  # S > Tx: 18 − 6
        (19.0, 27.0, 0.0, 0.0),  # S ≤ Tn
        (18.0, 24.0, 0.0, 0.0),  # S = Tn
        (10.0, 20.0, 3.0, 8 * (0.08 + 0.42 * 8 / 10)),  # 3,328
        (14.0, 24.0, 0.0, 4 * (0.08 + 0.42 * 4 / 10)),  # 0,992 where the mean says none
        (8.0, 18.0, 5.0, 10 * (0.08 + 0.42)),  # S = Tx: the two formulas meet
    ],
)
def test_a_day_counts_by_each_formula(low, high, meteo, costic):
    told = days(((low + high) / 2, low, high))

    assert degree_days(told)[0] == pytest.approx(meteo)
    assert degree_days(told, method=DegreeDayMethod.COSTIC)[0] == pytest.approx(costic)


def test_the_mean_alone_tells_by_the_first_method_only():
    told = days((7.5, None, None), (None, None, None))

    assert degree_days(told)[0] == 10.5
    assert np.isnan(degree_days(told)[1])
    assert np.isnan(degree_days(told, method=DegreeDayMethod.COSTIC)).all()


def test_the_base_can_be_changed():
    assert degree_days(days((7.5, None, None)), base=15.0)[0] == 7.5


@given(DEGREES, DEGREES, st.floats(10, 22))
def test_no_day_is_less_than_nothing_and_a_day_across_the_base_always_counts(one, other, base):
    low, high = sorted((one, other))
    told = days(((low + high) / 2, low, high))

    costic = degree_days(told, base, DegreeDayMethod.COSTIC)[0]

    assert degree_days(told, base)[0] >= 0
    assert costic >= 0
    assert (costic > 0) == (base > low)


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("17", 17.0),
        ("16,5", 16.5),
        ("", BASE),
        ("x", BASE),
        ("nan", BASE),
        ("9", BASE),
        ("30", BASE),
    ],
)
def test_a_base_that_makes_no_sense_is_the_usual_one(text, base):
    assert base_in(text) == base
