"""Whose word stands where an organisation deposits what the distributor's side said, or did not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from data.metering.consumption.actions import store, withdraw
from data.metering.consumption.models import (
    ConsumptionPeriod,
    InjectionPeriod,
    MonthlyConsumption,
    ReadingNews,
    ReadingRevision,
)
from data.metering.consumption.types import (
    Flag,
    InjectionStatement,
    PceDelivery,
    PeriodKind,
    PeriodStatement,
    Quality,
    Status,
    StoreOutcome,
)
from data.metering.weather.models import WeatherOwnDay
from data.provenance import COMMAND, FEED, DataSource, Provenance
from tests.data.metering.consumption.rows import NOW, absent, delivery, on, reading, stated
from tests.factories import make_pce

AS_OF = on(30)
DEPOSIT = Provenance(DataSource.DEPOSIT, 5)
OTHER = Provenance(DataSource.DEPOSIT, 6)
STAFF = Provenance(DataSource.STAFF, 7)


def put(db, pce, *days, whose=FEED, later=0, **parts):
    as_of = AS_OF + timedelta(days=later)
    given = PceDelivery(None, days, **({"periods": ()} | parts))
    return store(db, pce.id, given, as_of=as_of, now=NOW, provenance=whose)


def source(row):
    return row["source"], row["run_id"]


@pytest.mark.parametrize("whose", [FEED, COMMAND, STAFF])
def test_a_deposit_that_differs_is_contested_and_kept_beside(db, whose):
    pce = make_pce(db)
    put(db, pce, stated(0, energy_wh=5_204_000), whose=whose)
    typed = stated(0, energy_wh=9_000, status=Status.DEFINITIVE)
    outcome = put(db, pce, typed, whose=DEPOSIT, later=9)
    assert (outcome.contested, outcome.ignored, outcome.same) == (1, 1, 0)
    assert reading(db, pce.id, 0)["energy_wh"] == 5_204_000
    beside = db.scalars(select(ReadingRevision).where(ReadingRevision.run_id == 5)).one()
    assert (beside.energy_wh, beside.source) == (9_000, DataSource.DEPOSIT)
    assert db.scalars(select(MonthlyConsumption.days_deposited)).all() == [0]


@pytest.mark.parametrize(("given", "same"), [
    ({"volume_dm3": None}, 1), ({"energy_wh": None}, 1), ({}, 1),
    ({"volume_dm3": None, "energy_wh": 1}, 0),
])  # fmt: skip
def test_a_deposit_of_energy_alone_agrees_with_what_is_known(db, given, same):
    pce = make_pce(db)
    put(db, pce, stated(0))
    outcome = put(db, pce, stated(0, **given), whose=DEPOSIT)
    assert (outcome.same, outcome.ignored) == (same, 1 - same)


def test_a_deposit_fills_what_is_missing_until_the_distributor_speaks(db):
    pce = make_pce(db)
    put(db, pce, absent(0), stated(2))
    assert put(db, pce, stated(0), stated(1), whose=DEPOSIT) == StoreOutcome(
        days=2, new=2, energy_wh=216_000, volume_dm3=20_000
    )
    assert [source(reading(db, pce.id, n)) for n in range(3)] == [(4, 5), (4, 5), (1, 0)]
    assert db.scalars(select(MonthlyConsumption.days_deposited)).all() == [2]
    outcome = put(db, pce, stated(0, energy_wh=107_000), stated(1), later=-9)
    assert (outcome.changed, outcome.same) == (1, 1)
    assert [source(reading(db, pce.id, n)) for n in range(2)] == [(1, 0)] * 2
    assert db.scalars(select(MonthlyConsumption.days_deposited)).all() == [0]


def test_a_day_rebuilt_from_deposited_indexes_says_so(db):
    pce = make_pce(db)
    put(db, pce, stated(0))
    put(db, pce, stated(2), whose=DEPOSIT)
    assert reading(db, pce.id, 1)["flags"] & Flag.FROM_DEPOSIT
    assert db.scalars(select(MonthlyConsumption.days_deposited)).all() == [2]
    put(db, pce, stated(2))
    assert not reading(db, pce.id, 1)["flags"] & Flag.FROM_DEPOSIT


def test_what_two_deposits_say_alike_is_taken_back_one_by_one(db):
    pce = make_pce(db)
    put(db, pce, stated(0), whose=DEPOSIT)
    assert put(db, pce, stated(0), whose=OTHER).same == 1
    assert withdraw(db, pce.id, 5, now=NOW) == 1
    assert source(reading(db, pce.id, 0)) == (4, 6)
    assert withdraw(db, pce.id, 6, now=NOW) == 1
    assert reading(db, pce.id, 0) is None
    db.refresh(pce)
    assert pce.data_until is None


def period(energy_wh, last=30, **values):
    given = {"quality": Quality.MEASURED, "status": Status.DEFINITIVE} | values
    ends = on(0), on(last)
    return PeriodStatement(PeriodKind.PUBLISHED, *ends, energy_wh, None, None, None, None, **given)


def standing(db, model):
    rows = db.scalars(select(model).where(model.replaced.is_(False)).order_by(model.first_day))
    return [(row.energy_wh, row.source, row.run_id) for row in rows]


@pytest.mark.parametrize("last", [30, 12])
def test_a_period_that_is_deposited_never_overrides_a_published_one(db, last):
    pce = make_pce(db)
    typed = [period(9_000, last)]
    put(db, pce, periods=[period(5_000_000)])
    db.query(ReadingNews).delete()
    outcome = put(db, pce, periods=typed, whose=DEPOSIT, later=9)
    assert (outcome.new, outcome.contested) == (0, 1)
    assert standing(db, ConsumptionPeriod) == [(5_000_000, 1, 0)]
    assert db.query(ReadingNews).count() == 0
    assert withdraw(db, pce.id, 5, now=NOW) == 1
    assert standing(db, ConsumptionPeriod) == [(5_000_000, 1, 0)]


def test_a_published_period_wins_over_a_deposit_in_force(db):
    pce = make_pce(db)
    assert put(db, pce, periods=[period(9_000)], whose=DEPOSIT).new == 1
    assert standing(db, ConsumptionPeriod) == [(9_000, 4, 5)]
    outcome = put(db, pce, periods=[period(5_000_000, status=Status.PROVISIONAL)], later=-9)
    assert (outcome.changed, outcome.new) == (1, 0)
    assert standing(db, ConsumptionPeriod) == [(5_000_000, 1, 0)]
    db.query(ReadingNews).delete()
    withdraw(db, pce.id, 5, now=NOW)
    assert db.query(ReadingNews).count() == 0  # nobody read it any more


def test_injections_follow_the_same_precedence(db):
    pce = make_pce(db)

    def fed(energy_wh):
        said = Quality.MEASURED, Status.UNKNOWN
        return [InjectionStatement(on(0), on(30), energy_wh, None, None, None, *said)]

    assert put(db, pce, injections=fed(9_000), whose=DEPOSIT).new == 1
    assert put(db, pce, injections=fed(5_000)).changed == 1
    assert put(db, pce, injections=fed(9_000), whose=OTHER).contested == 1
    assert standing(db, InjectionPeriod) == [(5_000, 1, 0)]


def test_an_own_temperature_that_is_deposited_never_overrides_the_distributor(db):
    pce = make_pce(db)
    day, other = (on(0), 500), (on(1), 600)
    assert put(db, pce, temperatures=(day, other), whose=DEPOSIT).new == 2
    outcome = put(db, pce, temperatures=((on(0), 700),))
    assert (outcome.changed, outcome.contested) == (1, 0)
    outcome = put(db, pce, temperatures=(day, other), whose=OTHER)
    assert (outcome.changed, outcome.contested, outcome.same) == (0, 1, 1)
    query = select(WeatherOwnDay.mean_c100, WeatherOwnDay.source).order_by(WeatherOwnDay.day)
    assert db.execute(query).all() == [(700, 1), (600, 4)]
    assert withdraw(db, pce.id, 5, now=NOW) == 1
    assert db.execute(query).all() == [(700, 1)]


def test_delivery_of_nothing_that_was_said_is_taken_back_from_nothing(db):
    pce = make_pce(db)
    store(db, pce.id, delivery(stated(0)), as_of=AS_OF, now=NOW, provenance=FEED)
    assert withdraw(db, pce.id, 5, now=NOW) == 0
