"""Why a month differs from the year before: the parts add up, whatever is known."""

from datetime import date

import numpy as np
import pytest

from data.analysis.signatures.rules.climate import KnownDays
from data.analysis.signatures.rules.month_gap import explain_gap

FIRST = date(2025, 11, 1)
DAYS = 400


def days_of(now=100_000.0, then=120_000.0, weekend=0.0):
    """Days of `then` Wh, of `now` from November 2026, less `weekend` on Saturdays and Sundays."""
    ordinals = FIRST.toordinal() + np.arange(DAYS)
    energy = np.where(ordinals < date(2026, 11, 1).toordinal(), then, now).astype(np.float64)
    energy[(ordinals + 6) % 7 >= 5] -= weekend
    temperature = np.where(ordinals < date(2026, 11, 1).toordinal(), 6.0, 8.5)
    return KnownDays(FIRST.toordinal(), energy, temperature)


def gap_of(days, ratio=1.1, month=11):
    return explain_gap(days, date(2026, month, 1), date(2026, month, 20), ratio)


@pytest.mark.parametrize("ratio", [None, 0.9, 1.1])
@pytest.mark.parametrize("weekend", [0.0, 60_000.0])
def test_the_parts_add_up_to_the_gap(ratio, weekend):
    gap = gap_of(days_of(weekend=weekend), ratio)
    parts = (gap.weather_wh or 0) + gap.working_days_wh + gap.rest_wh
    assert parts == gap.gap_wh == gap.this_wh - gap.before_wh
    assert (gap.weather_wh is None) is (ratio is None)


def test_a_milder_month_is_the_weather():
    gap = gap_of(days_of(), 1.2)
    assert (gap.this_wh, gap.before_wh, gap.weather_wh) == (2_000_000, 2_400_000, -400_000)
    assert gap.rest_wh == 0
    assert gap.temperatures == (8.5, 6.0)


def test_a_working_day_more_is_counted_apart():
    gap = gap_of(days_of(100_000.0, 100_000.0, weekend=70_000.0), 1.0)
    assert gap.working_days == (14, 13)  # 11 November is a holiday in both years
    assert gap.working_days_wh > 0


def test_only_days_known_in_both_years_are_compared():
    days = days_of()
    days.energy[:5] = np.nan
    days.temperature[:] = np.nan
    gap = gap_of(days)
    assert gap.this_wh == 15 * 100_000
    assert gap.temperatures == (None, None)
    days.energy[:] = np.nan
    assert gap_of(days) is None
