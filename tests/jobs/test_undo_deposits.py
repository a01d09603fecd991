"""A deposit taken back: the values before are in force again, whatever came in between."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update

import jobs.runs as job
from core.access import Role
from core.errors import Conflict, Forbidden, NotFound
from data.exchange.hooks.models import HookDelivery
from data.identity.audit.models import AuditEvent
from data.metering.consumption.actions import differing_months, store
from data.metering.consumption.models import (
    MonthlyConsumption,
    Reading,
    ReadingMark,
    ReadingRevision,
)
from data.metering.consumption.types import DayStatement, PceDelivery, Quality, Status
from data.metering.pces.models import Pce
from data.notifications.models import NoticeEvent
from data.notifications.types import NotificationKind
from data.provenance import FEED
from data.runs import queries
from data.runs.actions import confirm, open_run, restore_deposit, undo_deposit
from data.runs.models import Run
from data.runs.rules import UNDOABLE
from data.runs.types import RunState
from data.thresholds.actions import create
from jobs.thresholds import evaluate
from tests.data.exchange.hooks import listeners as hooked
from tests.data.thresholds.making import draft, stories, viewer_on
from tests.factories import NOW, PCE, make_kept, make_pce, make_people
from tests.queue_work import work_runs as work

OTHER = "09999999920000"
HEAD = "PCE;Journée gazière;Volume (m3);Énergie (kWh);Qualification;Statut"
DAYS = range(1, 11)
LATER = NOW + timedelta(seconds=90)  # once the lease of a process that died is over
TABLES = (Reading, ReadingRevision, MonthlyConsumption)


def csv(kwh, *numbers, status="Provisoire"):
    lines = [
        f"{number};2026-11-{day:02d};{kwh // 11};{kwh};Mesuré;{status}"
        for number in numbers or (PCE,)
        for day in DAYS
    ]
    return "\n".join([HEAD, *lines]).encode()


@pytest.fixture
def deposit(database, tmp_path):
    with database.transaction() as db:
        make_people(db)
        make_pce(db, holder_id=1)
        make_pce(db, OTHER, holder_id=1)

    def put(viewer, content):
        kept = make_kept(tmp_path, content, "relevés.csv")
        with database.transaction() as db:
            run_id = open_run(db, viewer, kept, now=NOW)
        work(database, tmp_path, NOW)
        with database.transaction() as db:
            confirm(db, viewer, run_id, now=NOW)
        work(database, tmp_path, NOW)
        return run_id

    return put


@pytest.fixture
def undo(database, tmp_path):
    def back(viewer, run_id, act=undo_deposit, at=NOW):
        with database.transaction() as db:
            act(db, viewer, run_id, now=at)
        work(database, tmp_path, at)

    return back


def row_of(database, viewer, run_id):
    with database.reading() as db:
        return queries.get_run(db, viewer, run_id)


def contents(database):
    """All that is kept of consumption, but for the hour at which it was heard."""
    found = {}
    with database.reading() as db:
        for model in TABLES:
            columns = [column for column in model.__table__.c if column.name != "learnt_at"]
            found[model] = sorted(map(tuple, db.execute(select(*columns))), key=repr)
        found["until"] = list(db.scalars(select(Pce.data_until).order_by(Pce.number)))
    return found


def in_force(database, number=PCE):
    with database.reading() as db:
        query = select(Reading.energy_wh).join(Pce, Pce.id == Reading.pce_id)
        return set(db.scalars(query.where(Pce.number == number)))


def say(database, kwh, day=20):
    """The distributor says its own word of the same days."""
    days = [
        DayStatement(
            date(2026, 11, day), kwh * 1000, None, None, None, None, None,
            Quality.MEASURED, Status.DEFINITIVE,
        )
        for day in DAYS
    ]  # fmt: skip
    with database.transaction() as db:
        pce_id = db.scalar(select(Pce.id).where(Pce.number == PCE))
        delivery = PceDelivery(PCE, tuple(days), ())
        store(db, pce_id, delivery, as_of=date(2026, 11, day), now=NOW, provenance=FEED)


def test_a_deposit_taken_back_leaves_what_was_there_before(database, alice, deposit, undo):
    empty = contents(database)
    run_id = deposit(alice, csv(100, PCE, OTHER))
    assert in_force(database) == {100_000}
    with database.transaction() as db:
        db.execute(ReadingMark.__table__.delete())
    undo(alice, run_id)
    assert contents(database) == empty
    row = row_of(database, alice, run_id)
    assert (row.state, row.undone_at is None, row.counts["new"]) == (RunState.UNDONE, False, 20)
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(ReadingMark)) == 2  # judged again
        assert not differing_months(db, 0, 9)


@pytest.mark.parametrize("first_back", [0, 1])
def test_deposits_that_followed_each_other_are_taken_back_in_any_order(
    database, alice, deposit, undo, first_back
):
    empty = contents(database)
    runs = [deposit(alice, csv(100)), deposit(alice, csv(200, status="Définitive"))]
    assert in_force(database) == {200_000}
    undo(alice, runs[first_back])
    assert in_force(database) == ({200_000} if first_back == 0 else {100_000})
    undo(alice, runs[1 - first_back])
    assert contents(database) == empty


def test_the_same_said_twice_is_taken_back_once(database, alice, deposit, undo):
    first, second = deposit(alice, csv(100)), deposit(alice, csv(100))
    undo(alice, second)
    assert in_force(database) == {100_000}
    undo(alice, first)
    assert in_force(database) == set()


def test_a_word_of_the_distributor_that_came_since_stays(database, alice, deposit, undo):
    say(database, 300)
    before = contents(database)
    run_id = deposit(alice, csv(100))
    assert in_force(database) == {300_000}
    undo(alice, run_id)
    assert contents(database) == before
    late = deposit(alice, csv(150, OTHER, PCE))
    say(database, 301, day=21)
    undo(alice, late)
    assert in_force(database) == {301_000}
    assert in_force(database, OTHER) == set()


def test_what_was_taken_back_is_stored_again_from_its_file(database, alice, deposit, undo):
    run_id = deposit(alice, csv(100, PCE, OTHER))
    stored = contents(database)
    undo(alice, run_id)
    assert row_of(database, alice, run_id).may_be_restored
    undo(alice, run_id, restore_deposit)
    assert contents(database) == stored
    row = row_of(database, alice, run_id)
    assert (row.state, row.undone_at, row.may_be_undone(NOW)) == (RunState.DONE, None, True)


def test_nothing_is_taken_back_twice_nor_too_late_nor_without_its_file(
    database, alice, deposit, undo
):
    run_id = deposit(alice, csv(100))
    with pytest.raises(Conflict, match="30"):
        undo(alice, run_id, at=NOW + UNDOABLE + timedelta(days=1))
    undo(alice, run_id)
    undo(alice, run_id)  # twice is once
    with database.transaction() as db:
        db.execute(update(Run).values(stored_name=""))
    with pytest.raises(Conflict, match="gardé"):
        undo(alice, run_id, restore_deposit)


def test_only_who_may_deposit_for_the_organisation_takes_back_its_deposits(
    database, alice, dora, charlie, deposit, undo
):
    run_id = deposit(alice, csv(100))
    for stranger in (dora, charlie):
        with pytest.raises(NotFound):
            undo(stranger, run_id)
    with pytest.raises(Forbidden):
        undo(replace(alice, role=Role.CLIENT), run_id)
    assert not row_of(database, dora, run_id).may_be_undone(NOW)


def test_an_undo_that_breaks_in_the_middle_ends_the_same(
    database, tmp_path, alice, deposit, undo, monkeypatch
):
    empty = contents(database)
    run_id = deposit(alice, csv(100, PCE, OTHER))
    whole, calls = job.withdraw, []

    def breaking(*args, **values):
        calls.append(1)
        count = whole(*args, **values)
        if len(calls) == 2:
            raise OSError("power cut")
        return count

    monkeypatch.setattr(job, "withdraw", breaking)
    undo(alice, run_id)
    row = row_of(database, alice, run_id)
    assert (row.state, row.done) == (RunState.WORKING, 1)
    work(database, tmp_path, LATER)
    assert row_of(database, alice, run_id).state is RunState.UNDONE
    assert contents(database) == empty


def test_each_step_back_is_in_the_journal(database, alice, deposit, undo):
    run_id = deposit(alice, csv(100))
    undo(alice, run_id)
    of_run = AuditEvent.object_type == "run", AuditEvent.object_id == str(run_id)
    told = select(AuditEvent.action).where(*of_run).order_by(AuditEvent.id)
    with database.reading() as db:
        assert [*db.scalars(told)][-2:] == ["runs.undo_asked", "runs.undone"]


def judged(database, owner):
    """Judge what changed: the alerts that stand, the last notice, what webhooks are told."""
    evaluate(database, NOW)
    with database.transaction() as db:
        notice = select(NoticeEvent.kind, NoticeEvent.params).order_by(NoticeEvent.id.desc())
        kind, params = db.execute(notice.limit(1)).one()
        bodies = hooked.told(db, owner)
        db.execute(delete(HookDelivery))
        days = [line["date_fin"] for line in hooked.lines(bodies, "pce")]
        return len(stories(db)), kind, params["depositor"], params["corrected"], days


def test_an_alert_that_a_deposit_raised_is_withdrawn_with_it(database, alice, deposit, undo):
    owner = replace(alice, role=Role.ADMINISTRATOR)
    with database.transaction() as db:
        create(db, viewer_on(date(2026, 11, 1)), draft(), now=NOW - timedelta(days=23))
        hooked.added(db, owner)
    run_id = deposit(alice, csv(150))
    exceeded = (
        1,
        NotificationKind.THRESHOLD_EXCEEDED,
        "Organisation de alice",
        False,
        ["2026-11-10"],
    )
    assert judged(database, owner) == exceeded
    undo(alice, run_id)
    # Nobody corrected a value: neither the distributor nor a file is said to have.
    withdrawn = (0, NotificationKind.THRESHOLD_WITHDRAWN, "", False, ["2026-11-10"])
    assert judged(database, owner) == withdrawn
    undo(alice, run_id, restore_deposit)
    assert judged(database, owner) == exceeded
