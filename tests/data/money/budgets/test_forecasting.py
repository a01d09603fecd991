"""The end of twelve months, told from usual days and back-tested on invented sites and winters."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from data.analysis.signatures.rules.days import cut
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.types import Fit
from data.metering.consumption.types import Unit
from data.metering.prices.rules.costs import tariffs_of
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit
from data.metering.simulation.rules import climate
from data.money.budgets.rules.climate import station_of, usual_days
from data.money.budgets.rules.forecast import forecast
from data.money.budgets.rules.money import in_euros, price_weights
from data.money.budgets.rules.monthly_split import months_of
from data.money.budgets.types import BudgetBasis, UsualYear
from tests.data.analysis.signatures.world import past_of, sites

SINCE, FIRST, LAST = date(2016, 1, 1), date(2022, 1, 1), date(2025, 12, 31)
GOOD = Fit(16.0, 50_000.0, 20_000.0, 1.0, 1.0, 52, 0.95, 0.08, None)
FLAT = UsualYear(1, BudgetBasis.CLIMATE, (1000.0,) * 12, None, ((1000.0,) * 12,) * 3, 0.0)
MONTHS = months_of(date(2026, 1, 1))


def means(seed, station, last):
    degrees = climate.temperatures(seed, station, SINCE, last)
    return {SINCE + timedelta(days=n): round(float(one) * 100) for n, one in enumerate(degrees)}


def usual_of(site, past, until):
    known = cut(past, until - timedelta(days=3 * 365), until)
    fit = fits(weeks_of([known]))[0]
    cold = station_of(means(1 + site.seed, site.station, until)).cold(fit.base)
    day, years = usual_days(fit, cold)
    error = fit.cvrmse * float(np.nanmean(known.energy)) * 7
    return UsualYear(1, BudgetBasis.CLIMATE, tuple(day), None, tuple(map(tuple, years)), error)


def left_after(until):
    found = [0.0] * 12
    for month in range(1, 13):
        first = date(2025, month, 1)
        after = date(2025 + month // 12, month % 12 + 1, 1)
        found[month - 1] = float(max(0, (after - max(first, until + timedelta(days=1))).days))
    return found


def test_the_interval_holds_the_twelve_months_four_times_in_five():
    """Told on three days of 2025, of sites that each drift by their own way."""
    inside = total = 0
    for site in sites(30):
        drift = float(np.random.default_rng([site.seed, 3]).normal(1, 0.03))
        past = past_of(replace(site, noise=0.05, level=drift))
        year = cut(past, date(2025, 1, 1), LAST).energy
        for month in (2, 5, 9):
            until = date(2025, month, 28)
            known = float(year[: (until - date(2025, 1, 1)).days + 1].sum())
            usual = usual_of(site, cut(past, FIRST, until), until)
            found = forecast(round(known), [usual], [left_after(until)])
            total += 1
            inside += found.low <= year.sum() <= found.high
    print(f"coverage {inside / total:.1%} of {total} (80 % meant)")
    assert 0.70 <= inside / total <= 0.95


def test_a_sum_is_not_told_when_too_much_of_it_is_not_told_by_the_climate():
    past = replace(FLAT, basis=BudgetBasis.PAST, years=())
    month = [31.0] + [0.0] * 11

    assert forecast(0, [FLAT] * 9 + [past], [month] * 10) is not None
    assert forecast(0, [FLAT] * 3 + [past], [month] * 4) is None
    assert forecast(0, [past], [month]) is None
    assert forecast(0, [replace(FLAT, basis=BudgetBasis.DAYS, years=())], [month]) is None
    over = forecast(5, [past], [[0.0] * 12])
    assert (over.low, over.total, over.high) == (5, 5, 5)


def test_one_winter_alone_still_gives_an_interval():
    one = replace(FLAT, years=((1000.0,) * 12,))
    found = forecast(7, [one], [[31.0] + [0.0] * 11])

    assert found.low < found.total == 31_007 < found.high


def test_a_station_that_lacks_a_month_tells_nothing():
    days = {date(2025, 1, 1) + timedelta(days=n): 800 for n in range(330)}

    assert station_of({}) is None
    assert usual_days(GOOD, station_of(days).cold(18.0)) is None
    whole = days | {date(2024, 1, 1) + timedelta(days=n): 1000 for n in range(366)}
    day, years = usual_days(GOOD, station_of(whole).cold(16.0))
    assert day[0] == pytest.approx(50_000 + 20_000 * 7)
    assert day[11] == pytest.approx(50_000 + 20_000 * 6)
    assert len(years) == 1


def priced(last=None):
    gas = PriceDraft(
        "Gaz", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 100_000_000, date(2026, 1, 1), last
    )
    return tariffs_of([gas])


def test_euros_follow_the_prices_of_each_month():
    assert price_weights(Unit.KWH, FLAT, MONTHS, ()) == tuple(
        1000 * days for days in (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    )
    assert price_weights(Unit.EUR, FLAT, MONTHS, priced())[0] == 3_100
    assert price_weights(Unit.EUR, FLAT, MONTHS, priced(date(2026, 6, 30)))[6] == 0


def test_the_end_in_euros_lacks_where_a_price_does():
    left = [[31.0] + [0.0] * 11]
    energy = forecast(0, [replace(FLAT, error=100.0)], left)

    told = in_euros(50, energy, [FLAT], left, (MONTHS, {1: priced()}))
    assert told.low < told.total == 3_150 < told.high
    assert in_euros(50, energy, [FLAT], left, (MONTHS, {})) is None
    assert in_euros(50, None, [FLAT], left, (MONTHS, {})) is None
    over = in_euros(50, forecast(0, [FLAT], [[0.0] * 12]), [FLAT], [[0.0] * 12], (MONTHS, {}))
    assert over.total == 50
