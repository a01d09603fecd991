"""The demo's controls: each state and urgency, proofs that are real, and a chain that holds."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from core.paging import ALL_ROWS
from data.controls import queries
from data.controls.files.piece_check import checked
from data.controls.files.storage import Folder, folder_of, read_piece
from data.controls.files.text_layer import pages_of
from data.controls.queries import unscoped
from data.controls.rules.precheck import precheck
from data.controls.types import ControlFilter, ControlFolder, PieceKind, Urgency
from data.controls.types.pieces import CheckCode, SearchTerms
from data.migrations import tables
from data.notifications.types import MessageDelivery, NotificationKind
from data.rights.types import ProofState
from jobs.controls import apply, settle
from jobs.demo.controls import DELAYS, add_controls, people_of
from jobs.demo.loading import load
from jobs.demo.many_controls import add_many_controls
from jobs.demo.plan import DemoPlan
from jobs.storage import delete_orphans
from tests.conftest import TODAY
from tests.engines import opened
from tests.factories import make_older
from tests.web import fresh_database

NOW = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)
PLAN = DemoPlan(pces=150, years=1, seed=7, today=TODAY, password="lanterne velours cactus 83")


@pytest.fixture(scope="session")
def played(sqlite_template, tmp_path_factory):
    """The folder of a demo on SQLite: played once, and copied for each test."""
    folder = tmp_path_factory.mktemp("demo")
    database = fresh_database(sqlite_template, folder)
    load(database, PLAN, NOW, storage=Folder(folder_of(folder)))
    database.close()
    return folder


@pytest.fixture
def storage(tmp_path):
    return Folder(folder_of(tmp_path))


@pytest.fixture
def loaded(request, database, storage, tmp_path):
    if not database.sqlite:
        load(database, PLAN, NOW, storage=storage)
        yield database
        return
    shutil.copytree(request.getfixturevalue("played"), tmp_path, dirs_exist_ok=True)
    copied = opened(f"sqlite:///{tmp_path / 'portal.db'}")
    yield copied
    copied.close()


def every(database):
    with database.reading() as db:
        people = people_of(db, TODAY)
        rows, _total = queries.list_controls(db, people.client, block=ALL_ROWS)
    return people, rows


def test_every_state_urgency_and_choice_is_there(loaded):
    people, rows = every(loaded)
    assert {row.state for row in rows} == set(ProofState)
    assert {row.urgency for row in rows} == {*Urgency, None}
    assert any(row.closed_at for row in rows)
    assert any(row.staged for row in rows)
    with loaded.reading(streams=True) as db:
        boxes = queries.count_boxes(db, people.client)
        assert all(boxes[box] for box in ControlFolder), boxes
        assert not queries.find_journal_breaks(db).broken
        assert queries.get_control_totals(db, people.staff).to_do


def test_proofs_are_what_they_say_and_one_names_its_right(loaded, storage):
    people, rows = every(loaded)
    judged: dict[PieceKind, int] = {}
    complete = 0
    with loaded.reading() as db:
        for row in rows:
            detail = queries.get_control(db, people.client, row.uid, now=NOW)
            for piece in [one for deposit in detail.deposits for one in deposit.pieces]:
                kept = queries.get_piece(db, people.client, piece.uid)
                content = read_piece(storage, kept.storage_key, piece.sha256)
                if judged.setdefault(piece.kind, 0) < 2:
                    assert checked(piece.name, content) is piece.kind
                    complete += is_complete(detail.expected, pages_of(piece.kind, content))
                judged[piece.kind] += 1
    assert set(judged) == set(PieceKind)
    assert complete


def is_complete(one, pages):
    sought = SearchTerms(
        one.number, one.holder, one.third_party, one.kinds, one.first, one.last, TODAY
    )
    (checks,) = precheck(pages, [sought]).checks
    return all(check.is_present for check in checks if check.code is not CheckCode.DATE)


def test_a_note_is_in_a_thread_that_the_third_party_reads_without_it(loaded):
    people, rows = every(loaded)
    with loaded.reading() as db:
        theirs = [queries.list_messages(db, people.client, row.uid) for row in rows]
        ours = [queries.list_messages(db, people.staff, row.uid) for row in rows]
    assert any(message.internal for thread in ours for message in thread)
    assert not any(message.internal for thread in theirs for message in thread)
    assert any(theirs)


def test_nothing_old_is_told_and_the_clock_finds_nothing_to_do(loaded, storage, tmp_path):
    assert not apply(loaded, NOW)
    assert "late" not in settle(loaded, NOW, DELAYS)
    for key in storage.names():
        make_older(tmp_path / "proofs" / key, timedelta(days=2))
    assert delete_orphans(loaded, storage, unscoped.list_stored_keys) == 0
    with loaded.reading() as db:
        mails = tables()["notifications"]
        rows = db.execute(mails.select().where(mails.c.kind.like("PROOF%"))).all()
        client = people_of(db, TODAY).client.user_id
    assert {row.state for row in rows} == {MessageDelivery.SENT}
    assert {NotificationKind.PROOF_ASKED, NotificationKind.PROOF_DUE} <= {
        row.kind for row in rows if row.user_id == client
    }
    assert all(row.sent_at < NOW and not row.params for row in rows)


def test_they_are_played_once(loaded, storage):
    before = len(every(loaded)[1])
    assert add_controls(loaded, PLAN, NOW, storage) == 0
    assert len(every(loaded)[1]) == before


def test_a_demo_of_before_this_third_party_gets_none(database, storage):
    assert add_controls(database, PLAN, NOW, storage) == 0
    assert add_many_controls(database, PLAN, NOW, storage, 10) == 0


def test_many_more_come_as_far_as_there_are_sites(loaded, storage):
    people, rows = every(loaded)
    made = add_many_controls(loaded, PLAN, NOW, storage, 5000)
    after = every(loaded)[1]
    assert 20 < made == len(after) - len(rows) < 150
    with loaded.reading(streams=True) as db:
        found = queries.count_states(db, people.staff, ControlFilter())
        assert not queries.find_journal_breaks(db).broken
    assert found[ProofState.UNDER_CHECK] > found[ProofState.REJECTED] > 0
