"""The life of a run: deposited, claimed once, moved forward, resumed, ended."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.i18n import N_
from data.identity.audit.models import AuditEvent
from data.runs import queries
from data.runs.actions import (
    begin,
    claim,
    finish,
    give_up,
    let_go,
    move,
    open_run,
    receive,
    refuse,
)
from data.runs.models import Run
from data.runs.types import ASKS_PCE, DepositLimits, DepositUsage, RunState, StoredUpload
from tests.factories import NOW, make_people

pytestmark = pytest.mark.dialect

KEPT = StoredUpload("a.csv", "0" * 32, 4, "f" * 64)
COUNTS = {"days": 2, "absent": 1, "volume_dm3": 10_499, "energy_wh": 108_500, "new": 2, "pces": 1}


def later(seconds: float):
    return NOW + timedelta(seconds=seconds)


def opened(db, viewer):
    """A run as a worker has it."""
    return claim(db, open_run(db, viewer, KEPT, now=NOW), NOW)


def test_a_run_waits_then_is_worked_on(people, db, alice):
    run_id = open_run(db, alice, KEPT, pce=" 0999 ", now=NOW)
    row = queries.get_run(db, alice, run_id)
    assert (row.state, row.who, row.pce, row.counts) == (RunState.RECEIVED, "Alice", "0999", {})
    claimed = claim(db, run_id, NOW)
    assert (claimed.id, claimed.done, claimed.pce) == (run_id, 0, "0999")
    assert queries.get_run(db, alice, run_id).state is RunState.WORKING
    assert claim(db, run_id + 1, NOW) is None


def test_a_run_is_taken_up_where_it_was(people, db, alice):
    first = opened(db, alice)
    begin(db, first, 3)
    move(db, first, 0, COUNTS)
    second = claim(db, first.id, later(71))
    assert (second.id, second.done) == (first.id, 1)
    with pytest.raises(Conflict):
        move(db, first, 0, COUNTS)  # the first worker was only slow
    move(db, second, 1, COUNTS)
    move(db, second, 2, COUNTS)
    finish(db, second, 3, later(81))
    row = queries.get_run(db, alice, first.id)
    assert (row.state, row.done, row.total) == (RunState.DONE, 3, 3)
    assert row.counts == {
        "days": 6, "absent": 3, "periods": 0, "new": 6, "changed": 0, "same": 0, "pces": 3,
        "m3": 31, "kwh": 326, "ignored": 0,
    }  # fmt: skip
    assert row.started_at == NOW
    assert claim(db, first.id, later(82)) is None
    with pytest.raises(Conflict):
        finish(db, first, 3, later(82))


def test_the_counts_kept_are_exact(people, db, alice):
    run = opened(db, alice)
    move(db, run, 0, COUNTS)
    finish(db, run, 1, NOW)
    assert db.scalars(select(Run.counts)).one() == COUNTS


def test_a_refused_run_says_why_and_ends(people, db, alice):
    run = opened(db, alice)
    refuse(db, run, Invalid(N_("Ligne {line} : faux."), line=3, where=NOW.date()), later(1))
    row = queries.get_run(db, alice, run.id)
    assert row.state is RunState.REFUSED
    assert row.problem == ("Ligne {line} : faux.", {"line": 3, "where": "2026-11-24"})
    assert row.finished_at == later(1)
    assert claim(db, run.id, later(1000)) is None


def test_a_file_that_kills_every_worker_is_given_up(people, db, alice):
    run = opened(db, alice)
    give_up(db, run.id, later(1000))
    row = queries.get_run(db, alice, run.id)
    assert row.state is RunState.REFUSED
    assert "interrompue plusieurs fois" in row.problem[0]
    give_up(db, run.id, later(2000))
    assert queries.get_run(db, alice, run.id).finished_at == later(1000)


def test_each_step_is_in_the_journal(people, db, alice):
    finish(db, opened(db, alice), 0, NOW)
    db.flush()
    events = db.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action for event in events] == ["runs.received", "runs.done"]
    assert {(event.actor_id, event.organisation_id) for event in events} == {(1, 1)}


def test_a_deposit_opens_a_run_a_file(people, db, alice):
    files = [replace(KEPT, name=name) for name in ("a.csv", "b.csv")]
    ids = receive(db, alice, files, DepositLimits(), pce="09999999910001", now=NOW)
    rows = queries.list_runs(db, alice)
    assert [(row.id, row.file_name, row.pce) for row in reversed(rows)] == [
        (ids[0], "a.csv", "09999999910001"),
        (ids[1], "b.csv", "09999999910001"),
    ]


def test_a_deposit_that_goes_past_a_limit_opens_no_run(people, db, alice):
    for limits in (
        DepositLimits(files=1),
        DepositLimits(waiting=1),
        DepositLimits(quota_megabytes=0),
    ):
        with pytest.raises((Invalid, Conflict)):
            receive(db, alice, [KEPT, KEPT], limits, now=NOW)
    assert queries.list_runs(db, alice) == []


def test_an_organisation_fills_its_own_quota_only(people, db, alice, bob):
    receive(db, alice, [KEPT, KEPT], DepositLimits(), now=NOW)
    assert queries.get_deposit_usage(db, alice) == DepositUsage(8, 2)
    assert queries.get_deposit_usage(db, bob) == DepositUsage(0, 0)


def test_a_file_that_was_read_or_refused_for_good_leaves_the_quota(people, db, alice):
    runs = [
        claim(db, run_id, NOW)
        for run_id in receive(db, alice, [KEPT, KEPT, KEPT], DepositLimits(), now=NOW)
    ]
    finish(db, runs[0], 0, NOW)
    assert refuse(db, runs[1], Invalid(N_("Illisible")), NOW) is False
    assert queries.get_deposit_usage(db, alice) == DepositUsage(4, 1)
    assert refuse(db, runs[2], Invalid(ASKS_PCE), NOW) is True
    assert queries.get_deposit_usage(db, alice) == DepositUsage(4, 0)


def test_a_file_that_waits_for_its_pce_is_let_go_in_the_end(people, db, alice):
    refuse(db, opened(db, alice), Invalid(ASKS_PCE), NOW)
    assert let_go(db, NOW) == []
    assert let_go(db, later(1)) == [KEPT.stored_name]
    assert let_go(db, later(1)) == []
    assert queries.get_deposit_usage(db, alice) == DepositUsage(0, 0)


def test_two_deposits_at_once_do_not_exceed_the_limit(database, alice):
    """The second waits for the first to be written, then counts it."""
    with database.transaction() as db:
        make_people(db)
    limits = DepositLimits(waiting=3)

    def put(_):
        try:
            with database.transaction() as db:
                return len(receive(db, alice, [KEPT, KEPT], limits, now=NOW))
        except Conflict:
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(put, range(4))) == [0, 0, 0, 2]


def test_a_client_does_not_deposit(people, db, alice):
    reader = replace(alice, role=Role.CLIENT)
    with pytest.raises(Forbidden):
        receive(db, reader, [KEPT], DepositLimits(), now=NOW)
    with pytest.raises(Forbidden):
        open_run(db, reader, KEPT, now=NOW)


def test_an_organisation_sees_its_own_runs_and_the_staff_all(people, db, alice, charlie, dora):
    run_id = open_run(db, alice, KEPT, now=NOW)
    assert queries.list_runs(db, charlie) == []
    with pytest.raises(NotFound):
        queries.get_run(db, charlie, run_id)
    assert [row.id for row in queries.list_runs(db, dora)] == [run_id]
    assert queries.get_run(db, dora, run_id).id == run_id


@pytest.mark.parametrize("run_id", [0, -1, 2**31, 2**63])
def test_a_number_that_no_run_has_is_not_found(people, db, alice, run_id):
    with pytest.raises(NotFound):
        queries.get_run(db, alice, run_id)


def test_health_knows_what_waits_and_when_the_last_file_was_taken(people, db, alice):
    assert (queries.count_waiting(db), queries.find_last_ingest_at(db)) == (0, None)
    open_run(db, alice, KEPT, now=NOW)
    finish(db, opened(db, alice), 0, later(5))
    assert (queries.count_waiting(db), queries.find_last_ingest_at(db)) == (1, later(5))
