"""Why a month differs from the year before: the parts add up, whatever is known."""

from datetime import date

import numpy as np
import pytest

from data.analysis.signatures.rules.climate import KnownDays
from data.analysis.signatures.rules.month_gap import explain_gap

FIRST = date(2024, 11, 1)
DAYS = 765


def days_of(now=100_000.0, then=120_000.0, weekend=0.0, closed=(5, 6)):
    """Days of `then` Wh, of `now` from November 2026, less `weekend` on the `closed` weekdays."""
    ordinals = FIRST.toordinal() + np.arange(DAYS)
    energy = np.where(ordinals < date(2026, 11, 1).toordinal(), then, now).astype(np.float64)
    energy[np.isin((ordinals + 6) % 7, closed)] -= weekend
    temperature = np.where(ordinals < date(2026, 11, 1).toordinal(), 6.0, 8.5)
    return KnownDays(FIRST.toordinal(), energy, temperature)


def gap_of(days, ratio=1.1, month=11):
    return explain_gap(days, date(2026, month, 1), date(2026, month, 20), ratio)


@pytest.mark.parametrize("ratio", [None, 0.9, 1.1])
@pytest.mark.parametrize("weekend", [0.0, 60_000.0])
def test_the_parts_add_up_to_the_gap(ratio, weekend):
    gap = gap_of(days_of(weekend=weekend), ratio)
    parts = (gap.weather_wh or 0) + gap.open_days_wh + gap.rest_wh
    assert parts == gap.gap_wh == gap.this_wh - gap.before_wh
    assert (gap.weather_wh is None) is (ratio is None)


def test_a_milder_month_is_the_weather():
    gap = gap_of(days_of(), 1.2)
    assert (gap.this_wh, gap.before_wh, gap.weather_wh) == (2_000_000, 2_400_000, -400_000)
    assert gap.rest_wh == 0
    assert gap.temperatures == (8.5, 6.0)


def test_an_open_day_more_is_counted_apart():
    gap = gap_of(days_of(100_000.0, 100_000.0, weekend=70_000.0), 1.0)
    assert gap.open_days == (14, 13)  # 11 November is a holiday in both years
    assert gap.open_days_wh > 0


def test_the_open_days_are_those_of_the_site_whose_mondays_are_closed():
    """November 2026 begins on a Sunday: it has a Monday more than November 2025."""
    days = days_of(100_000.0, 100_000.0, weekend=90_000.0, closed=(0,))
    gap = explain_gap(days, date(2026, 11, 1), date(2026, 11, 30), 1.0)
    assert gap.open_days == (25, 26)
    assert gap.open_days_wh == gap.gap_wh == -90_000


@pytest.mark.parametrize("changed", [False, True])
def test_open_days_are_no_cause_where_the_readings_do_not_tell_them(changed):
    """Days of the week that are alike, or that changed between the two years."""
    days = days_of(100_000.0, 100_000.0)
    if changed:
        days.energy[-365:] = days_of(100_000.0, 100_000.0, weekend=60_000.0).energy[-365:]
    gap = gap_of(days, 1.0)
    assert (gap.open_days, gap.open_days_wh) == (None, 0)


def test_only_days_known_in_both_years_are_compared():
    days = days_of()
    days.energy[365:370] = np.nan
    days.temperature[:] = np.nan
    gap = gap_of(days)
    assert gap.this_wh == 15 * 100_000
    assert gap.temperatures == (None, None)
    days.energy[:] = np.nan
    assert gap_of(days) is None
