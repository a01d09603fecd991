"""Files worked through by the job: whole or not at all, resumed, counted exactly."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

import jobs.runs as job
from core.errors import Forbidden, Unavailable
from data.identity.accounts.models import User
from data.metering.consumption.models import InjectionPeriod, Reading
from data.metering.pces.models import Pce
from data.metering.weather.models import WeatherOwnDay
from data.provenance import DataSource
from data.runs import queries
from data.runs.actions import confirm, give_pce, open_run
from data.runs.files import book, folder_of
from data.runs.models import Run
from data.runs.rules import sentences_of
from data.runs.types import ASKS_PCE, RunState
from jobs.runs import purge
from tests.conftest import FILES
from tests.data.metering.consumption.files.making import injected, line, ndjson
from tests.factories import (
    NOW,
    PCE,
    make_confirmed,
    make_grant,
    make_kept,
    make_older,
    make_pce,
    make_people,
)
from tests.queue_work import work_runs as work

SHEET = "Donnees_informatives_PCE_DAILY.xlsx"
WEB = "donnees_informatives.json"
OTHERS = [f"0999999992{n:04d}" for n in range(4)]
LATER = NOW + timedelta(seconds=90)  # once the lease of a process that died is over
HEAD = (
    "PCE;Alias;Journée gazière;Index début (m3);Index fin (m3);Volume (m3);Energie (kWh PCS);"
    "Coefficient;Température (°C);Qualification;Statut"
)


def csv(*numbers: str) -> bytes:
    lines = [
        f"{number};;2026-11-{day:02d};{day};{day + 1};1;11;11,1;;Mesuré;"
        for number in numbers
        for day in range(1, 11)
    ]
    return "\n".join([HEAD, *lines]).encode()


@pytest.fixture
def fleet(database):
    with database.transaction() as db:
        make_people(db)
        for number in (PCE, *OTHERS):
            make_pce(db, number, holder_id=1)


@pytest.fixture
def deposit(database, tmp_path, fleet):
    def put(viewer, content: bytes, name: str = "relevés.csv", pce: str = "") -> int:
        kept = make_kept(tmp_path, content, name, 64_000_000)
        with database.transaction() as db:
            return make_confirmed(db, open_run(db, viewer, kept, pce=pce, now=NOW))

    return put


def row_of(database, viewer, run_id):
    with database.reading() as db:
        return queries.get_run(db, viewer, run_id)


def readings(database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(Reading))


def test_a_deposited_sheet_is_stored_and_counted(database, tmp_path, alice, deposit):
    run_id = deposit(alice, (FILES / SHEET).read_bytes(), SHEET, pce=PCE)
    assert work(database, tmp_path, NOW) == 1
    row = row_of(database, alice, run_id)
    assert row.state is RunState.DONE, row.problem
    assert row.counts == {
        "days": 363, "absent": 3, "m3": 2100, "kwh": 23_181, "new": 363, "changed": 0, "same": 0,
        "ignored": 0, "periods": 0, "pces": 1,
    }  # fmt: skip
    with database.reading() as db:  # though the file has the distributor's own layout
        assert set(db.scalars(select(Reading.source))) == {DataSource.DEPOSIT}
    assert work(database, tmp_path, LATER) == 0


def test_a_machine_that_is_slow_refuses_no_book(database, tmp_path, alice, deposit, monkeypatch):
    def slow(*_):
        raise Unavailable("")

    run_id = deposit(alice, (FILES / SHEET).read_bytes(), SHEET, pce=PCE)
    with monkeypatch.context() as patch:
        patch.setattr(book, "run_sandboxed", slow)
        work(database, tmp_path, NOW)
    assert row_of(database, alice, run_id).state is RunState.WORKING
    work(database, tmp_path, LATER)
    assert row_of(database, alice, run_id).state is RunState.DONE


def test_several_pce_in_one_file_move_the_progress(database, tmp_path, alice, deposit):
    run_id = deposit(alice, csv(*OTHERS))
    work(database, tmp_path, NOW)
    row = row_of(database, alice, run_id)
    assert (row.done, row.total, row.counts["pces"], row.counts["new"]) == (4, 4, 4, 40)


def test_a_file_without_its_pce_is_asked_for_it(database, tmp_path, alice, deposit):
    run_id = deposit(alice, csv(""))
    work(database, tmp_path, NOW)
    row = row_of(database, alice, run_id)
    assert row.state is RunState.REFUSED
    assert row.problem[0] == ASKS_PCE
    assert readings(database) == 0


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n", b"{", csv(PCE) + b"\nfin du fichier;x", b"PCE;"]
)
def test_a_broken_file_changes_nothing_and_says_why(database, tmp_path, alice, deposit, content):
    run_id = deposit(alice, content)
    following = deposit(alice, csv(PCE))
    assert work(database, tmp_path, NOW) == 2
    row = row_of(database, alice, run_id)
    assert row.state is RunState.REFUSED
    assert row.problem[0].format(**row.problem[1])
    assert row_of(database, alice, following).counts["new"] == 10


def test_every_wrong_line_is_kept_for_the_receipt_and_nothing_of_the_others(
    database, tmp_path, alice, deposit
):
    lines = csv(PCE).decode().splitlines()
    bad = [row if n in {0, 2, 6} else f"{row};one too many" for n, row in enumerate(lines)]
    run_id = deposit(alice, "\n".join(bad).encode())
    work(database, tmp_path, NOW)
    row = row_of(database, alice, run_id)
    assert row.state is RunState.REFUSED
    said = sentences_of(*row.problem)
    assert [words.split("\u00a0")[0] for words in said[:5]] == [
        f"Ligne {n}" for n in (2, 4, 5, 6, 8)
    ]
    assert said[5] == f"Et {len(lines) - 3 - 5} autres."
    assert readings(database) == 0


def test_one_foreign_pce_refuses_the_whole_file(database, tmp_path, charlie, alice, deposit):
    with database.transaction() as db:
        make_pce(db, "09999999930001", holder_id=3)
    said = []
    for number in ("09999999930001", "09999999930009"):
        run_id = deposit(alice, csv(PCE, number))
        work(database, tmp_path, NOW)
        message, params = row_of(database, alice, run_id).problem
        assert params == {"pce": number}
        said.append(message)
    assert said[0] == said[1]
    assert readings(database) == 0


def test_a_third_party_that_may_read_may_not_write(database, tmp_path, bob, deposit):
    with database.transaction() as db:
        make_grant(db, db.scalars(select(Pce).where(Pce.number == PCE)).one(), 2)
    run_id = deposit(bob, csv(PCE))
    work(database, tmp_path, NOW)
    assert row_of(database, bob, run_id).state is RunState.REFUSED


def test_the_staff_bring_in_a_pce_that_is_not_known(database, tmp_path, dora, deposit):
    run_id = deposit(dora, csv("09999999940001"))
    work(database, tmp_path, NOW)
    assert row_of(database, dora, run_id).state is RunState.DONE
    with database.reading() as db:
        assert db.scalars(
            select(Pce.holder_id).where(Pce.number == "09999999940001")
        ).one() is None  # fmt: skip


def test_what_an_export_says_is_deposited_is_refused_from_the_staff_alone(
    database, tmp_path, alice, dora, deposit
):
    lines = f"{PCE};2026-11-01;11;Dépôt d’une organisation\n"
    text = f"PCE;Journée gazière;Energie (kWh PCS);Source\n{lines}".encode()
    runs = [(who, deposit(who, text)) for who in (alice, dora)]
    work(database, tmp_path, NOW)
    states = [row_of(database, who, run_id).state for who, run_id in runs]
    assert states == [RunState.DONE, RunState.REFUSED]


def test_a_person_cut_meanwhile_imports_nothing(database, tmp_path, alice, dora, deposit):
    run_id = deposit(alice, csv(PCE))
    with database.transaction() as db:
        db.execute(update(User).where(User.id == alice.user_id).values(disabled_at=NOW))
    work(database, tmp_path, NOW)
    assert row_of(database, dora, run_id).state is RunState.REFUSED
    assert readings(database) == 0


def test_a_run_that_breaks_in_the_middle_resumes_with_exact_counts(
    database, tmp_path, alice, deposit, monkeypatch
):
    run_id = deposit(alice, csv(*OTHERS))
    whole, calls = job.store, []

    def breaking(*args, **values):
        calls.append(1)
        outcome = whole(*args, **values)
        if len(calls) == 3:
            raise OSError("power cut")  # after the rows are written, before they are counted
        return outcome

    monkeypatch.setattr(job, "store", breaking)
    assert work(database, tmp_path, NOW) == 1
    row = row_of(database, alice, run_id)
    assert (row.state, row.done, readings(database)) == (RunState.WORKING, 2, 20)
    assert work(database, tmp_path, NOW + timedelta(seconds=5)) == 0
    assert work(database, tmp_path, LATER) == 1
    row = row_of(database, alice, run_id)
    assert (row.state, row.done, row.counts["new"], row.counts["same"]) == (
        RunState.DONE, 4, 40, 0,
    )  # fmt: skip


def test_once_begun_a_run_goes_to_its_end(database, tmp_path, alice, deposit, monkeypatch):
    run_id = deposit(alice, csv(*OTHERS))
    real, calls = job.store, []

    def once(*args, **values):
        calls.append(1)
        if len(calls) == 2:
            raise OSError("power cut")
        return real(*args, **values)

    monkeypatch.setattr(job, "store", once)
    work(database, tmp_path, NOW)

    def refusing(*_):
        raise Forbidden("no longer yours")

    monkeypatch.setattr(job, "importable", refusing)
    work(database, tmp_path, LATER)
    assert row_of(database, alice, run_id).state is RunState.DONE


def test_a_slow_job_that_was_replaced_stops_quietly(
    database, tmp_path, alice, deposit, monkeypatch
):
    run_id = deposit(alice, csv(*OTHERS))
    real, calls = job.store, []

    def overtaken(*args, **values):
        calls.append(1)
        if len(calls) == 2:
            args[0].execute(update(Run).values(done=Run.done + 1))
        return real(*args, **values)

    monkeypatch.setattr(job, "store", overtaken)
    work(database, tmp_path, NOW)
    row = row_of(database, alice, run_id)
    assert (row.state, row.done, readings(database)) == (RunState.WORKING, 1, 10)


def test_jobs_side_by_side_take_each_run_once(database, tmp_path, alice, deposit):
    ids = [deposit(alice, csv(number)) for number in OTHERS]
    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(lambda _: work(database, tmp_path, NOW), range(3)))
    assert sum(counts) == len(ids)
    for run_id in ids:
        row = row_of(database, alice, run_id)
        assert (row.state, row.counts["new"]) == (RunState.DONE, 10)


def test_a_file_lost_from_the_disk_is_said_so(database, tmp_path, alice, deposit):
    run_id = deposit(alice, csv(PCE))
    for path in folder_of(tmp_path).iterdir():
        path.unlink()
    work(database, tmp_path, NOW)
    assert row_of(database, alice, run_id).state is RunState.REFUSED


def kept_files(tmp_path):
    return sorted(path.name for path in folder_of(tmp_path).iterdir())


@pytest.mark.parametrize("content", [b"{", csv(PCE, "09999999930001")])
def test_a_file_is_deleted_as_soon_as_nothing_more_can_be_done_with_it(
    database, tmp_path, alice, deposit, content
):
    deposit(alice, content)
    assert len(kept_files(tmp_path)) == 1
    work(database, tmp_path, NOW)
    assert kept_files(tmp_path) == []
    with database.reading() as db:
        assert queries.get_deposit_usage(db, alice).octets == 0


def test_a_file_that_waits_for_its_pce_is_kept_and_read_again(database, tmp_path, alice, deposit):
    run_id = deposit(alice, csv(""))
    work(database, tmp_path, NOW)
    assert len(kept_files(tmp_path)) == 1
    with database.transaction() as db:
        give_pce(db, alice, run_id, PCE, now=NOW)
    work(database, tmp_path, NOW)
    assert row_of(database, alice, run_id).state is RunState.DRAFT
    with database.transaction() as db:
        confirm(db, alice, run_id, now=NOW)
    work(database, tmp_path, NOW)
    assert row_of(database, alice, run_id).state is RunState.DONE


def test_files_that_waited_too_long_or_of_no_run_are_removed(database, tmp_path, alice, deposit):
    asking = deposit(alice, csv(""))
    work(database, tmp_path, NOW)
    waiting = deposit(alice, csv(PCE))
    orphan = folder_of(tmp_path) / "orphan"
    orphan.write_bytes(b"x")
    make_older(orphan, timedelta(hours=23))
    assert purge(database, tmp_path, NOW) == 0
    make_older(orphan, timedelta(hours=2))
    assert purge(database, tmp_path, NOW + timedelta(days=2)) == 1
    assert purge(database, tmp_path, NOW + timedelta(days=31)) == 1
    assert len(kept_files(tmp_path)) == 1
    with database.transaction() as db:
        give_pce(db, alice, asking, PCE, now=NOW)
    work(database, tmp_path, NOW)
    assert row_of(database, alice, waiting).state is RunState.DONE
    message, _params = row_of(database, alice, asking).problem
    assert "n’est plus sur le serveur" in message


def test_purging_before_the_first_file_does_nothing(database, tmp_path):
    assert purge(database, tmp_path, NOW) == 0


def test_injected_gas_is_kept_and_its_receipt_counts_it(database, tmp_path, alice, deposit):
    run_id = deposit(alice, ndjson(line(), injected()), "adict.jsonl")
    work(database, tmp_path, NOW)
    row = row_of(database, alice, run_id)
    assert row.state is RunState.DONE
    assert (row.counts["days"], row.counts["injections"], row.counts["new"]) == (1, 1, 2)
    assert row.counts["kwh"] == 97
    with database.reading() as db:
        assert db.scalar(select(InjectionPeriod.energy_wh)) == 1_250_402_000


def test_temperatures_wait_for_their_pce_and_their_receipt_says_what_was_left(
    database, tmp_path, alice, deposit
):
    content = b'{"2026-11-01": 6.42,\n"2026-11-02": null,\n"2026-11-03": 7.1,\n"2036-11-03": 1}'
    run_id = deposit(alice, content, "meteo.json")
    work(database, tmp_path, NOW)
    assert row_of(database, alice, run_id).asks_pce
    with database.transaction() as db:
        give_pce(db, alice, run_id, PCE, now=NOW)
    work(database, tmp_path, NOW)
    with database.transaction() as db:
        confirm(db, alice, run_id, now=NOW)
    work(database, tmp_path, NOW)
    row = row_of(database, alice, run_id)
    assert (row.state, row.asks_pce) == (RunState.DONE, False)
    assert (row.counts["temperatures"], row.counts["new"], row.counts["left"]) == (2, 2, 2)
    missing, to_come = sentences_of(*row.problem)
    assert missing.startswith("Ligne 2, «\u00a02026-11-02\u00a0»")
    assert to_come.startswith("Ligne 4")
    assert readings(database) == 0
    again = deposit(alice, content, "meteo.json", pce=PCE)
    work(database, tmp_path, NOW)
    assert (row_of(database, alice, again).counts["new"], readings(database)) == (0, 0)


def test_the_temperatures_of_somebody_elses_pce_are_refused(database, tmp_path, charlie, deposit):
    run_id = deposit(charlie, b'{"2026-11-01": 6.42}', "meteo.json", pce=PCE)
    work(database, tmp_path, NOW)
    row = row_of(database, charlie, run_id)
    assert row.state is RunState.REFUSED
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(WeatherOwnDay)) == 0
