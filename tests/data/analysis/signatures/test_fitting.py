"""Signatures of synthetic sites: what was put in is found, and what tells nothing is refused."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.analysis.signatures.rules.days import cut
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.types import Past, Reason
from tests.data.analysis.signatures.world import Site, past_of, sites

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 30)
OPENDSM = Path(__file__).parent / "opendsm.json"


def fit(past, base=None):
    return fits(weeks_of([past]), base)[0]


def test_what_was_put_in_is_found():
    for site in sites(20, noise=0.01):
        found = fit(past_of(site))

        usual = found.use and (found.baseload_wh * found.use, found.slope_wh * found.use)
        assert found.reason is None
        assert found.base == pytest.approx(site.base, abs=0.3)
        assert usual == pytest.approx((site.baseload, site.slope), rel=0.05)
        assert found.out / found.use == pytest.approx(site.off, rel=0.02)
        assert found.r2 > 0.98


def test_a_fleet_is_fitted_as_each_of_its_sites():
    fleet = [past_of(site) for site in sites(5)]
    fleet[2] = past_of(sites(3)[2], date(2023, 5, 4), date(2024, 9, 1))

    together = fits(weeks_of(fleet))

    for past, found in zip(fleet, together, strict=True):
        alone = fit(past)
        assert found.base == alone.base
        assert found.slope_wh == pytest.approx(alone.slope_wh)
        assert found.weeks == alone.weeks


def test_a_base_that_is_asked_for_is_kept():
    past = past_of(Site(base=16.0))

    asked, found = fit(past, 20.0), fit(past)

    assert asked.base == 20.0
    assert asked.cvrmse > found.cvrmse


def test_a_week_that_lacks_a_day_is_not_counted():
    past = past_of(Site(), FIRST, LAST)
    energy = past.energy.copy()
    energy[[3, 10, 200]] = np.nan

    assert fit(past).weeks - fit(replace(past, energy=energy)).weeks == 3


def test_a_baseload_is_never_below_nothing():
    assert fit(past_of(Site(baseload=0.0, base=15.0)), 20.0).baseload_wh == 0.0


def mild(past):
    return replace(past, temperature=12 + (past.temperature - 12) / 5)


def flat(past):
    return replace(past, energy=np.full(len(past.energy), 90_000.0))


@pytest.mark.parametrize(
    ("past", "reason"),
    [
        (past_of(Site(), FIRST, date(2024, 4, 1)), Reason.FEW_WEEKS),
        (mild(past_of(Site(), FIRST, LAST)), Reason.NO_SPREAD),
        (flat(past_of(Site(), FIRST, LAST)), Reason.NOT_HEATING),
        (past_of(Site(slope=-2000.0, baseload=90_000.0), FIRST, LAST), Reason.NOT_HEATING),
        (past_of(Site(noise=1.1, seed=3), FIRST, LAST), Reason.LOOSE),
        (replace(past_of(Site(), FIRST, LAST), energy=np.zeros(365)), Reason.NOT_HEATING),
        (Past(FIRST, np.full(365, np.nan), np.full(365, 9.0)), Reason.FEW_WEEKS),
    ],
    ids=["winter", "mild", "flat", "falling", "wild", "nothing", "unknown"],
)
def test_what_tells_nothing_is_refused_and_says_why(past, reason):
    assert fit(past).reason is reason


def test_it_errs_no_more_than_opendsm():
    """`opendsm.json` is what its daily model erred by week on them: see bench.daily_model.py."""
    known = json.loads(OPENDSM.read_text())
    ratios = []
    for family, told in (("uses", {}), ("plain", {"off": 1.0})):
        for site, other in zip(sites(12, **told), known[family], strict=True):
            ratios.append(fit(cut(past_of(site), FIRST, LAST)).cvrmse / other)
    print(f"CVRMSE against OpenDSM {known['version']}: at most {max(ratios):.2f} times")
    assert max(ratios) <= 1.1
