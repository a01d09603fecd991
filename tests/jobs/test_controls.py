"""What is stored of proofs: the pieces that a row names, and nothing else for long."""

from datetime import timedelta

import pytest

from core.settings import Settings
from data.controls import actions
from data.controls.files.storage import Folder
from data.controls.queries import unscoped
from data.controls.types import NewPiece, PieceKind
from jobs.commands.portal import CommandPortal
from jobs.commands.schedule import jobs_of
from jobs.storage import delete_orphans
from tests.data.controls.proofs import asked, make_rights
from tests.factories import NOW, make_older, make_people


@pytest.fixture
def storage(tmp_path):
    return Folder(tmp_path / "proofs")


def put(storage, tmp_path, days):
    """A content that came *days* ago; its key."""
    key = storage.put_object(b"x")
    make_older(tmp_path / "proofs" / key, timedelta(days=days))
    return key


def test_what_nobody_refers_to_goes_after_an_hour(database, bob, dora, storage, tmp_path):
    known, lost, fresh = (put(storage, tmp_path, days) for days in (3, 3, 0.02))
    with database.transaction() as db:
        make_people(db)
        uids = asked(db, dora, make_rights(db))
        piece = NewPiece("a.pdf", PieceKind.PDF, 1, "0" * 64, known)
        deposit = actions.stage(db, bob, uids[:1], [piece], now=NOW).uid
    assert delete_orphans(database, storage, unscoped.list_stored_keys) == 1
    assert sorted(storage.names()) == sorted((known, fresh))
    assert lost not in set(storage.names())
    with database.transaction() as db:
        actions.unstage(db, bob, deposit)
    make_older(tmp_path / "proofs" / fresh, timedelta(hours=1))
    assert delete_orphans(database, storage, unscoped.list_stored_keys) == 2
    assert not list(storage.names())
    assert delete_orphans(database, storage, unscoped.list_stored_keys) == 0


def test_the_clock_does_it(tmp_path, monkeypatch):
    storage = Folder(tmp_path / "proofs")
    put(storage, tmp_path, 3)
    portal = CommandPortal(Settings(var=tmp_path, secret_key="k" * 48), lambda: "")
    assert jobs_of(portal)["purge_proofs"].work(NOW) == 1
    portal.close()
    assert not list(storage.names())
