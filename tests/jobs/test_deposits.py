"""A deposit in three steps: checked, confirmed, stored; it changes nothing before."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

import jobs.runs as job
import pages.runs
from core.errors import Conflict, Invalid, NotFound
from data.identity.audit.models import AuditEvent
from data.metering.consumption.models import MonthlyConsumption, Reading, ReadingMark, ReadingNews
from data.metering.consumption.queries.deposits import find_lookalike, get_check, list_sites
from data.metering.pces.models import Pce
from data.runs import queries
from data.runs.actions import (
    accept_oddities,
    claim,
    confirm,
    drop,
    finish_check,
    give_pce,
    let_go,
    move,
    open_run,
    receive,
    restore_deposit,
    say_columns,
    undo_deposit,
)
from data.runs.models import Run, RunDelivery
from data.runs.types import ColumnUse, DepositLimits, RunState, RunTask
from tests.factories import NOW, PCE, make_kept, make_pce, make_people
from tests.queue_work import work_runs as work
from tests.web import request_of

OTHER = "09999999920000"
HEAD = "PCE;Journée gazière;Volume (m3);Énergie (kWh);Qualification;Statut"
LATER = NOW + timedelta(seconds=90)  # once the lease of a process that died is over


def csv(kwh, *numbers, days=range(1, 21), status="Provisoire", month="2026-11"):
    lines = [
        f"{number};{month}-{day:02d};{kwh // 11};{kwh};Mesuré;{status}"
        for number in numbers or (PCE,)
        for day in days
    ]
    return "\n".join([HEAD, *lines]).encode()


@pytest.fixture
def held(database):
    with database.transaction() as db:
        make_people(db)
        make_pce(db, holder_id=1)
        make_pce(db, OTHER, holder_id=1)


@pytest.fixture
def deposit(database, tmp_path, held):
    def put(viewer, content, name="relevés.csv"):
        kept = make_kept(tmp_path, content, name)
        with database.transaction() as db:
            run_id = open_run(db, viewer, kept, now=NOW)
        work(database, tmp_path, NOW)
        return run_id

    return put


@pytest.fixture
def say(database, tmp_path):
    """Do something of a run, then let the job work."""

    def done(act, *given, at=NOW, **named):
        with database.transaction() as db:
            act(db, *given, now=at, **named)
        work(database, tmp_path, at)

    return done


def row_of(database, viewer, run_id):
    with database.reading() as db:
        return queries.get_run(db, viewer, run_id)


def parts_of(database, viewer, run_id):
    with database.reading() as db:
        return queries.list_parts(db, viewer, [run_id])


def count(database, *tables):
    with database.reading() as db:
        return [db.scalar(select(func.count()).select_from(table)) for table in tables]


def test_nothing_is_stored_before_it_is_confirmed(database, alice, deposit, say):
    run_id = deposit(alice, csv(100))
    row = row_of(database, alice, run_id)
    assert (row.state, row.counts["days"], row.counts["new"]) == (RunState.DRAFT, 20, 20)
    traces = (Reading, MonthlyConsumption, ReadingMark, ReadingNews)
    assert count(database, *traces) == [0, 0, 0, 0]
    (part,) = parts_of(database, alice, run_id)
    assert (part.pce, part.odd, part.stored) == (PCE, False, None)
    assert (str(part.first_day), str(part.last_day)) == ("2026-11-01", "2026-11-20")
    say(confirm, alice, run_id, version=row.version)
    done = row_of(database, alice, run_id)
    assert (done.state, done.counts) == (RunState.DONE, row.counts)
    assert count(database, Reading) == [20]
    assert parts_of(database, alice, run_id)[0].stored == part.checked["counts"]


def test_the_check_of_an_unknown_pce_creates_none(database, dora, deposit, say):
    run_id = deposit(dora, csv(100, "09999999940001"))
    assert row_of(database, dora, run_id).state is RunState.DRAFT
    assert count(database, Pce) == [2]
    say(confirm, dora, run_id)
    assert count(database, Pce) == [3]


def test_what_is_equal_and_what_is_corrected_are_told_apart(database, alice, deposit, say):
    say(confirm, alice, deposit(alice, csv(100, days=range(1, 11))))
    assert row_of(database, alice, deposit(alice, csv(100))).counts["new"] == 10
    equal = row_of(database, alice, deposit(alice, csv(100, days=range(1, 11)))).counts
    assert (equal["new"], equal["changed"], equal["same"]) == (0, 0, 10)
    better = csv(120, days=range(1, 11), status="Définitive")
    corrected = row_of(database, alice, deposit(alice, better)).counts
    assert (corrected["new"], corrected["changed"], corrected["same"]) == (0, 10, 0)
    with database.reading() as db:
        assert set(db.scalars(select(Reading.energy_wh))) == {100_000}


def test_what_looks_odd_is_to_be_accepted_first(database, alice, deposit, say):
    say(confirm, alice, deposit(alice, csv(5000, PCE, OTHER)))
    run_id = deposit(alice, csv(50, PCE, OTHER, status="Définitive"))
    odd, _other = parts_of(database, alice, run_id)
    assert odd.checked["doubt"] == {
        "oddity": "less", "times": 100, "file": 50_000, "usual": 5_000_000,
    }  # fmt: skip
    for places in ([0], [1]):
        with pytest.raises(Conflict, match="à confirmer"), database.transaction() as db:
            confirm(db, alice, run_id, now=NOW)
        with database.transaction() as db:
            accept_oddities(db, alice, run_id, places)
    say(confirm, alice, run_id)
    assert row_of(database, alice, run_id).state is RunState.DONE


def test_an_odd_file_that_repeats_another_site_proposes_it(database, alice, charlie, deposit, say):
    """Only where the file does not say its PCE, and among the sites of who deposits."""
    small = csv(0, OTHER, days=()).decode()
    days = [f";2026-11-{day:02d};{day};{10 + day};Mesuré;Provisoire" for day in range(1, 21)]
    of_other = "\n".join([small, *(OTHER + day for day in days)]).encode()
    say(confirm, alice, deposit(alice, csv(5000, PCE)))
    say(confirm, alice, deposit(alice, of_other))
    unnamed = "\n".join([HEAD.removeprefix("PCE;"), *(day[1:] for day in days)]).encode()
    run_id = deposit(alice, unnamed)
    assert row_of(database, alice, run_id).asks_pce
    say(give_pce, alice, run_id, PCE)
    with database.reading() as db:
        check = get_check(db, alice, run_id)
        assert [site.number for site in list_sites(db, alice)] == [PCE, OTHER]
        assert list_sites(db, charlie) == []
        (part,) = check.parts
        assert find_lookalike(db, charlie, part) is None
    assert check.lookalikes_by_place == {(run_id, 0): OTHER}
    named = deposit(alice, of_other.replace(OTHER.encode(), PCE.encode()))
    (part,) = parts_of(database, alice, named)
    assert (part.odd, part.checked["sample"]) == (True, [])


UNNAMED = "Date;Conso;Remarque\n01/11/2026;4,9;a\n02/11/2026;5,1;b\n"
SAID = {0: ColumnUse.DAY, 1: ColumnUse.ENERGY_MWH}


def test_a_file_is_read_as_its_columns_are_said_to_be(database, tmp_path, alice, deposit, say):
    """It is refused, and not sent again; its receipt and the journal say what it is read as."""
    run_id = deposit(alice, UNNAMED.encode())
    refused = row_of(database, alice, run_id)
    assert (refused.state, refused.takes_columns) == (RunState.REFUSED, True)
    assert [column.header for column in refused.columns] == ["Date", "Conso", "Remarque"]
    say(say_columns, alice, run_id, SAID)
    assert row_of(database, alice, run_id).asks_pce
    say(give_pce, alice, run_id, PCE)
    draft = row_of(database, alice, run_id)
    assert (draft.state, draft.counts["kwh"]) == (RunState.DRAFT, 10_000)
    assert draft.columns[1].sample == ("4,9", "5,1")
    say(confirm, alice, run_id)
    done = row_of(database, alice, run_id)
    assert (done.state, done.takes_columns) == (RunState.DONE, False)
    assert done.column_uses == {"0": "day", "1": "energy_mwh"}
    assert {column.sample for column in done.columns} == {()}, "values are not kept beside readings"
    with database.reading() as db:
        assert set(db.scalars(select(Reading.energy_wh))) == {4_900_000, 5_100_000}
        said = select(AuditEvent.detail).where(AuditEvent.action == "runs.columns_said")
        assert db.scalars(said).one() == {"columns": done.column_uses}
    say(undo_deposit, alice, run_id)
    say(restore_deposit, alice, run_id)
    with database.reading() as db:
        assert set(db.scalars(select(Reading.energy_wh))) == {4_900_000, 5_100_000}


def test_a_unit_that_explains_a_gap_is_proposed_and_the_check_made_again(
    database, alice, deposit, say
):
    say(confirm, alice, deposit(alice, csv(5000)))
    file = csv(5, days=range(1, 11), status="Définitive", month="2026-10")
    run_id = deposit(alice, file.replace(b";0;", b";;"))  # without volumes
    with database.reading() as db:
        assert get_check(db, alice, run_id).units_by_place == {(run_id, 0): ColumnUse.ENERGY_MWH}
    say(say_columns, alice, run_id, {3: ColumnUse.ENERGY_MWH})
    with database.reading() as db:
        check = get_check(db, alice, run_id)
    assert (check.waiting, check.units_by_place) == ([], {})
    assert check.parts[0].checked["counts"]["energy_wh"] == 50_000_000
    say(say_columns, alice, run_id, {3: ColumnUse.ENERGY})
    assert parts_of(database, alice, run_id)[0].odd


def test_columns_are_said_by_the_own_organisation_of_a_file_that_waits(
    database, charlie, alice, deposit, say
):
    run_id = deposit(alice, UNNAMED.encode())
    for viewer, uses, wrong in (
        (charlie, SAID, NotFound),
        (alice, {0: "source"}, Invalid),
        (alice, {0: "anything"}, Invalid),
        (alice, {9: ColumnUse.DAY}, Invalid),
        (alice, {-1: ColumnUse.DAY}, Invalid),
    ):
        with pytest.raises(wrong), database.transaction() as db:
            say_columns(db, viewer, run_id, uses, now=NOW)
    say(drop, alice, run_id)
    with pytest.raises(Conflict), database.transaction() as db:
        say_columns(db, alice, run_id, SAID, now=NOW)
    assert row_of(database, alice, run_id).columns == ()
    sourced = csv(5).decode().replace("Statut", "Source")
    run_id = deposit(alice, sourced.encode())
    with pytest.raises(Invalid), database.transaction() as db:
        say_columns(db, alice, run_id, {5: ColumnUse.IGNORED}, now=NOW)


def test_a_refused_file_of_which_nobody_says_the_columns_is_let_go(
    database, tmp_path, alice, deposit
):
    run_id = deposit(alice, UNNAMED.encode())
    with database.transaction() as db:
        assert len(let_go(db, NOW + timedelta(days=1))) == 1
    row = row_of(database, alice, run_id)
    assert (row.state, row.takes_columns, row.columns) == (RunState.REFUSED, False, ())


def test_a_check_that_was_made_again_is_not_confirmed_unseen(database, tmp_path, alice, deposit):
    run_id = deposit(alice, csv(100).replace(PCE.encode(), b""))
    with database.transaction() as db:
        give_pce(db, alice, run_id, PCE, now=NOW)
    work(database, tmp_path, NOW)
    seen = row_of(database, alice, run_id)
    with database.transaction() as db:
        give_pce(db, alice, run_id, OTHER, now=NOW)
    with pytest.raises(Conflict), database.transaction() as db:
        confirm(db, alice, run_id, version=seen.version, now=NOW)
    work(database, tmp_path, NOW)
    with pytest.raises(Conflict, match="de nouveau"), database.transaction() as db:
        confirm(db, alice, run_id, version=seen.version, now=NOW)
    assert count(database, Reading) == [0]
    assert [part.pce for part in parts_of(database, alice, run_id)] == [OTHER]


def test_a_slow_check_that_wakes_after_the_confirmation_writes_nothing(
    database, alice, deposit, tmp_path
):
    """Its place in the file is that of the job that stores: only the version tells them apart."""
    kept = make_kept(tmp_path, csv(100))
    with database.transaction() as db:
        slow = claim(db, open_run(db, alice, kept, now=NOW), NOW)
    work(database, tmp_path, LATER)
    with database.transaction() as db:
        confirm(db, alice, slow.id, now=LATER)
        storing = claim(db, slow.id, LATER)
    assert (slow.task, storing.task, slow.done, storing.done) == (
        RunTask.CHECK, RunTask.STORE, 0, 0,
    )  # fmt: skip
    with pytest.raises(Conflict), database.transaction() as db:
        move(db, slow, 0, {})
    with pytest.raises(Conflict), database.transaction() as db:
        finish_check(db, slow, 0)


def test_a_check_that_breaks_in_the_middle_ends_the_same(
    database, tmp_path, alice, deposit, monkeypatch
):
    whole, calls = job.check_delivery, []

    def breaking(*args):
        calls.append(1)
        if len(calls) == 2:
            raise OSError("power cut")
        return whole(*args)

    monkeypatch.setattr(job, "check_delivery", breaking)
    run_id = deposit(alice, csv(100, PCE, OTHER))
    assert row_of(database, alice, run_id).state is RunState.WORKING
    work(database, tmp_path, LATER)
    row = row_of(database, alice, run_id)
    assert (row.state, row.counts["days"], row.counts["pces"]) == (RunState.DRAFT, 40, 2)
    assert count(database, Reading, RunDelivery) == [0, 2]


def test_what_moved_between_check_and_confirmation_is_said(database, alice, deposit, say):
    first, second = deposit(alice, csv(100)), deposit(alice, csv(100, PCE, OTHER))
    say(confirm, alice, first)
    say(confirm, alice, second)
    row = row_of(database, alice, second)
    assert (row.counts["new"], row.counts["same"], row.counts["moved"]) == (20, 20, 1)


@pytest.mark.parametrize("act", [confirm, drop, give_pce])
def test_another_organisation_s_draft_does_not_exist(database, charlie, dora, alice, deposit, act):
    run_id = deposit(alice, csv(100))
    for viewer in (charlie, dora):
        with pytest.raises(NotFound), database.transaction() as db:
            act(db, viewer, run_id, *([PCE] if act is give_pce else []), now=NOW)


def test_a_draft_left_alone_is_erased_and_counts_no_more(database, tmp_path, alice, deposit):
    run_id = deposit(alice, csv(100))
    with database.reading() as db:
        assert queries.get_deposit_usage(db, alice).octets > 0
    with database.transaction() as db:
        assert let_go(db, NOW - timedelta(days=1)) == []
        assert len(let_go(db, NOW + timedelta(seconds=1))) == 1
    assert row_of(database, alice, run_id).state is RunState.DROPPED
    with database.reading() as db:
        assert queries.get_deposit_usage(db, alice).octets == 0


def test_stored_files_are_kept_as_far_as_they_take_little_room(
    database, alice, deposit, say, monkeypatch
):
    ids = [deposit(alice, csv(100 + n)) for n in range(2)]
    say(confirm, alice, ids[0])
    assert row_of(database, alice, ids[0]).has_file
    with database.transaction() as db:
        db.execute(update(Run).values(file_size=60_000_000))
    say(confirm, alice, ids[1])
    assert [row_of(database, alice, run_id).has_file for run_id in ids] == [False, True]
    with database.reading() as db:
        assert queries.get_deposit_usage(db, alice).octets == 0  # they keep nobody from depositing


def test_the_files_of_a_deposit_go_together(database, tmp_path, alice, held):
    kept = [make_kept(tmp_path, csv(100, number), f"{number}.csv") for number in (PCE, OTHER)]
    with database.transaction() as db:
        first, second = receive(db, alice, kept, DepositLimits(), now=NOW)
    with database.reading() as db:
        batch = queries.list_batch(db, alice, queries.get_run(db, alice, second))
    assert [run.id for run in batch] == [first, second]


def test_each_step_is_in_the_journal(database, alice, deposit, say):
    run_id = deposit(alice, csv(100))
    say(confirm, alice, run_id)
    of_run = AuditEvent.object_type == "run", AuditEvent.object_id == str(run_id)
    told = select(AuditEvent.action).where(*of_run).order_by(AuditEvent.id)
    with database.reading() as db:
        assert [*db.scalars(told)] == ["runs.received", "runs.confirmed", "runs.done"]


def test_the_page_of_a_deposit_is_its_check_until_it_is_stored(database, deposit, say, alice):
    run_id = deposit(alice, csv(110))

    def page():
        with database.reading() as db:
            return str(pages.runs.layout(request_of(db, alice), run=str(run_id)))

    assert row_of(database, alice, run_id).is_open
    assert "Confirmer" in page()
    say(confirm, alice, run_id, version=row_of(database, alice, run_id).version)
    assert not row_of(database, alice, run_id).is_open
    assert "Confirmer" not in page()
