"""Exports made by the job: whole or not at all, begun again, told, kept some days, then erased."""

import os
import signal
from datetime import date, timedelta
from multiprocessing import get_context

import pytest
from sqlalchemy import func, select, update

import jobs.exports as job
from core import queue
from core.database import Database
from core.errors import Conflict, Invalid
from core.queue_types import Lease
from data.exports import actions
from data.exports.files import folder_of
from data.exports.models import Export, ExportedPce, ExportSchedule
from data.exports.queries import get_export, list_exports, list_schedules
from data.exports.queries.contents import can_still_read
from data.exports.types import Content, ExportLimits, ExportSpec, ExportState, FileKind
from data.identity.accounts.models import User
from data.identity.audit.models import AuditEvent
from data.metering.consumption.models import Reading
from data.metering.pces.models import PceGrant
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from jobs.exports import open_due, purge
from tests.data.exports.made import LARGE, PCE, grant, make_fleet
from tests.factories import NOW, make_older
from tests.queue_work import make_exports

LIMITS = ExportLimits()
LEASE = timedelta(seconds=60)
LATER = NOW + LEASE + timedelta(seconds=30)
WANTED = ExportSpec(Content.DAILY, FileKind.CSV, first=date(2026, 1, 1), last=date(2026, 12, 31))


@pytest.fixture
def fleet(database):
    with database.transaction() as db:
        return make_fleet(db)


def ask(database, viewer, wanted=WANTED, now=NOW, limits=LIMITS, **more):
    with database.transaction() as db:
        return actions.ask(db, viewer, wanted, limits=limits, now=now, **more)


def row_of(database, viewer, export_id):
    with database.reading() as db:
        return get_export(db, viewer, export_id)


def names(var):
    folder = folder_of(var)
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def logged(database):
    read = select(AuditEvent.object_id, AuditEvent.organisation_id).where(
        AuditEvent.action == "consumption.exported"
    )
    with database.reading() as db:
        return sorted(map(tuple, db.execute(read)))


def test_an_export_is_made_and_each_pce_has_its_line_in_the_readers_log(
    database, tmp_path, alice, fleet
):
    made = ask(database, alice)
    assert make_exports(database, tmp_path, NOW, LIMITS) == 1
    row = row_of(database, alice, made)
    assert (row.state, row.done, row.total, row.pces, row.rows) == (ExportState.DONE, 3, 3, 2, 340)
    assert row.kept_until - row.finished_at == timedelta(days=7)
    assert logged(database) == [(PCE, 1), (LARGE, 1)]
    assert len(names(tmp_path)) == 1
    assert make_exports(database, tmp_path, LATER, LIMITS) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (Content.MONTHLY, "consumption.exported"),
        (Content.PUBLISHED, "published.exported"),
        (Content.CONTRACTUAL, "contractual.exported"),
        (Content.TECHNICAL, "technical.exported"),
    ],
)
def test_the_readers_log_says_which_kind_left(database, tmp_path, alice, fleet, content, said):
    days = {"first": WANTED.first, "last": WANTED.last} if content.dated else {}
    ask(database, alice, ExportSpec(content, FileKind.CSV, **days))
    make_exports(database, tmp_path, NOW, LIMITS)
    read = select(AuditEvent.action).where(AuditEvent.object_type == "pce_data").distinct()
    with database.reading() as db:
        assert list(db.scalars(read)) == [said]


class Killed(BaseException):
    """What a `kill -9` would do, at a line of our choosing."""


@pytest.mark.parametrize("line", ["begin", "move", "keep", "finish"])
def test_killed_at_any_line_it_begins_again_and_no_half_file_is_offered(
    database, tmp_path, alice, fleet, monkeypatch, line
):
    made = ask(database, alice)

    def die(*_args, **_named):
        raise Killed

    place = job.ExportDraft if line == "keep" else job.actions
    monkeypatch.setattr(place, line, die)
    with pytest.raises(Killed):
        make_exports(database, tmp_path, NOW, LIMITS)
    assert row_of(database, alice, made).busy
    assert logged(database) == []
    monkeypatch.undo()
    assert make_exports(database, tmp_path, NOW, LIMITS) == 0  # it may be alive still
    assert make_exports(database, tmp_path, LATER, LIMITS) == 1
    row = row_of(database, alice, made)
    assert (row.state, row.pces, row.rows) == (ExportState.DONE, 2, 340)
    assert logged(database) == [(PCE, 1), (LARGE, 1)]


def test_a_job_that_another_took_over_offers_nothing(database, tmp_path, alice, fleet, monkeypatch):
    made = ask(database, alice)
    keep = job.ExportDraft.keep

    def slow(draft):
        with database.transaction() as db:
            queue.release_stuck(db, LATER)
            assert queue.claim(db, "exports", Lease("other", LEASE.total_seconds()), LATER)
        return keep(draft)

    monkeypatch.setattr(job.ExportDraft, "keep", slow)
    make_exports(database, tmp_path, NOW, LIMITS)
    assert row_of(database, alice, made).state is ExportState.WORKING
    for name in names(tmp_path):
        make_older(folder_of(tmp_path) / name, timedelta(hours=2))
    assert purge(database, tmp_path, NOW) == 1
    monkeypatch.undo()
    assert make_exports(database, tmp_path, LATER + LEASE * 2, LIMITS) == 1
    assert logged(database) == [(PCE, 1), (LARGE, 1)]


def test_one_that_kills_every_job_is_given_up_with_a_sentence(
    database, tmp_path, alice, fleet, monkeypatch
):
    made = ask(database, alice, tell=True)
    monkeypatch.setattr(job.ExportDraft, "keep", lambda _draft: (_ for _ in ()).throw(RuntimeError))
    for turn in range(11):
        make_exports(database, tmp_path, NOW + turn * 2 * LEASE, LIMITS)
    row = row_of(database, alice, made)
    assert row.state is ExportState.FAILED
    assert "abandonnée" in row.problem[0]


def test_a_full_disk_is_a_sentence_and_asking_again_makes_it(
    database, tmp_path, alice, fleet, monkeypatch
):
    made = ask(database, alice)
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(job.ExportDraft, "keep", lambda _draft: (_ for _ in ()).throw(full))
    make_exports(database, tmp_path, NOW, LIMITS)
    assert "disque" in row_of(database, alice, made).problem[0]
    assert names(tmp_path) == []
    monkeypatch.undo()
    with database.transaction() as db:
        other = actions.repeat_export(db, alice, made, limits=LIMITS, now=NOW)
    make_exports(database, tmp_path, NOW, LIMITS)
    assert row_of(database, alice, other).state is ExportState.DONE


def test_the_rights_are_those_of_the_time_it_is_made(database, tmp_path, bob, fleet):
    with database.transaction() as db:
        grant(db, fleet[0])
        grant(db, fleet[1])
    made = ask(database, bob)
    with database.transaction() as db:
        db.execute(
            update(PceGrant)
            .where(PceGrant.pce_id == fleet[1].id)
            .values(valid_to=date(2026, 11, 1))
        )
        db.execute(
            update(PceGrant)
            .where(PceGrant.pce_id == fleet[0].id)
            .values(last_day=date(2026, 1, 10))
        )
    make_exports(database, tmp_path, NOW, LIMITS)
    row = row_of(database, bob, made)
    assert (row.pces, row.rows) == (1, 10)
    assert logged(database) == [(PCE, 2)]


def test_once_every_right_is_gone_nothing_is_made(database, tmp_path, bob, fleet):
    with database.transaction() as db:
        grant(db, fleet[0])
    made = ask(database, bob)
    with database.transaction() as db:
        db.execute(update(PceGrant).values(valid_to=date(2026, 11, 1)))
    make_exports(database, tmp_path, NOW, LIMITS)
    row = row_of(database, bob, made)
    assert row.state is ExportState.FAILED
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("change", "still"),
    [
        ({"valid_to": date(2026, 11, 1)}, False),
        ({"last_day": date(2026, 6, 1)}, False),
        ({"first_day": date(2026, 1, 2)}, False),
        ({"holes": "d2026-03-01/2026-03-02"}, False),
        ({"last_day": date(2028, 1, 1)}, True),
        ({"holes": "p2026-03-01/2026-03-02"}, True),
        ({"technical": False}, True),
    ],
)
def test_a_file_is_given_only_while_all_of_it_may_be_read(
    database, tmp_path, bob, fleet, change, still
):
    with database.transaction() as db:
        grant(db, fleet[0], last_day=date(2027, 12, 31))
    made = ask(database, bob)
    make_exports(database, tmp_path, NOW, LIMITS)
    with database.transaction() as db:
        db.execute(update(PceGrant).values(**change))
    with database.reading() as db:
        row = get_export(db, bob, made)
        assert can_still_read(db, bob, row) is still


def test_an_account_cut_meanwhile_gets_nothing(database, tmp_path, alice, fleet):
    made = ask(database, alice)
    with database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(disabled_at=NOW))
    make_exports(database, tmp_path, NOW, LIMITS)
    assert "fermé" in row_of(database, alice, made).problem[0]


def test_the_same_asked_twice_is_one_and_the_quota_holds(database, alice, fleet):
    assert ask(database, alice) == ask(database, alice)
    with pytest.raises(Conflict, match="attend déjà"):
        ask(database, alice, WANTED.__class__(Content.TECHNICAL, FileKind.CSV),
            limits=ExportLimits(waiting=1))  # fmt: skip
    with database.transaction() as db:
        db.execute(update(Export).values(stored_name="x", file_size=6_000_000_000,
                                         state=ExportState.DONE))  # fmt: skip
    with pytest.raises(Conflict, match="6000 Mo sur 5000 Mo"):
        ask(database, alice)


def test_a_worksheet_that_is_too_long_is_refused_before_it_is_made(
    database, alice, fleet, monkeypatch
):
    monkeypatch.setattr("data.exports.rules.SHEET_ROWS", 100)
    with pytest.raises(Invalid, match="lignes au plus"):
        ask(database, alice, ExportSpec(Content.DAILY, FileKind.XLSX, first=WANTED.first,
                                    last=WANTED.last))  # fmt: skip


def test_removed_while_it_is_made_it_is_not_offered(database, tmp_path, alice, fleet, monkeypatch):
    made = ask(database, alice)
    keep = job.ExportDraft.keep

    def slow(draft):
        with database.transaction() as db:
            actions.remove(db, alice, made, now=NOW)
        return keep(draft)

    monkeypatch.setattr(job.ExportDraft, "keep", slow)
    make_exports(database, tmp_path, NOW, LIMITS)
    assert row_of(database, alice, made).state is ExportState.GONE
    assert names(tmp_path) == []
    assert logged(database) == []


def test_files_are_erased_when_their_days_are_over_and_orphans_too(
    database, tmp_path, alice, fleet
):
    made = ask(database, alice)
    make_exports(database, tmp_path, NOW, LIMITS)
    folder = folder_of(tmp_path)
    (folder / "orphan").write_bytes(b"x")
    dead = folder / "making" / "9-x"
    dead.mkdir()
    (dead / "draft").write_bytes(b"x")
    for path in (folder / "orphan", dead / "draft", dead):
        make_older(path, timedelta(hours=1))
    assert purge(database, tmp_path, NOW) == 2
    assert len(names(tmp_path)) == 1
    assert purge(database, tmp_path, NOW + timedelta(days=6)) == 0
    assert purge(database, tmp_path, NOW + timedelta(days=7, minutes=1)) == 1
    assert names(tmp_path) == []
    row = row_of(database, alice, made)
    assert (row.state, row.rows) == (ExportState.GONE, 340)
    with database.reading() as db:
        assert not db.scalar(select(func.count()).select_from(ExportedPce))


def mails(database):
    with database.reading() as db:
        return [
            (row.kind, row.user_id)
            for row in db.scalars(select(Notification).order_by(Notification.id))
        ]


def test_a_monthly_export_is_made_once_a_month_and_told_by_mail(database, tmp_path, alice, fleet):
    with database.transaction() as db:
        actions.schedule(db, alice, WANTED, day=10, months=3, now=NOW)
    assert open_due(database, NOW, LIMITS) == 0
    tenth = NOW.replace(month=12, day=10)
    assert open_due(database, tenth, LIMITS) == 1
    assert open_due(database, tenth, LIMITS) == 0
    make_exports(database, tmp_path, tenth, LIMITS)
    with database.reading() as db:
        (row,) = list_exports(db, alice)
        (schedule,) = list_schedules(db, alice)
    assert row.scheduled
    assert (row.spec.first, row.spec.last) == (date(2026, 9, 1), date(2026, 11, 30))
    assert row.state is ExportState.DONE
    assert schedule.next_on == date(2027, 1, 10)
    assert mails(database) == [(NotificationKind.EXPORT_READY, 1)]
    late = NOW.replace(year=2027, month=4, day=2)
    assert open_due(database, late, LIMITS) == 1  # of the months missed, only the last
    with database.reading() as db:
        (schedule,) = list_schedules(db, alice)
    assert schedule.next_on == date(2027, 4, 10)


def test_a_monthly_export_with_nothing_in_it_says_so(database, tmp_path, alice, fleet):
    with database.transaction() as db:
        actions.schedule(db, alice, WANTED, day=10, months=1, now=NOW)
    open_due(database, NOW.replace(year=2028, month=1, day=10), LIMITS)
    assert mails(database) == [(NotificationKind.EXPORT_FAILED, 1)]
    with database.reading() as db:
        (row,) = list_exports(db, alice)
    assert row.state is ExportState.FAILED


def test_a_schedule_ends_with_the_account_of_its_owner(database, alice, fleet):
    with database.transaction() as db:
        actions.schedule(db, alice, WANTED, day=10, months=1, now=NOW)
        db.execute(update(User).where(User.id == 1).values(disabled_at=NOW))
    assert open_due(database, NOW.replace(month=12, day=10), LIMITS) == 0
    with database.reading() as db:
        assert not db.scalar(select(func.count()).select_from(ExportSchedule))


def _make(url, var, ready):
    database = Database(url)
    ready.set()
    make_exports(database, var, NOW, LIMITS)


def test_a_process_killed_while_it_writes_leaves_nothing_to_offer(database, tmp_path, alice, fleet):
    with database.transaction() as db:
        many = [
            {"pce_id": fleet[0].id, "gas_day": date.fromordinal(n), "energy_wh": n, "quality": 4,
             "status": 2, "learnt_at": NOW, "flags": 0}
            for n in range(date(1960, 1, 1).toordinal(), date(2025, 1, 1).toordinal())
        ]  # fmt: skip
        db.execute(Reading.__table__.insert(), many)
    whole = ExportSpec(
        Content.DAILY, FileKind.XLSX, first=date(1960, 1, 1), last=date(2026, 12, 31)
    )
    with database.transaction() as db:
        db.execute(update(Export).values(state=ExportState.GONE))
        expected = actions.requests.ExportEstimate(3, 24_000, 1)
        made = actions.requests.open_export(db, alice, whole, expected, now=NOW, tell=False)
    context = get_context("spawn")
    ready = context.Event()
    url = database.url.render_as_string(hide_password=False)
    database.close()
    child = context.Process(target=_make, args=(url, tmp_path, ready))
    child.start()
    ready.wait(60)
    child.join(0.4)
    os.kill(child.pid, signal.SIGKILL) if child.is_alive() else None
    child.join()
    make_exports(database, tmp_path, LATER, LIMITS)
    row = row_of(database, alice, made)
    assert (row.state, row.rows) == (ExportState.DONE, 300 + 40 + len(many))
    assert len(names(tmp_path)) == 1
    assert logged(database) == [(PCE, 1), (LARGE, 1)]
