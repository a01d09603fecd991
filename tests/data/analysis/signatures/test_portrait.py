"""The portrait of a site from its rows, and its page: what is told, and what is refused."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from components.signatures.page import signature_page
from core.errors import NotFound
from data.analysis.signatures.queries import get_portrait
from data.analysis.signatures.queries.days import load_site_days
from data.analysis.signatures.types import Reason
from data.metering.consumption.models import Reading
from data.metering.consumption.queries import load_series
from data.metering.consumption.types import Quality, View
from data.metering.pces.queries import get_scope
from data.metering.prices.actions import add
from data.metering.prices.types import NANO, PriceDraft, PriceKind, PriceUnit
from data.metering.weather.actions import describe, load_days
from data.metering.weather.types import DegreeDayMethod, StationDay, StationPlace
from tests.data.analysis.signatures.world import Site, past_of
from tests.factories import PCE, make_grant, make_pce

pytestmark = pytest.mark.usefixtures("people")
FIRST, LAST = date(2023, 10, 1), date(2026, 11, 20)
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def burn(db, pce, first=FIRST, **told):
    """Readings without temperatures: its station has them."""
    past = past_of(Site(**told), first, LAST)
    days = [date.fromordinal(first.toordinal() + n) for n in range(len(past.energy))]
    db.add_all(
        Reading(pce_id=pce.id, gas_day=day, energy_wh=int(wh), volume_dm3=1, status=2, flags=0,
                quality=Quality.ESTIMATED if n == 5 else Quality.MEASURED, learnt_at=NOW)
        for n, (day, wh) in enumerate(zip(days, past.energy, strict=True))
    )  # fmt: skip
    c100 = np.rint(past.temperature * 100).astype(int).tolist()
    told_days = zip(days, c100, strict=True)
    load_days(db, "a", [StationDay(d, t, t - 400, t + 400) for d, t in told_days])
    describe(db, StationPlace("a"), "Plaine", ["99"])
    db.flush()
    return past


def words(drawn):
    return str(drawn.to_plotly_json())


def test_a_site_is_told_whole(db, alice):
    pce = make_pce(db, holder_id=1)
    burn(db, pce, base=15.0, noise=0.02)

    found = get_portrait(db, alice, PCE, 18.0)

    assert found.best_fit.reason is None
    assert found.best_fit.base == pytest.approx(15.0, abs=0.3)
    assert found.requested_fit.base == 18.0
    assert found.split.reason is None
    assert found.degree_days[1] > found.degree_days[0] > 1000
    assert found.season.last is None
    assert found.estimate.low_wh < found.estimate.total_wh < found.estimate.high_wh
    assert sum(found.normal) == pytest.approx(found.split.after_wh, rel=0.15)
    assert found.until == LAST
    for degree_days in (True, False):
        drawn = words(signature_page(found, alice, degree_days=degree_days))
        assert "Climat" in drawn
        assert "n’est pas fiable" not in drawn


def test_the_gap_of_a_year_is_the_one_of_the_chart(db, alice):
    """An estimated day is counted on both screens, and told as what it is."""
    pce = make_pce(db, holder_id=1, data_until=LAST)
    burn(db, pce, base=15.0, noise=0.02)
    for day in (date(2025, 3, 5), date(2026, 2, 3)):
        change = {"quality": Quality.RECONSTRUCTED, "energy_wh": 7_208_000}
        db.query(Reading).filter_by(pce_id=pce.id, gas_day=day).update(change)

    found = get_portrait(db, alice, PCE, 18.0)

    year = load_series(db, alice, View(pce=PCE, compare=(1,))).year
    assert (found.split.first, found.split.last) == (year.first, year.last)
    assert found.split.after_wh == year.energy_wh
    assert found.split.before_wh == year.comparisons[0].energy_wh
    assert (found.split.missing_after, found.split.missing_before) == (0, 0)
    assert (found.split.estimated_after, found.split.estimated_before) == (1, 1)
    drawn = words(signature_page(found, alice, degree_days=False))
    assert "1 jour non mesuré, 1 l’année d’avant" in drawn.replace("\u00a0", " ")


def test_weeks_are_set_against_the_degree_days_of_either_method(db, alice):
    burn(db, make_pce(db, holder_id=1), base=15.0, noise=0.02)

    meteo, costic = (get_portrait(db, alice, PCE, 18.0, method) for method in DegreeDayMethod)

    assert [week[:3] for week in meteo.weeks] == [week[:3] for week in costic.weeks]
    assert sum(week[3] for week in costic.weeks) > sum(week[3] for week in meteo.weeks)
    assert costic.requested_fit.reason is None
    assert costic.requested_fit.slope_wh != meteo.requested_fit.slope_wh
    assert costic.best_fit == meteo.best_fit
    drawn = words(signature_page(costic, alice, degree_days=True))
    assert "base=17&method=costic" in drawn
    assert "base=18'" in drawn  # the way back to the other method


def test_the_summer_has_its_yearly_cost_where_a_price_is_known(db, alice):
    pce = make_pce(db, holder_id=1)
    burn(db, pce, base=15.0, noise=0.02)
    assert get_portrait(db, alice, PCE, 18.0).summer.cost is None
    draft = PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.CENT_KWH, NANO // 10, date(2026, 1, 1))
    add(db, alice, draft, now=NOW)

    summer = get_portrait(db, alice, PCE, 18.0).summer

    assert summer.cost == pytest.approx(summer.day_wh * 365 / 1000 * 0.1)
    assert "€" in words(
        signature_page(get_portrait(db, alice, PCE, 18.0), alice, degree_days=False)
    )


def test_a_young_site_is_refused_with_its_reason(db, alice):
    pce = make_pce(db, holder_id=1)
    burn(db, pce, date(2026, 9, 1))

    found = get_portrait(db, alice, PCE, 18.0)

    assert found.best_fit.reason is Reason.FEW_WEEKS
    assert (found.normal, found.season, found.estimate) == (None, None, None)
    drawn = words(signature_page(found, alice, degree_days=False))
    assert "n’est pas fiable" in drawn
    assert "Moins de 20 semaines" in drawn


def test_a_site_without_a_value_has_a_page_too(db, alice):
    make_pce(db, holder_id=1)

    found = get_portrait(db, alice, PCE, 18.0)

    assert found.until is None
    assert "Aucune année mesurée" in words(signature_page(found, alice, degree_days=True))


def test_nothing_is_read_of_what_may_not_be(db, alice, bob, charlie):
    pce = make_pce(db, holder_id=1)
    whole = burn(db, pce)
    make_grant(db, pce, 2, first_day=date(2026, 6, 1), last_day=date(2026, 8, 31))

    with pytest.raises(NotFound):
        get_portrait(db, charlie, PCE, 18.0)
    lent, own = (
        load_site_days(db, get_scope(db, viewer, PCE), viewer.today).past for viewer in (bob, alice)
    )
    assert (~np.isnan(lent.energy)).sum() == 92
    assert (~np.isnan(own.energy)).sum() == len(whole.energy) - 1  # the estimated one is left out
