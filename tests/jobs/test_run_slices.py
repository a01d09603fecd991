"""Long files are worked in slices, organisation after organisation; reading them holds no turn."""

import os
from datetime import date, timedelta

import pytest
from sqlalchemy import select

import jobs.runs as job
from core.errors import Unreadable
from data.metering.consumption.files import read
from data.metering.consumption.files.spool import (
    DRAFT,
    MOST_DAYS,
    NoSpoolError,
    open_spool,
    spools_of,
    write_refusal,
    write_spool,
)
from data.metering.consumption.models import Reading
from data.metering.pces.models import Pce
from data.runs import queries
from data.runs.actions import open_run
from data.runs.types import RunState
from jobs import run_reader, time_slices
from tests.factories import NOW, PCE, make_confirmed, make_kept, make_pce, make_people
from tests.queue_work import work_runs

pytestmark = pytest.mark.dialect

THEIRS = "09999999930001"
MINE = [f"0999999992{n:04d}" for n in range(3)]
HEAD = "PCE;Journée gazière;Volume (m3);Energie (kWh PCS)"


def sheet(*numbers: str, days: int = 1) -> bytes:
    last = date(2026, 11, 20)
    lines = [
        f"{number};{last - timedelta(days=back)};1;11" for number in numbers for back in range(days)
    ]
    return "\n".join([HEAD, *lines]).encode()


@pytest.fixture
def deposit(database, tmp_path):
    with database.transaction() as db:
        make_people(db)
        for number in (PCE, *MINE):
            make_pce(db, number, holder_id=1)
        make_pce(db, THEIRS, holder_id=3)

    def put(viewer, content):
        kept = make_kept(tmp_path, content, "relevés.csv", 64_000_000)
        with database.transaction() as db:
            return make_confirmed(db, open_run(db, viewer, kept, now=NOW))

    return put


def row_of(database, viewer, run_id):
    with database.reading() as db:
        return queries.get_run(db, viewer, run_id)


def stored_days(database, number):
    with database.reading() as db:
        mine = select(Reading.gas_day).join(Pce, Pce.id == Reading.pce_id)
        return list(db.scalars(mine.where(Pce.number == number)))


@pytest.fixture
def stored(monkeypatch):
    """The PCE of each part in the order in which they are stored, a part a turn."""
    order, whole = [], job.store
    monkeypatch.setattr(time_slices, "SLICE", 0)

    def noting(db, pce_id, delivery, **values):
        order.append(delivery.pce)
        return whole(db, pce_id, delivery, **values)

    monkeypatch.setattr(job, "store", noting)
    return order


def test_a_short_file_of_another_organisation_waits_for_one_slice_of_a_long_one(
    database, tmp_path, alice, charlie, deposit, stored
):
    deposit(alice, sheet(*MINE))
    deposit(alice, sheet(PCE))
    short = deposit(charlie, sheet(THEIRS))
    assert work_runs(database, tmp_path, NOW) == 3
    assert stored == [MINE[0], THEIRS, *MINE[1:], PCE]
    assert row_of(database, charlie, short).state is RunState.DONE


def test_a_file_that_comes_while_a_long_one_is_stored_is_next(
    database, tmp_path, alice, charlie, deposit, stored, monkeypatch
):
    deposit(alice, sheet(*MINE))
    worked = job.RunTurn.work

    def depositing(turn):
        outcome = worked(turn)
        if len(stored) == 1:
            deposit(charlie, sheet(THEIRS))
        return outcome

    monkeypatch.setattr(job.RunTurn, "work", depositing)
    work_runs(database, tmp_path, NOW)
    assert stored == [MINE[0], THEIRS, *MINE[1:]]


def test_a_long_file_is_read_in_a_process_while_another_is_stored(
    database, tmp_path, alice, charlie, deposit, stored, monkeypatch
):
    monkeypatch.setattr(run_reader, "INLINE", len(sheet(THEIRS)))
    long = deposit(alice, sheet(*MINE))
    deposit(charlie, sheet(THEIRS))
    assert work_runs(database, tmp_path, NOW) == 2
    assert stored == [THEIRS, *MINE]
    row = row_of(database, alice, long)
    assert (row.state, row.done, row.total, row.counts["pces"]) == (RunState.DONE, 3, 3, 3)
    assert list(spools_of(tmp_path).iterdir()) == []


def test_what_refuses_a_file_read_in_a_process_is_said_as_ever(
    database, tmp_path, alice, deposit, monkeypatch
):
    monkeypatch.setattr(run_reader, "INLINE", 0)
    run = deposit(alice, sheet(PCE) + b"\nfin;x")
    work_runs(database, tmp_path, NOW)
    row = row_of(database, alice, run)
    assert row.state is RunState.REFUSED
    assert row.problem[1]["line"] == 3


def test_a_reader_that_dies_leaves_its_file_for_later(
    database, tmp_path, alice, deposit, monkeypatch
):
    monkeypatch.setattr(run_reader, "INLINE", 0)
    run = deposit(alice, sheet(PCE))
    with monkeypatch.context() as patch:
        patch.setattr(run_reader.sys, "executable", "/bin/false")
        work_runs(database, tmp_path, NOW)
    assert row_of(database, alice, run).state is RunState.WORKING
    assert work_runs(database, tmp_path, NOW) == 0
    work_runs(database, tmp_path, NOW + timedelta(minutes=2))
    assert row_of(database, alice, run).state is RunState.DONE


def test_many_years_of_one_pce_are_stored_by_parts_and_counted_once(
    database, tmp_path, alice, deposit, stored
):
    days = 2 * MOST_DAYS + 1
    run = deposit(alice, sheet(PCE, days=days))
    work_runs(database, tmp_path, NOW)
    row = row_of(database, alice, run)
    assert (row.done, row.total, row.counts["pces"], row.counts["new"]) == (3, 3, 1, days)
    assert len(stored_days(database, PCE)) == days


def test_a_spool_goes_with_its_file_and_one_being_written_stays(database, tmp_path, alice, deposit):
    deposit(alice, sheet(""))
    work_runs(database, tmp_path, NOW)
    (kept,) = spools_of(tmp_path).iterdir()
    names = [kept.name, "0123", f"0123.1{DRAFT}"]
    for name in names[1:]:
        (spools_of(tmp_path) / name).write_bytes(b"x")
    assert job.purge(database, tmp_path, NOW) == 0
    assert {path.name for path in spools_of(tmp_path).iterdir()} == {names[0], names[2]}
    for name in (names[0], names[2]):
        os.utime(spools_of(tmp_path) / name, (0, 0))
    job.purge(database, tmp_path, NOW)
    assert list(spools_of(tmp_path).iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"nothing that is a spool"])
def test_what_cannot_be_loaded_is_no_spool(tmp_path, content):
    path = tmp_path / "1"
    path.write_bytes(content)
    with pytest.raises(NoSpoolError):
        open_spool(path)


def test_a_spool_gives_each_part_and_keeps_what_was_set_aside(tmp_path):
    path = tmp_path / "spools" / "1"
    content = b'{"2026-11-01": 6.42,\n"2036-11-03": 1}'
    write_spool(path, read("meteo.json", content, today=NOW.date()))
    spool = open_spool(path)
    assert (spool.file.rejected_count, spool.file.aside.params["line"]) == (1, 2)
    assert spool.load(0).temperatures == ((date(2026, 11, 1), 642),)
    write_refusal(path, Unreadable("non", line=3))
    with pytest.raises(NoSpoolError):
        spool.load(0)
    with pytest.raises(Unreadable) as refused:
        open_spool(path)
    assert refused.value.params == {"line": 3}
