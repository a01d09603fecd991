"""What the distributor says of a site fills it, and what it says otherwise is an event."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.errors import NotFound
from data.metering.pces.actions import describe
from data.metering.pces.models import Pce, PceEventRow
from data.metering.pces.types import Described, EventKind, Frequency
from tests.factories import NOW, make_pce


def events(db):
    query = select(PceEventRow).order_by(PceEventRow.day, PceEventRow.kind)
    return [(row.kind, row.before, row.after) for row in db.scalars(query)]


def test_a_site_that_is_described_the_first_time_has_not_changed(db):
    pce = make_pce(db, tariff="", city="", street="", postal_code="")
    said = Described(
        tariff="T4",
        frequency=Frequency.DAILY,
        meter_serial="123A",
        city="Villeneuve",
        commissioned_on=date(2016, 10, 3),
        reference_kwh=6_480_000,
        contract={"car_future": 6_310_000, "cja": None},
        technical={"code_calibre": "G16"},
    )
    assert describe(db, pce.id, said, now=NOW)
    assert (pce.tariff, pce.frequency, pce.reference_kwh) == ("T4", Frequency.DAILY, 6_480_000)
    assert (pce.contract, pce.technical) == ({"car_future": 6_310_000}, {"code_calibre": "G16"})
    assert "villeneuve" in pce.search
    assert events(db) == []


def test_another_tariff_frequency_or_meter_is_an_event_of_the_day_it_is_heard(db):
    pce = make_pce(db, meter_serial="123A", technical={"code_calibre": "G16"})
    said = Described(tariff="T2", frequency=Frequency.HALF_YEARLY, meter_serial="456B")
    assert describe(db, pce.id, said, now=NOW)
    assert events(db) == [
        (EventKind.FREQUENCY, "1M", "6M"),
        (EventKind.METER, "123A", "456B"),
        (EventKind.TARIFF, "T3", "T2"),
    ]
    describe(db, pce.id, Described(tariff="T4"), now=NOW)  # of two on one day, as if one
    assert (EventKind.TARIFF, "T3", "T4") in events(db)
    describe(db, pce.id, Described(tariff="T1"), now=NOW + timedelta(days=1))
    assert (EventKind.TARIFF, "T4", "T1") in events(db)
    assert pce.technical == {"code_calibre": "G16"}


def test_what_is_not_said_changes_nothing_and_what_is_emptied_goes(db):
    pce = make_pce(db, contract={"cja": 3}, technical={"code_debit": "25"}, profile="P012")
    before = {column.name: getattr(pce, column.name) for column in Pce.__table__.columns}
    assert not describe(db, pce.id, Described(), now=NOW)
    assert before == {column.name: getattr(pce, column.name) for column in Pce.__table__.columns}
    assert not describe(db, pce.id, Described(contract={"cja": None}), now=NOW)
    assert pce.contract == {}


def test_a_site_that_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        describe(db, 7, Described(), now=NOW)
