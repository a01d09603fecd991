"""Seasons, summer baseload and days out of use, of sites whose own are known."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from data.analysis.signatures.rules.days import out_of_use
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.rules.seasons import baseload, idle, seasons
from data.analysis.signatures.types import Past
from tests.data.analysis.signatures.world import Site, past_of

BEGUN, OVER = date(2023, 10, 9), date(2024, 5, 12)


def shut():
    """A site whose boiler is off outside each 9 October … 12 May."""
    past = past_of(Site(noise=0.02, off=1.0, base=30.0, slope=8000.0))
    days = [date.fromordinal(past.first.toordinal() + n) for n in range(len(past.energy))]
    off = np.array([(5, 12) < (day.month, day.day) < (10, 9) for day in days])
    return replace(past, energy=np.where(off, 50_000.0, past.energy))


def fit(past):
    return fits(weeks_of([past]))[0]


def test_the_season_is_found_within_a_week():
    past = shut()

    found = {season.first.year: season for season in seasons(past, fit(past))}

    assert abs((found[2023].first - BEGUN).days) <= 7
    assert abs((found[2023].last - OVER).days) <= 7
    assert found[2025].last is None
    assert 2021 not in found  # its beginning is not in the history


def test_what_is_heated_in_august_and_stops_is_not_the_season():
    past = shut()
    at = past.place(date(2024, 8, 15))
    past.energy[at : at + 16] = past.energy[past.place(date(2024, 1, 15))]  # then nothing for weeks

    found = {season.first.year: season for season in seasons(past, fit(past))}

    assert abs((found[2024].first - date(2024, 10, 9)).days) <= 7


def test_a_site_that_never_heats_or_is_too_young_has_no_season():
    past = shut()

    assert seasons(replace(past, energy=np.full(len(past.energy), 5.0)), fit(past)) == []
    assert seasons(Past(past.first, past.energy[:5], past.temperature[:5]), fit(past)) == []
    assert seasons(replace(past, energy=np.full(len(past.energy), np.nan)), fit(past)) == []


def test_a_summer_day_and_its_year_in_euros():
    found = baseload(shut(), cents_a_kwh=10.0)

    assert found.day_wh == 50_000
    assert found.year_wh == 50_000 * 365
    assert found.cost == 1825.0
    assert baseload(shut()).cost is None


def test_no_summer_no_baseload():
    assert baseload(past_of(Site(), date(2025, 10, 1), date(2025, 12, 31))) is None


def test_week_ends_and_public_holidays_are_out_of_use():
    days = [date(2025, 7, 14), date(2025, 7, 15), date(2025, 7, 19), date(2025, 4, 21)]

    assert out_of_use(np.array([day.toordinal() for day in days], dtype=float)).tolist() == [
        True,
        False,
        True,
        True,
    ]
    assert len(out_of_use(np.zeros(0))) == 0


def test_what_is_burnt_out_of_use_is_weighed():
    past = past_of(Site(off=0.5, noise=0.02))

    found = idle(past, fit(past), date(2025, 1, 1), date(2025, 12, 31))

    off = out_of_use(np.arange(date(2025, 1, 1).toordinal(), date(2026, 1, 1).toordinal()) * 1.0)
    year = past.energy[past.place(date(2025, 1, 1)) :]
    assert found.ratio == pytest.approx(0.5, rel=0.03)
    assert found.wh == year[off].sum()
    assert found.share == pytest.approx(year[off].sum() / year.sum())


def test_too_few_days_tell_nothing_of_use():
    past = past_of(Site())

    assert idle(past, fit(past), date(2025, 12, 1), date(2025, 12, 31)) is None
    nothing = replace(past, energy=np.zeros(len(past.energy)))
    assert idle(nothing, fit(past), date(2025, 1, 1), date(2025, 12, 31)) is None
