"""Temperatures that come with the readings: read, kept, told before those of the station."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from core.errors import Unreadable
from data.analysis.signatures.queries import get_portrait
from data.analysis.signatures.queries.days import load_site_days
from data.metering.consumption import queries
from data.metering.consumption.actions import store
from data.metering.consumption.files import read
from data.metering.consumption.models import Reading, ReadingChange
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import FileFormat, PceDelivery, StoreOutcome
from data.metering.pces.queries import get_scope
from data.metering.weather.actions import describe, load_days
from data.metering.weather.models import WeatherOwnDay, WeatherOwnMark
from data.metering.weather.queries import list_local_days
from data.metering.weather.types import StationDay, StationPlace
from data.money.operat.queries import _climates
from data.provenance import FEED
from data.runs.rules import sentences_of
from data.thresholds.queries.winter import Readable, load_temperatures
from tests.conftest import FILES, TODAY
from tests.data.metering.consumption.rows import NOW, delivery, on, stated
from tests.factories import PCE, make_grant, make_pce

pytestmark = pytest.mark.usefixtures("people")
FIXTURE = (FILES / "temperatures.json").read_bytes()
DAYS = st.dates(date(1990, 1, 1), TODAY)
DEGREES = st.decimals(-60, 60, places=2)
WRONG = st.sampled_from(
    ['"2024-13-45": 5', '"demain": 5', '"2030-01-01": 5', '"1980-01-01": 5', '"2023-01-02": null',
     '"2023-01-03": "froid"', '"2023-01-04": 60.01', '"2023-01-05": -1e9', '"2023-01-06": true',
     '"2023-01-07": NaN', '"2023-01-08": [4]', '"2023-01-09": {"t": 4}', '"2023-01-10": ""']
)  # fmt: skip


def told(content: bytes | str):
    return read(
        "meteo.json", content.encode() if isinstance(content, str) else content, today=TODAY
    )


def kept(db, pce):
    own = WeatherOwnDay
    rows = db.execute(select(own.day, own.mean_c100).where(own.pce_id == pce.id).order_by(own.day))
    return tuple((day, mean) for day, mean in rows)


def bring(db, pce, *days, now=NOW):
    brought = PceDelivery(None, (), (), temperatures=days)
    return store(db, pce.id, brought, as_of=on(9), now=now, provenance=FEED)


def bars(db, viewer):
    query = {"pce": PCE, "from": on(0).isoformat(), "to": on(5).isoformat(), "step": "day"}
    found = queries.load_series(db, viewer, read_view(query, viewer.today))
    return [bucket.temperature_c100 for bucket in found.buckets]


def details(db, viewer):
    return [
        queries.get_day_detail(db, viewer, PCE, on(place)).temperature_c100 for place in range(6)
    ]


@pytest.fixture
def pce(db):
    """Readings of six days, those of odd ones with a temperature, in a station of 1 °C."""
    found = make_pce(db, holder_id=1)
    said = [stated(place, temperature_c100=700 if place % 2 else None) for place in range(6)]
    store(db, found.id, delivery(*said), as_of=on(9), now=NOW, provenance=FEED)
    load_days(db, "S", [StationDay(on(place), 100, -300, 500) for place in range(6)])
    describe(db, StationPlace("S"), "Plaine", ["99"])
    return found


def test_the_recorded_file_is_read_whole():
    file = told(FIXTURE)
    (only,) = file.deliveries
    assert (file.format, file.aside, file.rejected_count) == (FileFormat.TEMPERATURES, None, 0)
    assert (only.pce, only.days, only.periods, len(only.temperatures)) == (None, (), (), 730)
    assert only.temperatures[0] == (date(2020, 12, 1), 760)
    assert file.as_of == only.temperatures[-1][0]


def test_what_is_in_the_file_is_kept_and_twice_is_the_same(db):
    pce = make_pce(db, holder_id=1)
    (only,) = told(FIXTURE).deliveries
    first = store(db, pce.id, only, as_of=TODAY, now=NOW, provenance=FEED)
    assert first == StoreOutcome(new=730, temperatures=730)
    assert kept(db, pce) == only.temperatures
    assert store(db, pce.id, only, as_of=TODAY, now=NOW, provenance=FEED) == StoreOutcome(
        same=730, temperatures=730
    )
    assert db.scalar(select(func.count()).select_from(Reading)) == 0


@given(days=st.dictionaries(DAYS, DEGREES, min_size=1, max_size=40), wrong=st.sets(WRONG))
def test_days_that_make_sense_are_read_whatever_else_is_wrong(days, wrong):
    good = [f"{json.dumps(day.isoformat())}: {degrees}" for day, degrees in days.items()]
    file = told("{" + ",\n".join([*wrong, *good]) + "}")
    (only,) = file.deliveries
    assert only.temperatures == tuple(sorted((day, round(t * 100)) for day, t in days.items()))
    assert file.rejected_count == len(wrong)
    assert bool(file.aside) is bool(wrong)


def test_each_wrong_line_is_named_with_its_line():
    lines = (
        '"2024-01-01": 5', '"2024-01-02": null', '"05/02/2024": "6,42"', '"2024-02-30": 1',
        '"2030-01-01": 2', '"2024-01-01": 6', '"2024-01-03": 61',
    )  # fmt: skip
    file = told("{\n" + ",\n".join(lines) + "}")
    assert file.rejected_count == 5
    sentences = sentences_of(file.aside.message, file.aside.params)
    said = [words.replace("\u00a0", " ") for words in sentences]
    assert [words.split(" : ")[0].split(",")[0] for words in said] == [
        f"Ligne {line}" for line in (3, 5, 6, 7, 8)
    ]
    assert "la température manque" in said[0]
    assert "n’est pas une date" in said[1]
    assert "01/01/2030 n’est pas encore venu" in said[2]
    assert "01/01/2024 est déjà plus haut" in said[3]
    assert "« 61 » n’est pas une température" in said[4]
    assert dict(file.deliveries[0].temperatures)[date(2024, 2, 5)] == 642


@pytest.mark.parametrize("content", ['{"2024-01-01": null}', '{"2024-13-01": 5, "x": 4}'])
def test_a_file_of_which_nothing_makes_sense_is_refused(content):
    with pytest.raises(Unreadable, match=r"température|date"):
        told(content)


def test_a_temperature_of_a_day_is_its_readings_else_its_own_else_its_stations(db, pce, alice):
    bring(db, pce, (on(0), 300), (on(1), 300))
    expected = [300, 700, 100, 700, 100, 700]
    assert bars(db, alice) == expected
    assert details(db, alice) == expected
    site = load_site_days(db, get_scope(db, alice, PCE), on(5))
    assert (site.weather.mean[-6:] * 100).round().tolist() == expected
    assert site.weather.low[-6:].tolist() == [-3.0] * 6  # the ends stay those of the station
    judged = load_temperatures(db, [Readable(pce.id, on(0), on(5))])[pce.id]
    assert [judged[on(place)] for place in range(6)] == expected
    assert queries.get_day_detail(db, alice, PCE, on(2)).station == "Plaine"
    assert queries.get_day_detail(db, alice, PCE, on(0)).station == ""


def test_a_delivery_may_bring_readings_and_temperatures_together(db):
    pce = make_pce(db, holder_id=1)
    both = PceDelivery(None, (stated(0),), (), temperatures=((on(0), 300), (on(1), 400)))
    found = store(db, pce.id, both, as_of=on(9), now=NOW, provenance=FEED)
    assert (found.days, found.temperatures, found.new, found.same) == (1, 2, 3, 0)
    assert found.energy_wh == 108_000
    assert kept(db, pce) == ((on(0), 300), (on(1), 400))


def test_days_whose_reading_brings_its_own_are_counted_as_hidden(db, pce, alice):
    before = bars(db, alice)
    found = bring(db, pce, (on(0), 300), (on(1), 400), (on(3), 500), (on(9), 1))
    assert (found.temperatures, found.new, found.hidden) == (4, 4, 2)
    assert [now for now, then in zip(bars(db, alice), before, strict=True) if now != then] == [300]
    again = bring(db, pce, (on(1), 400))
    assert (again.same, again.hidden) == (1, 1)


def test_without_a_station_they_speak_alone(db, pce, alice):
    pce.postal_code = "01000"
    db.flush()
    bring(db, pce, (on(0), 300), (on(2), -200))
    assert bars(db, alice) == [300, 700, -200, 700, None, 700]
    assert queries.get_day_detail(db, alice, PCE, on(4)).temperature_c100 is None


def test_the_signature_says_whose_temperatures_they_are(db, pce, alice):
    bring(db, pce, (on(0), 300), (on(1), 300))
    found = get_portrait(db, alice, PCE, 18.0).warmth
    assert (found.station.label, found.station.last, found.own_days) == ("Plaine", on(5), 4)


def test_who_may_not_read_a_day_is_not_told_the_temperature_that_came_with_it(db, pce, alice, bob):
    make_grant(db, pce, bob.organisation_id, first_day=on(3), last_day=on(5))
    bring(db, pce, *((on(place), 300) for place in range(6)))
    scope = get_scope(db, bob, PCE)
    assert [row[1] for row in list_local_days(db, scope, on(0), on(5))] == [100] * 3 + [300] * 3
    asked = Readable(pce.id, on(4), on(5))
    assert load_temperatures(db, [asked])[pce.id][on(4)] == 300
    other = make_pce(db, number="09999999910009", holder_id=1)
    assert [
        row[1] for row in list_local_days(db, get_scope(db, alice, other.number), on(0), on(5))
    ] == [100] * 6
    assert get_portrait(db, bob, PCE, 18.0).warmth.own_days == 3


def test_degree_days_of_a_year_count_them_where_all_of_it_may_be_read(db, pce, alice, bob):
    first = date(2025, 1, 1)
    days = [first + timedelta(days=n) for n in range(365)]
    load_days(db, "S", [StationDay(day, 800) for day in days])
    bring(db, pce, *((day, 700) for day in days))
    make_grant(db, pce, bob.organisation_id, first_day=days[1])
    for viewer, mean in ((alice, 7), (bob, 8)):
        scope = get_scope(db, viewer, PCE)
        assert _climates(db, {pce.id: scope}, 2025) == {pce.id: (18 - mean) * 365}


def test_what_came_is_judged_again_and_what_was_known_is_not(db, pce):
    forget = (delete(ReadingChange), delete(WeatherOwnMark))
    for statement in forget:
        db.execute(statement)
    bring(db, pce, (on(2), 300), (on(4), 300))
    assert db.scalars(select(ReadingChange.pce_id)).all() == [pce.id]
    assert db.scalars(select(WeatherOwnMark.first_day)).all() == [on(2)]
    for statement in forget:
        db.execute(statement)
    bring(db, pce, (on(2), 300), (on(4), 300))
    assert db.scalar(select(func.count()).select_from(ReadingChange)) == 0
    assert db.scalar(select(func.count()).select_from(WeatherOwnMark)) == 0
    assert bring(db, pce, (on(4), 301)) == StoreOutcome(changed=1, temperatures=1)
    assert bring(db, pce, (on(0), 1)).new == 1
    assert db.scalars(select(WeatherOwnMark.first_day)).all() == [on(0)]
