"""The month under way on equal days: what it counts, and what it costs who has many grants."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from data.consumption import queries
from data.consumption.models import MonthlyConsumption, Reading
from data.consumption.types import Quality, Status
from tests.factories import NOW, make_grant, make_pce, make_people
from tests.web import fresh_database

UNTIL = date(2026, 11, 21)
LAST_YEAR = date(2025, 11, 1)
DAY = timedelta(days=1)


def add_days(db, pce, first, count, energy=1000):
    add_energies(db, pce, dict.fromkeys((first + n * DAY for n in range(count)), energy))


def add_energies(db, pce, energies):
    """Days of *pce* and what it took, in one statement: one a day is most of some tests' time."""
    row = {
        "pce_id": pce.id,
        "volume_dm3": 100,
        "quality": int(Quality.MEASURED),
        "status": int(Status.DEFINITIVE),
        "learnt_at": NOW,
    }
    days = [row | {"gas_day": day, "energy_wh": energy} for day, energy in energies.items()]
    if days:
        db.execute(insert(Reading), days)


def add_november(db, pce, days, energy=2100):
    row = MonthlyConsumption(
        pce_id=pce.id,
        month=date(2026, 11, 1),
        energy_wh=energy,
        volume_dm3=0,
        days_measured=days,
        days_estimated=0,
        days_reconstructed=0,
        days_absent=0,
    )
    db.add(row)
    db.flush()


def make_fleet(db, count, days):
    """PCE of nobody, each read until UNTIL, which bob was granted."""
    for number in range(count):
        pce = make_pce(db, f"215000000{number:05}", data_until=UNTIL)
        make_grant(db, pce, 2)
        add_november(db, pce, UNTIL.day)
        add_days(db, pce, LAST_YEAR, days)


def under_way(db, viewer):
    month = queries.home_figures(db, viewer).months[-1]
    return month.shared_pces, month.this_wh, month.before_wh


def test_the_month_under_way_is_compared_until_the_last_day_of_each_pce(db, people, alice):
    for number, until in enumerate((UNTIL, UNTIL - DAY)):
        pce = make_pce(db, f"2150000000000{number}", holder_id=1, data_until=until)
        add_november(db, pce, until.day)
        add_days(db, pce, LAST_YEAR, 30)
    assert under_way(db, alice) == (2, 4200, 41_000)


def test_a_day_unknown_in_either_year_leaves_its_pce_out(db, people, alice):
    whole, now, then, nothing = (
        make_pce(db, f"2150000000000{number}", holder_id=1, data_until=UNTIL) for number in range(4)
    )
    for pce in (whole, then, nothing):
        add_november(db, pce, 21)
    add_november(db, now, 20)
    for pce in (whole, now):
        add_days(db, pce, LAST_YEAR, 30)
    add_days(db, then, LAST_YEAR, 20)
    add_days(db, then, date(2025, 11, 21), 1, energy=None)
    assert under_way(db, alice) == (1, 2100, 21_000)


def test_a_grant_compares_only_the_days_that_it_gives(db, people, bob):
    given, since, ended = (
        make_pce(db, f"2150000000000{number}", holder_id=1, data_until=UNTIL) for number in range(3)
    )
    make_grant(db, given, 2, first_day=LAST_YEAR)
    make_grant(db, since, 2, first_day=LAST_YEAR + DAY)
    make_grant(db, ended, 2, last_day=UNTIL - DAY)
    for pce in (given, since, ended):
        add_november(db, pce, 21)
        add_days(db, pce, LAST_YEAR, 30)
    assert under_way(db, bob) == (1, 2100, 21_000)


@pytest.mark.parametrize("name", ["bob", "dora"])
def test_the_days_after_those_compared_cost_nothing(sqlite_template, tmp_path, request, name):
    viewer = request.getfixturevalue(name)

    def steps(days):
        (tmp_path / str(days)).mkdir()
        database = fresh_database(sqlite_template, tmp_path / str(days))
        with database.transaction() as db:
            make_people(db)
            make_fleet(db, 30, days)
        done = []
        with database.reading() as db:
            driver = db.connection().connection.dbapi_connection
            driver.set_progress_handler(lambda: done.append(1), 100)
            assert under_way(db, viewer)[0] == 30
            driver.set_progress_handler(None, 0)
        database.close()
        return len(done)

    assert steps(380) < 1.2 * steps(21)
