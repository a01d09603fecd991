"""Why a year differs: injected causes are found, and the parts always sum to the difference."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.analysis.signatures.rules.year_breakdown import split
from data.analysis.signatures.types import Reason
from tests.choosing import examples
from tests.data.analysis.signatures.world import (
    Site,
    ordinals,
    past_of,
    sites,
    truth,
    weather,
    without,
)

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
LEAP = 59  # the place of 29 February in 2024
SMALL = 0.002  # of the year: what noise alone may move
PARTS = ("climate_wh", "calendar_wh", "missing_wh", "rest_wh")
EVERY = (*PARTS, "estimated_wh")


def causes(site, missing):
    """What was put between 2024 and 2025, one cause after another, Wh; and the year before."""
    then, now = ordinals(date(2024, 1, 1), date(2024, 12, 31)), ordinals(FIRST, LAST)
    warm = weather(site)
    before, after = (warm[days - ordinals()[0]] for days in (then, now))
    usual = replace(site, level=1.0)
    twins = np.delete(then, LEAP)
    first = truth(usual, np.delete(before, LEAP), twins).sum()
    climate = truth(usual, after, twins).sum()
    calendar = truth(usual, after, now).sum()
    leap = truth(usual, before[[LEAP]], then[[LEAP]]).sum()
    changed = truth(site, after, now)
    told = (
        climate - first,
        calendar - climate - leap,
        -changed[missing].sum(),
        changed.sum() - calendar,
    )
    return dict(zip(PARTS, told, strict=True)), first


def test_each_cause_is_found_within_five_percent():
    worst = dict.fromkeys(PARTS, 0.0)
    missing = np.arange(9, 33)  # of January and February
    for site in sites(40, level=1.12, warmer=1.5, noise=0.01):
        past = past_of(site)
        found = split(without(past, past.place(FIRST) + missing), FIRST, LAST)

        told, year = causes(site, missing)
        assert found.reason is None
        assert found.missing_after == len(missing)
        for part, true in told.items():
            error = abs(getattr(found, part) - true)
            assert error <= max(0.05 * abs(true), SMALL * year), (site.seed, part)
            if abs(true) > 0.02 * year:
                worst[part] = max(worst[part], error / abs(true))
    print("worst of the causes above 2 %:", {part: f"{e:.1%}" for part, e in worst.items()})


@settings(max_examples=examples(40), deadline=None)
@given(
    st.integers(0, 50),
    st.floats(0.5, 2.0),
    st.lists(st.integers(0, 1460), max_size=60),
    st.lists(st.integers(0, 1460), max_size=60),
    st.dates(date(2023, 1, 1), date(2025, 6, 1)),
    st.integers(0, 400),
)
def test_the_parts_sum_to_the_difference_whatever_happened(
    seed, level, lost, estimated, first, days
):
    last = min(date.fromordinal(first.toordinal() + days), LAST)
    every = without(past_of(Site(seed=seed, level=level)), lost)
    past = without(every, estimated)

    found = split(past, first, last, told=every.energy)

    assert sum(getattr(found, part) for part in EVERY) == found.difference_wh
    year = slice(past.place(first), past.place(last) + 1)
    assert found.after_wh == round(float(np.nansum(every.energy[year])))
    assert found.missing_after == np.isnan(every.energy[year]).sum()
    assert found.missing_after + found.estimated_after == np.isnan(past.energy[year]).sum()


def test_an_estimated_day_weighs_what_it_says_over_what_is_expected():
    every = past_of(Site(noise=0.0))
    lost = every.place(date(2024, 3, 5))
    past = without(every, lost)
    plain, fair = split(past, FIRST, LAST), split(past, FIRST, LAST, told=every.energy)
    told = every.energy.copy()
    told[lost] += 70_000

    found = split(past, FIRST, LAST, told=told)

    assert (plain.missing_before, plain.estimated_before) == (1, 0)
    assert (found.missing_before, found.estimated_before) == (0, 1)
    assert (found.missing_wh, found.rest_wh) == (0, fair.rest_wh)
    assert found.before_wh - plain.before_wh == round(told[lost])
    assert found.estimated_wh - fair.estimated_wh == -70_000
    assert fair.estimated_wh == pytest.approx(0, abs=0.05 * every.energy[lost])


def test_without_a_signature_only_the_days_that_lack_are_told_apart():
    past = past_of(Site())
    short = replace(past, energy=past.energy.copy())
    short.energy[: short.place(date(2024, 11, 1))] = np.nan
    lost = short.place(date(2025, 12, 1))
    gone = past.energy[short.place(date(2024, 12, 1))]
    short.energy[lost] = np.nan

    found = split(short, date(2025, 11, 1), date(2025, 12, 31))

    assert found.reason is Reason.FEW_WEEKS
    assert found.missing_wh == -gone
    assert (found.climate_wh, found.calendar_wh) == (0, 0)
    assert found.known_gap_wh == found.rest_wh == found.difference_wh - found.missing_wh
    assert replace(found, missing_before=61).known_gap_wh is None  # no day to compare

    told = short.energy.copy()
    told[lost] = 1_000
    found = split(short, date(2025, 11, 1), date(2025, 12, 31), told=told)
    assert (found.missing_wh, found.estimated_wh) == (0, 1_000 - gone)
    assert found.rest_wh == found.difference_wh - found.estimated_wh


def test_a_year_whose_temperatures_are_unknown_is_refused():
    past = past_of(Site())
    past.temperature[past.place(date(2025, 3, 1)) :] = np.nan

    assert split(past, FIRST, LAST).reason is Reason.NO_TEMPERATURE


def test_summer_days_have_no_climate_to_correct():
    past = past_of(Site(base=9.5, off=1.0, noise=0.001))

    found = split(past, date(2025, 7, 1), date(2025, 8, 31))

    assert found.climate_wh == pytest.approx(0, abs=0.01 * found.before_wh)


def test_a_leap_day_has_a_year_before():
    past = past_of(Site())

    found = split(past, date(2024, 2, 29), date(2024, 2, 29))

    assert found.last == date(2024, 2, 29)
    assert found.after_wh == past.energy[past.place(date(2024, 2, 29))]
    assert found.before_wh == past.energy[past.place(date(2023, 2, 28))]
