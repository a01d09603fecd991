"""A small fleet with a little of everything that may be exported."""

from datetime import date, timedelta
from itertools import pairwise

from data.metering.consumption.actions import store
from data.metering.consumption.types import (
    DayStatement,
    PceDelivery,
    PeriodKind,
    PeriodStatement,
    Quality,
    Status,
)
from data.metering.pces.models import PceTag
from data.metering.pces.types import Frequency
from data.provenance import FEED
from tests.factories import NOW, PCE, make_grant, make_pce, make_people

LARGE = "GI999001"
EMPTY = "09999999910003"
FOREIGN = "09999999910009"
FIRST, DAYS = date(2026, 1, 1), 300
JANUARY = (date(2026, 1, 1), date(2026, 1, 31))


def day(number: int, **values):
    """A day that is like no other: each figure tells which."""
    gas_day = FIRST + timedelta(days=number)
    if number % 50 == 7:
        return DayStatement(gas_day, *(None,) * 6, Quality.ABSENT, Status.UNKNOWN)
    said = {
        "energy_wh": 100_000 + number * 1001,
        "volume_dm3": 9_000 + number,
        "index_start_dm3": 1_000_000 + number * 10_000,
        "index_end_dm3": 1_010_000 + number * 10_000,
        "coefficient_e4": 111_900 + number % 10,
        "temperature_c100": 500 - number * 10,
        "quality": Quality.ESTIMATED if number % 9 == 0 else Quality.MEASURED,
        "status": Status.PROVISIONAL if number > 280 else Status.DEFINITIVE,
    }
    return DayStatement(gas_day, **said | values)


def period(first: date, last: date, energy_wh: int = 300_000):
    return PeriodStatement(
        PeriodKind.PUBLISHED, first, last, energy_wh, energy_wh // 11, 1_000_000, 1_027_000,
        112_000, Quality.MEASURED, Status.DEFINITIVE,
    )  # fmt: skip


def bills():
    """From the 3rd of a month to the 2nd of the next, half a year of them."""
    starts = [date(2025, 12, 3), *(date(2026, month, 3) for month in range(1, 8))]
    return tuple(
        period(one, two - timedelta(days=1), 300_000 + place)
        for place, (one, two) in enumerate(pairwise(starts))
    )


def fill(db, pce, days=DAYS, periods=()):
    told = tuple(day(number) for number in range(days))
    store(
        db,
        pce.id,
        PceDelivery(pce.number, told, periods),
        as_of=date(2026, 11, 20),
        now=NOW,
        provenance=FEED,
    )
    pce.data_until = FIRST + timedelta(days=days - 1)


def make_fleet(db):
    """Alice holds three PCE, one of them without any data; charlie one; bob has no grant yet."""
    make_people(db)
    site = make_pce(
        db, holder_id=1, alias="=Lycée; des Tilleuls", supplier="Gaz & Cie", profile="P012",
        reference_kwh=64_000, commissioned_on=date(2016, 10, 3), meter_serial="0012A345678",
        technical={"code_calibre": "G16", "pression_livraison": "0,021"},
        contract={"car_future": 63_100.0},
    )  # fmt: skip
    large = make_pce(db, LARGE, holder_id=1, alias="Chaufferie", frequency=Frequency.DAILY)
    make_pce(db, EMPTY, holder_id=1, alias="Vide")
    foreign = make_pce(db, FOREIGN, holder_id=3, alias="Chez Charlie")
    fill(db, site, periods=bills())
    fill(db, large, 40)
    fill(db, foreign, 40)
    db.add(PceTag(pce_id=site.id, organisation_id=1, tag="Écoles"))
    db.flush()
    return site, large, foreign


def grant(db, pce, organisation_id=2, **values):
    return make_grant(db, pce, organisation_id, **values)


__all__ = ["EMPTY", "FOREIGN", "LARGE", "PCE", "fill", "grant", "make_fleet"]
