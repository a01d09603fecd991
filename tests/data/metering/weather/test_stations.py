"""The temperature of a PCE's day: its reading's, else its station's."""

from datetime import date

import pytest

from data.metering.consumption import queries
from data.metering.consumption.actions import store
from data.metering.consumption.rules.view import read_view
from data.metering.pces.queries import get_scope
from data.metering.weather.actions import describe, load_days
from data.metering.weather.queries import list_local_days
from data.metering.weather.types import StationDay, StationPlace
from data.provenance import FEED
from tests.data.metering.consumption.rows import NOW, delivery, on, stated
from tests.factories import PCE, make_pce

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def pce(db):
    found = make_pce(db, holder_id=1)
    told = [stated(place, temperature_c100=700 if place % 2 else None) for place in range(6)]
    store(db, found.id, delivery(*told), as_of=on(9), now=NOW, provenance=FEED)
    return found


def station(db, code, degrees, areas=(), pces=()):
    load_days(db, code, [StationDay(on(place), degrees) for place in range(-30, 40)])
    describe(db, StationPlace(code), code, areas, pces)


def shown(db, viewer):
    query = {"pce": PCE, "from": on(0).isoformat(), "to": on(5).isoformat(), "step": "day"}
    found = queries.load_series(db, viewer, read_view(query, viewer.today))
    return [bucket.temperature_c100 for bucket in found.buckets]


def test_without_a_local_days_that_lack_a_temperature_have_none(db, pce, alice):
    assert shown(db, alice) == [None, 700, None, 700, None, 700]


def test_a_station_speaks_for_the_days_that_the_distributor_does_not(db, pce, alice):
    station(db, "far", 100, ["99"])
    assert shown(db, alice) == [100, 700, 100, 700, 100, 700]
    station(db, "near", 200, ["991"])
    assert shown(db, alice)[0] == 200
    station(db, "chosen", 300, (), [PCE])
    assert shown(db, alice)[0] == 300


def test_published_periods_take_the_temperatures_of_the_station(db, pce, alice):
    station(db, "near", 200, ["99123"])
    days = list_local_days(db, get_scope(db, alice, PCE), on(0), on(1))

    assert [(str(day), mean) for day, mean, _low, _high in days] == [
        (str(on(0)), 200),
        (str(on(1)), 200),
    ]
    assert list_local_days(db, get_scope(db, alice, PCE), date(2001, 1, 1), date(2001, 1, 2)) == []
