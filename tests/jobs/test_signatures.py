"""Sites are judged once something changed, whatever happens meanwhile."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data.analysis.signatures import actions
from data.analysis.signatures.models import VerdictRow, WeatherSeen
from data.analysis.signatures.types import Reason
from data.metering.consumption.actions import describe_served, store
from data.metering.consumption.actions.change_marks import note_change
from data.metering.consumption.models import ReadingChange
from data.metering.consumption.types import PceDelivery
from data.metering.weather.actions import load_days
from data.metering.weather.types import StationDay, StationPlace
from data.provenance import FEED
from jobs import signatures
from tests.data.analysis.signatures.test_portrait import LAST, NOW, burn
from tests.factories import make_pce, make_people

NUMBERS = [f"0999999993{n:04d}" for n in range(3)]


@pytest.fixture
def ids(database):
    with database.transaction() as db:
        make_people(db)
        found = [make_pce(db, number, holder_id=1, data_until=LAST) for number in NUMBERS]
        burn(db, found[0], base=15.0, noise=0.02)
        for pce in found:
            note_change(db, pce.id)
        return [pce.id for pce in found]


def count(database, model):
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(model))


def test_what_changed_is_judged_once(database, ids):
    assert signatures.judge_sites(database, NOW, block=2) == 3
    assert signatures.judge_sites(database, NOW) == 0
    with database.reading() as db:
        first, *others = db.scalars(select(VerdictRow).order_by(VerdictRow.pce_id))
    assert (first.until, first.reason) == (LAST, None)
    assert first.ratio is not None
    assert [one.until for one in others] == [None, None]


def test_killed_anywhere_it_takes_up_what_is_left(database, ids, monkeypatch):
    class Killed(BaseException):
        pass

    keep = actions.keep_verdicts

    def dies(db, verdicts, changes):
        keep(db, verdicts, changes)
        raise Killed

    monkeypatch.setattr(actions, "keep_verdicts", dies)
    with pytest.raises(Killed):
        signatures.judge_sites(database, NOW, block=2)
    assert (count(database, VerdictRow), count(database, ReadingChange)) == (0, 3)
    monkeypatch.undo()
    assert signatures.judge_sites(database, NOW) == 3


def test_what_changes_while_it_is_judged_is_judged_again(database, ids, monkeypatch):
    judge = signatures.judge

    def meanwhile(sites, today):
        with database.transaction() as db:
            note_change(db, ids[0])
        return judge(sites, today)

    monkeypatch.setattr(signatures, "judge", meanwhile)
    assert signatures.judge_sites(database, NOW) == 3
    with database.reading() as db:
        assert db.scalars(select(ReadingChange.pce_id)).all() == [ids[0]]


def test_weather_that_changes_and_years_that_end_are_seen(database, ids):
    assert signatures.look_again(database, NOW) == 1
    signatures.judge_sites(database, NOW)
    assert signatures.look_again(database, NOW) == 0
    assert count(database, ReadingChange) == 0

    with database.transaction() as db:
        load_days(db, "a", [StationDay(date(2026, 1, 5), -900)])
    assert signatures.look_again(database, NOW) == 1
    assert count(database, ReadingChange) == 3
    signatures.judge_sites(database, NOW)

    with database.transaction() as db:
        describe_served(db, StationPlace("b"), "Ailleurs", ["01"])
        load_days(db, "b", [StationDay(date(2026, 1, 5), -900)])
    signatures.look_again(database, NOW)
    assert count(database, ReadingChange) == 0
    assert count(database, WeatherSeen) == 2

    with database.transaction() as db:
        load_days(db, "b", [StationDay(date(2026, 1, 6), -900)])
    assert signatures.look_again(database, NOW) == 1
    assert count(database, ReadingChange) == 0  # it serves none of them

    with database.transaction() as db:
        describe_served(db, StationPlace("b"), "", pces=NUMBERS[1:2])
    assert signatures.look_again(database, NOW) == 0
    with database.reading() as db:  # the others keep their station, and what is said of them
        assert db.scalars(select(ReadingChange.pce_id)).all() == [ids[1]]
    signatures.judge_sites(database, NOW)

    signatures.look_again(database, NOW + timedelta(days=10))  # a month is over
    assert count(database, ReadingChange) == 1


def test_temperatures_that_come_with_readings_have_their_site_judged_by_them(database):
    with database.transaction() as db:
        make_people(db)
        pce = make_pce(db, NUMBERS[0], holder_id=1, data_until=LAST, postal_code="01000")
        past = burn(db, pce, base=15.0, noise=0.02)  # its station serves another place
        note_change(db, pce.id)
        told = [(past.first + timedelta(days=n), round(t * 100))
                for n, t in enumerate(past.temperature.tolist())]  # fmt: skip
    signatures.judge_sites(database, NOW)
    with database.reading() as db:
        assert db.scalars(select(VerdictRow.reason)).one() is Reason.NO_TEMPERATURE
    brought = PceDelivery(None, (), (), temperatures=tuple(told))
    with database.transaction() as db:
        store(db, pce.id, brought, as_of=LAST, now=NOW, provenance=FEED)
    assert signatures.judge_sites(database, NOW) == 1
    with database.reading() as db:
        row = db.scalars(select(VerdictRow)).one()
    assert (row.reason, row.base) == (None, pytest.approx(15.0, abs=0.3))
    assert row.ratio is not None
    with database.transaction() as db:
        store(db, pce.id, brought, as_of=LAST, now=NOW, provenance=FEED)
    assert signatures.judge_sites(database, NOW) == 0
