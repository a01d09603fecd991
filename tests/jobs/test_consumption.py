"""Readings by command, one line a file, and the nightly check of the roll-up."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from data.metering.consumption.actions import differing_months, store
from data.metering.consumption.models import (
    FleetStanding,
    FleetSum,
    MonthlyConsumption,
    PeriodDay,
    Reading,
)
from data.metering.consumption.types import (
    FleetPeriod,
    PceDelivery,
    PeriodKind,
    PeriodStatement,
    Quality,
    Status,
)
from data.metering.pces.models import Pce
from data.provenance import FEED
from jobs.consumption import check_rollup, check_standings, import_readings, stand_again
from tests.conftest import FILES
from tests.factories import NOW, PCE, make_pce

SHEET = "Donnees_informatives_PCE_DAILY.xlsx"
WEB = "donnees_informatives.json"
HEAD = "PCE;Journée gazière;Energie (kWh PCS)"
SUMMARY = "PCE;Premier jour;Dernier jour;Consommation (kWh);Couverture;Qualité"


def run(database, *paths, pce=PCE):
    said = []
    status = import_readings(database, paths, pce, NOW, said.append)
    return status, said


def test_each_file_gives_its_line(database):
    status, said = run(database, FILES / SHEET, FILES / WEB)
    assert status == 0
    assert said == [
        f"{FILES / SHEET} days=363 absent=3 m3=2100 kwh=23181 new=363 changed=0 same=0 ignored=0",
        f"{FILES / WEB} days=1096 absent=1 m3=5617 kwh=62213 new=735 changed=13 same=348 ignored=0",
    ]


def test_the_other_order_changes_nothing_the_second_time(database):
    _, said = run(database, FILES / WEB, FILES / SHEET)
    assert said[1].endswith("new=0 changed=0 same=348 ignored=15 older=13 blank=2")


def test_a_pce_that_is_not_known_is_created_held_by_nobody(database):
    run(database, FILES / SHEET)
    with database.reading() as db:
        pce = db.scalars(select(Pce)).one()
    assert (pce.number, pce.holder_id, pce.data_until) == (PCE, None, date(2021, 11, 21))


def test_a_refused_file_says_why_and_the_others_go_on(database, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"\x00\x01\x02")
    missing = tmp_path / "missing.csv"
    status, said = run(database, broken, missing, tmp_path, FILES / SHEET)
    assert status == 1
    for path, line in zip((broken, missing, tmp_path), said, strict=False):
        assert line.startswith(f"{path}: ")
        assert len(line) > len(f"{path}: ") + 10
    assert said[3].startswith(f"{FILES / SHEET} days=363")


def test_without_its_pce_a_file_is_refused(database, tmp_path):
    bare = tmp_path / "bare.csv"
    bare.write_text("Journée gazière;Energie (kWh PCS)\n2026-11-01;11\n", encoding="utf8")
    for pce in (None, "12", "9999999910001"):
        status, said = run(database, bare, pce=pce)
        assert status == 1
        assert "PCE" in said[0]
    with database.reading() as db:
        assert db.scalars(select(Pce)).all() == []


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD};Source\n{PCE};2026-10-01;11;Dépôt d’une organisation\n",
        f"{HEAD};Source\n{PCE};2026-10-01;11;depot d'une organisation\n",
        f"pce,gas_day,energy_kwh,source\nPCE-{PCE},2026-10-01,11,deposit\n",
        f"{SUMMARY}\n{PCE};01/10/2026;31/10/2026;11;31/31;3 jours déposés par une organisation\n",
    ],
)
def test_a_value_that_says_it_is_deposited_does_not_become_the_operator_s_word(
    database, tmp_path, text
):
    exported = tmp_path / "exported.csv"
    exported.write_text(text, encoding="utf8")
    status, said = run(database, exported)
    assert status == 1
    assert "01/10/2026 a été déposée par une organisation" in said[0]
    with database.reading() as db:
        assert db.scalars(select(Pce)).all() == []


def test_a_roll_up_that_is_right_is_left_alone(database, tmp_path):
    run(database, FILES / SHEET)
    assert check_rollup(database, tmp_path, NOW) == 0


def test_a_roll_up_that_lies_is_repaired(database, tmp_path):
    run(database, FILES / SHEET)
    with database.transaction() as db:
        month = MonthlyConsumption.month
        db.execute(update(MonthlyConsumption).where(month == date(2021, 1, 1)).values(energy_wh=1))
        db.execute(delete(MonthlyConsumption).where(month == date(2021, 2, 1)))
        db.execute(delete(Reading).where(Reading.gas_day < date(2020, 12, 1)))
    assert check_rollup(database, tmp_path, NOW) == 3
    noted = json.loads((tmp_path / "repaired-rollup.json").read_text())
    assert noted == {"at": NOW.isoformat(), "count": 3}
    with database.reading() as db:
        assert differing_months(db, 0, 1000) == []
        months = db.scalars(select(MonthlyConsumption.month)).all()
    assert date(2020, 11, 1) not in months
    assert check_rollup(database, tmp_path, NOW + timedelta(days=1)) == 0
    assert json.loads((tmp_path / "repaired-rollup.json").read_text()) == noted  # still told


def test_shares_of_periods_that_lie_are_shared_out_again(database, tmp_path):
    """And the month that counts them is right again with them."""
    period = PeriodStatement(
        PeriodKind.MONTH, date(2026, 10, 1), date(2026, 10, 31), 3_100, 310, *(None,) * 3,
        Quality.MEASURED, Status.DEFINITIVE,
    )  # fmt: skip
    with database.transaction() as db:
        pce = make_pce(db)
        told = PceDelivery(None, (), (period,))
        store(db, pce.id, told, as_of=NOW.date(), now=NOW, provenance=FEED)
        db.execute(update(PeriodDay).values(energy_wh=1))
    assert check_rollup(database, tmp_path, NOW) == 1
    assert check_rollup(database, tmp_path, NOW) == 0
    with database.reading() as db:
        assert db.scalars(select(MonthlyConsumption.energy_wh)).all() == [3_100]


def test_an_empty_portal_has_nothing_to_check(database, tmp_path):
    assert check_rollup(database, tmp_path, NOW) == 0


def test_what_stands_and_lies_is_repaired(database, tmp_path):
    run(database, FILES / SHEET)
    assert stand_again(database, NOW) == 0  # the store had it stand
    assert check_standings(database, tmp_path, NOW) == 0
    assert stand_again(database, NOW + timedelta(days=1)) == 1
    assert stand_again(database, NOW) == 1
    with database.transaction() as db:
        db.execute(update(FleetStanding).values(known=FleetStanding.known + 1))
    assert check_standings(database, tmp_path, NOW) == 1
    with database.transaction() as db:
        db.execute(delete(FleetStanding))
    assert check_standings(database, tmp_path, NOW) == 1
    assert check_standings(database, tmp_path, NOW) == 0
    with database.transaction() as db:
        db.execute(delete(FleetSum).where(FleetSum.period == FleetPeriod.LAST))
    assert check_standings(database, tmp_path, NOW) == 1
    assert check_standings(database, tmp_path, NOW) == 0
