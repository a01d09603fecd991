"""The climate correction: the formula of domain.md §8.1, one site at a time or a fleet at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.analysis.signatures.rules.weather_correction import correct_many, corrected
from data.analysis.signatures.types import Fit, Reason

POSITIVE = st.floats(1, 1e9)
GOOD = Fit(16.0, 1000.0, 500.0, 1.0, 1.0, 52, 0.95, 0.08, None)


def one(*told):
    return [np.array([float(value)]) for value in told]


def test_the_heating_follows_the_degree_days_and_the_baseload_stays():
    assert corrected(*one(100_000, 20_000, 2250, 2000))[0] == 20_000 + 80_000 * 2250 / 2000


def test_what_does_not_heat_stays():
    assert corrected(*one(15_000, 20_000, 2250, 2000))[0] == 15_000
    assert np.isnan(corrected(*one(100_000, 20_000, 2250, 0))[0])


@given(POSITIVE, st.floats(0, 1), st.floats(1, 4000), st.floats(1, 4000))
def test_there_and_back_is_where_it_was(energy, share, reference, real):
    there = corrected(*one(energy, energy * share, reference, real))
    back = corrected(there, *one(energy * share, real, reference))

    assert back[0] == pytest.approx(energy)


def test_a_fleet_is_corrected_at_once_and_each_refusal_says_why():
    loose = Fit(16.0, 1000.0, 500.0, 1.0, 1.0, 52, 0.6, 0.5, Reason.LOOSE)
    energy = np.array([60_000.0, 60_000.0, 60_000.0, 60_000.0])
    days = np.full(4, 30.0)
    reference = np.array([300.0, 300.0, 59.0, np.nan])
    real = np.array([200.0, 200.0, 200.0, 200.0])

    found, reasons = correct_many(energy, days, [GOOD, loose, GOOD, GOOD], reference, real)

    assert reasons == [None, Reason.LOOSE, Reason.MILD, Reason.NO_TEMPERATURE]
    assert found[0] == 30_000 + 30_000 * 1.5
    assert np.isnan(found[1:]).all()
