"""What was said to be done is on the disk: each commit, each file, and each file's name."""

import os
import secrets
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, text

from core.database import Database
from core.durable_files import make_folder
from core.errors import Busy, StorageFull
from core.outages import outage_of
from core.secret import kept_secret
from data.administration.subjects.files import storage as subjects
from data.contracts.files import keys
from data.controls.files.anchors import Anchors
from data.controls.files.storage import Folder
from data.exports.files import storage as exports
from data.exports.types import ExportOrder
from data.runs.files import Incoming
from jobs.job_findings import write_noted

pytestmark = pytest.mark.dialect

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def synced(monkeypatch):
    """The paths that were put on the disk, in order."""
    paths, fsync = [], os.fsync

    def note(descriptor):
        paths.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        fsync(descriptor)

    monkeypatch.setattr("os.fsync", note)
    return paths


def deposit(folder):
    file = Incoming(folder / "uploads", 100)
    file.write(b"PCE")
    return folder / "uploads" / file.keep("a.csv").stored_name


def export(folder):
    draft = exports.ExportDraft(
        folder, ExportOrder(**dict.fromkeys(ExportOrder.__slots__, None) | {"id": 1})
    )
    draft.path.write_bytes(b"PCE")
    return folder / draft.keep()[0]


def archive(folder):
    draft = subjects.draft_in(folder / "subjects")
    draft.write_bytes(b"PCE")
    return folder / "subjects" / subjects.keep(draft)[0]


def anchor(folder):
    Anchors(folder, "k").add((1, "a" * 64), NOW)
    return folder / "journal-anchors"


def secret(folder):
    kept_secret(folder / "secret-key", 48)
    return folder / "secret-key"


def seal(folder):
    keys._make(folder / "seal" / "demo.p12", "Réseau", NOW)
    return folder / "seal" / "demo.p12"


def note(folder):
    write_noted(folder / "repaired-sums.json", {"count": 1})
    return folder / "repaired-sums.json"


@pytest.mark.parametrize(
    "keep",
    [
        deposit,
        lambda at: at / Folder(at).put_object(b"PCE"),
        export,
        archive,
        anchor,
        secret,
        seal,
        note,
    ],
    ids=["deposit", "proof", "export", "archive", "anchor", "secret", "seal", "note"],
)
def test_a_file_is_on_the_disk_with_its_name_once_it_is_said_to_be_kept(tmp_path, synced, keep):
    path = keep(tmp_path)
    assert path.is_file()
    assert len(synced) >= 2
    assert synced[-1] == path.parent, "its name comes last"
    assert any(one.parent in {path.parent, *path.parent.rglob("*")} for one in synced[:-1])


def test_a_new_folder_is_on_the_disk_before_what_it_holds(tmp_path, synced):
    make_folder(tmp_path / "proofs")
    make_folder(tmp_path / "proofs")
    assert synced == [tmp_path]


def test_a_commit_is_on_the_disk_unless_it_may_be_given_up(tmp_path):
    """FULL: SQLite then syncs its log at each commit; NORMAL syncs it at a checkpoint."""
    database, found = Database(f"sqlite:///{tmp_path}/portal.db"), []

    def look(db):
        found.append(db.connection().exec_driver_sql("PRAGMA synchronous").scalar())

    for kind in ({}, {"durable": False}, {}, {"brief": True}):
        with database.transaction(**kind) as db:
            look(db)
    assert database.try_write(look)
    assert database.try_write(look, durable=True)
    database.close()
    assert found == [2, 1, 2, 2, 1, 2]


def test_a_write_that_may_be_given_up_waits_milliseconds(database):
    with database.transaction() as db:
        db.execute(text("CREATE TABLE signs (a INTEGER)" if database.sqlite else HOLD))
        begun = time.monotonic()
        asked = text("INSERT INTO signs VALUES (1)" if database.sqlite else HOLD)
        assert not database.try_write(lambda other: other.execute(asked))
        with pytest.raises(Busy), database.transaction(brief=True) as other:
            other.execute(asked)
        assert time.monotonic() - begun < 1
    assert database.try_write(lambda db: db.execute(text("SELECT 1")))


HOLD = "LOCK TABLE pces IN ACCESS EXCLUSIVE MODE"


def test_a_wait_is_the_usual_one_again_after_a_brief_one(tmp_path):
    database, waits = Database(f"sqlite:///{tmp_path}/portal.db"), []
    for brief in (False, True, False):
        with database.transaction(brief=brief) as db:
            waits.append(db.connection().exec_driver_sql("PRAGMA busy_timeout").scalar())
    database.close()
    assert waits == [20_000, 50, 20_000]


def test_a_full_disk_is_told_as_such_and_nothing_is_lost(tmp_path):
    """A real SQLITE_FULL: the file may grow no further."""
    database = Database(f"sqlite:///{tmp_path}/portal.db")
    with database.transaction() as db:
        db.execute(text("CREATE TABLE words (word TEXT)"))
        db.execute(text("INSERT INTO words VALUES ('kept')"))

    @event.listens_for(database.engine, "begin")
    def fill(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 4")

    word = secrets.token_hex(50_000)
    with pytest.raises(StorageFull, match="plein") as caught, database.transaction() as db:
        db.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})
    assert caught.value.status == 507
    assert not database.try_write(
        lambda db: db.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})
    )
    with database.reading() as db:
        assert db.scalars(text("SELECT word FROM words")).all() == ["kept"]
    database.close()


def test_a_file_beside_the_database_that_finds_no_room_is_a_full_disk(tmp_path, monkeypatch):
    from core import engines

    database = Database(f"sqlite:///{tmp_path}/portal.db")
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    engines.raise_refusal(error, database.url)
    monkeypatch.setattr(engines, "_NO_ROOM", 2**62)
    with pytest.raises(StorageFull):
        engines.raise_refusal(error, database.url)
    database.close()


def test_a_server_without_room_says_the_same(postgresql_url):
    database = Database(postgresql_url)
    raised = "DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$"
    with pytest.raises(StorageFull, match="plein"), database.transaction() as db:
        db.execute(text(raised))
    database.close()


def test_a_file_that_finds_no_room_is_a_full_disk():
    assert isinstance(outage_of(OSError(28, "No space left on device")), StorageFull)
    assert outage_of(OSError(2, "No such file")) is None
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    assert isinstance(outage_of(error), StorageFull)
    assert outage_of(ValueError()) is None
