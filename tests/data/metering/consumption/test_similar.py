"""Energy a square metre: over the surface of each month, ranked among sites one may read."""

from dataclasses import replace
from datetime import date

import pytest

from components.consumption.empty_state import empty_chart
from components.consumption.figure import figure
from components.consumption.overlay import notes
from components.consumption.sentence import opening
from components.consumption.table import rows
from components.surfaces.similar import place_words, similar_card
from core.errors import NotFound
from data.metering.consumption.queries import load_places
from data.metering.consumption.rules.labels import amount, has_values, quality_words
from data.metering.consumption.rules.similar import quarter_of, rank_sites, size_of, spread_of
from data.metering.consumption.rules.together import read_together
from data.metering.consumption.types import SeriesStep, Unit, View
from data.metering.consumption.types.similar import SimilarGroup, SiteIntensity
from data.metering.surfaces.models import SurfaceRow
from data.metering.surfaces.types import SiteUse
from data.metering.weather.models import Station, WeatherArea
from data.thresholds.queries.chart_series import load_limits_series
from tests.components.kit.trees import text_of
from tests.conftest import TODAY
from tests.data.metering.consumption.test_fleet import site
from tests.factories import NOW, make_grant

SCHOOLS = SimilarGroup(SiteUse.TEACHING, 1, 1)


def sites(count):
    return [SiteIntensity(n, 100_000 + 1_000 * n, 200_000, SCHOOLS) for n in range(count)]


def test_a_group_has_quartiles_from_eight_sites_on():
    places = rank_sites(sites(9))
    assert [places[n].rank for n in (0, 4, 8)] == [1, 5, 9]
    assert [quarter_of(places[n].site.wh_per_m2, places[n].spread) for n in (0, 2, 4, 5, 8)] == [
        0,
        0,
        1,
        2,
        3,
    ]
    assert places[0].spread.median == 104_000
    assert place_words(places[4], places[4].spread) == "5e sur 9, moitié la plus économe"
    assert "La moitié du groupe est entre" in text_of(similar_card(places[4], "Plaine"))
    assert spread_of(list(range(7))) is None
    few = text_of(similar_card(rank_sites(sites(7))[0], "Plaine"))
    assert "7 sites lisibles de cette sorte, il en faut 8" in few
    assert "il faut douze mois connus" in text_of(similar_card(None, "Plaine"))
    alone = replace(sites(1)[0], group=None)
    assert "Choisissez son usage" in text_of(similar_card(rank_sites([alone])[0], "Plaine"))
    assert [size_of(m2 * 100) for m2 in (999, 1_000, 2_999, 10_000)] == [0, 1, 1, 3]


@pytest.fixture
def schools(db, people):
    """Eight schools of Alice's, that use 1 to 1.7 kWh a day over 100 m²; one more has no use."""
    db.add(Station(id=1, code="1"))
    db.flush()
    db.add(WeatherArea(prefix="9", station_id=1))
    pces = [site(db, n, this=1_000 + 100 * n) for n in range(9)]
    for pce in pces:
        use = SiteUse.TEACHING if pce is not pces[8] else None
        state(db, pce, use=use)
    return pces


def state(db, pce, organisation=1, **values):
    values = {"area_dm2": 10_000, "use": SiteUse.TEACHING} | values
    db.add(SurfaceRow(pce_id=pce.id, organisation_id=organisation, changed_at=NOW, **values))
    db.flush()


def test_each_month_counts_over_its_surface(db, schools, alice):
    places = load_places(db, alice)
    assert places[schools[0].id].site.wh_per_m2 == 3_650
    assert [places[pce.id].rank for pce in schools] == [1, 2, 3, 4, 5, 6, 7, 8, 0]
    assert places[schools[0].id].spread.least == 3_650
    grown = db.query(SurfaceRow).filter_by(pce_id=schools[0].id).one()
    grown.last_day = date(2026, 4, 30)
    state(db, schools[0], area_dm2=20_000, first_day=date(2026, 5, 1))
    found = load_places(db, alice)[schools[0].id].site
    assert (found.wh_per_m2, found.area_dm2) == (10 * 181 + 5 * 184, 20_000)
    grown.first_day = date(2026, 1, 1)
    db.flush()
    assert schools[0].id not in load_places(db, alice)  # two months have no surface


def test_a_group_is_of_the_sites_that_one_may_read(db, schools, bob, charlie):
    for pce in schools[:3]:
        make_grant(db, pce, 2)
        state(db, pce, organisation=2)
    make_grant(db, schools[3], 2, first_day=date(2026, 6, 1))  # not a whole year
    state(db, schools[3], organisation=2)
    state(db, schools[4], organisation=2)  # a right that ended
    places = load_places(db, bob)
    assert places.keys() == {pce.id for pce in schools[:3]}
    assert (places[schools[0].id].count, places[schools[0].id].spread) == (3, None)
    assert load_places(db, charlie) == {}


def chart(db, viewer, pce, **values):
    view = View(pce=pce.number, unit=Unit.M2, **values)
    return load_limits_series(db, viewer, view)[0]


def test_the_chart_has_the_middle_half_of_similar_sites_by_complete_month(
    db, schools, alice, bob, charlie
):
    shown = chart(db, alice, schools[0])
    march = next(at for at, bar in enumerate(shown.buckets) if bar.first == date(2026, 3, 1))
    assert amount(shown.buckets[march], Unit.M2) == 310  # 31 kWh over 100 m²
    assert shown.similar.count == 8
    assert shown.similar.values[march] == (
        364,
        473,
    )  # quartiles of 310 to 527, without use left out
    assert shown.similar.values[-1] is None  # of the current month
    (band,) = [trace for trace in figure(shown, "light")["data"] if trace["name"] == "similar"]
    assert band["x"] == [at for at, value in enumerate(shown.similar.values) if value]
    assert "0,36 – 0,47" in str(rows(shown))
    assert "Bande : la moitié du milieu de 8 sites" in text_of(notes(shown)).replace("\u00a0", " ")
    assert chart(db, alice, schools[0], step=SeriesStep.DAY).similar is None
    alone = chart(db, alice, schools[8])
    assert not alone.similar.is_drawn
    assert "il faut la surface de ce site, son usage" in text_of(notes(alone))
    with pytest.raises(NotFound):
        chart(db, charlie, schools[0])


def test_in_kwh_similar_sites_are_brought_to_the_surface_of_the_site(db, schools, alice):
    own = db.query(SurfaceRow).filter_by(pce_id=schools[0].id).one()
    own.area_dm2 = 20_000
    db.flush()
    small = [place.site.wh_per_m2 for place in load_places(db, alice).values()]
    assert min(small) == 1_825  # of the site, over twice the surface
    by_m2 = chart(db, alice, schools[0]).similar.values
    view = View(pce=schools[0].number)
    assert load_limits_series(db, alice, view)[0].similar is None
    shown = load_limits_series(db, alice, replace(view, similar=True))[0]
    values = shown.similar.values
    assert tuple(band and (band[0] // 200, band[1] // 200) for band in values) == by_m2
    said = text_of(notes(shown)).replace("\u00a0", " ")
    assert "8 sites semblables (Enseignement, moins de 1 000 m², station météo 1" in said.replace(
        "\u202f", " "
    )
    assert "ramenée à la surface de ce site" in said
    by_day = load_limits_series(db, alice, replace(view, similar=True, step=SeriesStep.DAY))[0]
    assert "se comparent par mois" in text_of(notes(by_day))


def test_without_a_surface_the_chart_is_refused_with_a_sentence(db, schools, alice, bob):
    make_grant(db, schools[0], 2)  # the surface is of another organisation
    hidden = chart(db, bob, schools[0])
    assert not has_values(hidden)
    assert "Aucune surface connue" in text_of(empty_chart(hidden, bob))
    assert "aucune surface pour ces jours" in text_of(opening(hidden))
    known = db.query(SurfaceRow).filter_by(pce_id=schools[0].id).one()
    known.first_day = date(2026, 4, 1)
    db.flush()
    partly = chart(db, alice, schools[0])
    assert {bar.days_unpriced for bar in partly.buckets if bar.last < date(2026, 4, 1)} != {0}
    assert {bar.days_unpriced for bar in partly.buckets if bar.first >= date(2026, 4, 1)} == {0}
    assert "jours sans surface ne sont pas comptés" in text_of(notes(partly))
    assert quality_words(partly.buckets[0], partly) == "Sans surface"
    assert read_together({"pce": "1" * 14 + "," + "2" * 14, "unit": "m2"}, TODAY).view.unit == "kwh"
