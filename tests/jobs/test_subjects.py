"""The jobs of people's data: archives begun again, a night that goes on and says what failed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

import jobs.subjects as job
from core.dead_letters import list_dead_letters, retry_dead_letters
from data.administration.subjects import actions
from data.administration.subjects.actions.archives import NOT_MADE, order_archive
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.queries.unscoped import find_last_report, find_retention_problem
from data.administration.subjects.types import (
    ArchiveOrder,
    DataClass,
    MadeArchive,
    Periods,
    RequestKind,
    RequestState,
    Subject,
)
from data.identity.accounts.models import User
from data.identity.accounts.types import SessionLimits
from data.notifications.models import Notice
from data.notifications.types import NoticeState
from tests.data.administration.subjects.seeding import Person, seed
from tests.factories import NOW, make_older
from tests.queue_work import drain

OLD = NOW - timedelta(days=3000)


@pytest.fixture
def asked(database):
    """Somebody asks for their data; others have some too."""
    with database.transaction() as db:
        ann = Person("anouk")
        seed(db, ann, Person("benoit"))
        db.execute(update(SubjectRequest).values(state=RequestState.DONE))
        row = SubjectRequest(
            kind=RequestKind.EXPORT, state=RequestState.WAITING, user_id=ann.user_id,
            email=ann.email, asked_by=ann.user_id, created_at=NOW, due_at=NOW,
        )  # fmt: skip
        db.add(row)
        db.flush()
        order_archive(db, row.id, Subject(ann.email, ann.user_id), NOW)
        return row.id


def one(database, request_id):
    with database.reading() as db:
        return db.get(SubjectRequest, request_id)


def make_archives(database, var, now=NOW):
    return drain(database, job.archive_handler(var, Periods), now=now)


def test_killed_before_its_commit_an_archive_is_begun_again(database, asked, tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_args, **_values):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(actions, "finish", die)
        with pytest.raises(Killed):
            make_archives(database, tmp_path)
    assert one(database, asked).state is RequestState.WAITING
    assert make_archives(database, tmp_path) == 0  # whoever has it may be alive
    assert make_archives(database, tmp_path, NOW + timedelta(minutes=2)) == 1
    done = one(database, asked)
    assert done.state is RequestState.READY
    assert done.counts["account"] == 1
    assert (tmp_path / "subjects" / done.stored_name).stat().st_size == done.file_size


def test_one_that_a_full_disk_refuses_each_time_is_given_up_until_it_is_retried(
    database, asked, tmp_path, monkeypatch
):
    def full(*_args):
        raise OSError("no space left")

    now = NOW
    with monkeypatch.context() as patched:
        patched.setattr(job, "write_archive", full)
        for _attempt in range(actions.MAKE_ARCHIVE.policy.max_attempts):
            assert one(database, asked).state is RequestState.WAITING
            assert make_archives(database, tmp_path, now) == 1
            now += timedelta(minutes=2)
    failed = one(database, asked)
    assert (failed.state, failed.problem) == (RequestState.OVER, NOT_MADE)
    assert list((tmp_path / "subjects").iterdir()) == []
    with database.transaction() as db:
        (letter,) = list_dead_letters(db)
        assert letter.error == "no space left"
        retry_dead_letters(db, [letter.id], now)
    assert make_archives(database, tmp_path, now) == 1
    assert one(database, asked).state is RequestState.READY


def test_one_whose_request_was_erased_meanwhile_is_offered_to_nobody(database, asked, tmp_path):
    with database.transaction() as db:
        db.execute(update(SubjectRequest).values(state=RequestState.CANCELLED))
    assert make_archives(database, tmp_path) == 1
    assert one(database, asked).state is RequestState.CANCELLED
    with database.transaction() as db:
        order = ArchiveOrder(asked, Subject("anouk@a.example", 1))
        actions.finish(db, order, MadeArchive("a", 1, "b", {}), kept_until=NOW, now=NOW)
    assert one(database, asked).stored_name == ""


def test_what_a_crash_left_is_purged(database, asked, tmp_path):
    folder = tmp_path / "subjects"
    make_archives(database, tmp_path)
    kept = one(database, asked).stored_name
    (folder / ".draft-1").write_bytes(b"x")
    make_older(folder / ".draft-1", timedelta(hours=1))
    assert job.purge(database, tmp_path, NOW) == 1
    assert [file.name for file in folder.iterdir()] == [kept]


def keeping(database, tmp_path):
    return job.Keeping(database, tmp_path, SessionLimits(), Periods())


def test_a_night_erases_what_is_over_and_says_so(database, asked, tmp_path):
    with database.transaction() as db:
        db.execute(update(Notice).values(created_at=OLD, state=NoticeState.GROUPED))
        cut = db.scalar(select(func.min(User.id)))
        db.execute(update(User).where(User.id == cut).values(disabled_at=OLD))
    assert job.keep_nothing_old(keeping(database, tmp_path), NOW) > 0
    with database.reading() as db:
        report = {line.key: line for line in find_last_report(db).verdicts}
        assert db.get(User, cut).erased_at == NOW
        assert find_retention_problem(db) == ""
    assert set(report) == set(DataClass) - {DataClass.WORK}
    assert report[DataClass.ACCOUNT].erased == 1
    assert report[DataClass.NOTICES].erased == 1  # the other's went with the account
    assert (report[DataClass.NOTICES].remaining_count, report[DataClass.NOTICES].overdue_count) == (
        0,
        0,
    )
    again = job.keep_nothing_old(keeping(database, tmp_path), NOW)
    assert again == 0


def test_a_class_that_fails_leaves_the_others_alone_and_is_told(
    database, asked, tmp_path, monkeypatch
):
    keep = actions.delete_old

    def some(db, key, before, limit):
        if key is DataClass.LETTERS:
            raise RuntimeError("broken")
        return keep(db, key, before, limit)

    monkeypatch.setattr(actions, "delete_old", some)
    with database.transaction() as db:
        db.execute(update(Notice).values(created_at=OLD, state=NoticeState.GROUPED))
    job.keep_nothing_old(keeping(database, tmp_path), NOW)
    with database.reading() as db:
        assert find_retention_problem(db) == "letters"
        report = {line.key: line for line in find_last_report(db).verdicts}
    assert report[DataClass.LETTERS].problem == "RuntimeError"
    assert report[DataClass.NOTICES].erased == 2


def test_killed_between_two_blocks_a_night_goes_on_where_it_was(
    database, asked, tmp_path, monkeypatch
):
    """What was committed is not done again, and what was not is."""

    class Killed(BaseException):
        pass

    keep, turns = actions.delete_old, []

    def once(db, key, before, _limit):
        if key is DataClass.NOTICES:
            turns.append(key)
            if len(turns) == 2:
                raise Killed
        return keep(db, key, before, 1)

    with database.transaction() as db:
        db.execute(update(Notice).values(created_at=OLD, state=NoticeState.GROUPED))
    monkeypatch.setattr(actions, "delete_old", once)
    with pytest.raises(Killed):
        job.keep_nothing_old(keeping(database, tmp_path), NOW)
    with database.reading() as db:
        assert db.scalar(select(func.count(Notice.id))) == 1
    job.keep_nothing_old(keeping(database, tmp_path), NOW)
    with database.reading() as db:
        assert db.scalar(select(func.count(Notice.id))) == 0
