"""Pieces moved from one store to another, and the commands around them."""

import shutil

import pytest
from click.testing import CliRunner

from core.settings import Settings
from data.controls.files.storage import Folder
from jobs.commands import storage as commands
from jobs.commands.portal import CommandPortal
from jobs.storage import Moved, move_pieces


@pytest.fixture
def stores(tmp_path):
    return Folder(tmp_path / "former"), Folder(tmp_path / "new")


def test_pieces_are_moved_under_their_keys_and_those_of_nobody_stay(stores):
    former, new = stores
    key, orphan = former.put_object(b"mandate"), former.put_object(b"orphan")
    assert move_pieces(former, new, {key}) == Moved(copied=1)
    assert new.get(key) == b"mandate"
    assert list(former.names()) == [orphan]
    assert move_pieces(former, new, {key}) == Moved(present=1)


def test_a_move_that_was_killed_goes_on_and_says_what_no_store_has(stores):
    former, new = stores
    copied, cut, fresh = (former.put_object(content) for content in (b"copied", b"cut", b"fresh"))
    new.put_as(copied, b"copied")  # killed before it was deleted here
    new.put_as(cut, b"c")
    lost = "0" * 32
    done = move_pieces(former, new, {copied, cut, fresh, lost})
    assert done == Moved(copied=2, present=1, missing=1)
    assert [new.get(key) for key in (copied, cut, fresh)] == [b"copied", b"cut", b"fresh"]
    assert list(former.names()) == []


def test_a_move_killed_while_it_wrote_a_piece_goes_on(stores, tmp_path):
    """Such a folder lists the piece, of which it has only a draft."""
    former, new = stores
    cut, moved = former.put_object(b"cut"), former.put_object(b"moved")
    move_pieces(former, new, {moved})
    for folder, key in (("new", cut), ("former", moved)):
        (tmp_path / folder / f"{key}.draft").write_bytes(b"c")
    assert move_pieces(former, new, {cut, moved}) == Moved(copied=1, present=1)
    assert [new.get(key) for key in (cut, moved)] == [b"cut", b"moved"]


@pytest.fixture
def portal(sqlite_template, tmp_path):
    shutil.copy(sqlite_template, tmp_path / "portal.db")
    portal = CommandPortal(Settings(var=tmp_path, database_url=""), lambda: "")
    yield portal
    portal.close()


def test_moving_to_where_they_are_or_from_no_store_is_a_sentence(portal):
    there = CliRunner().invoke(commands.move_proofs, ["var"], obj=portal)
    assert "changez d’abord PORTAL_PROOFS_URL" in str(there.exception)
    nowhere = CliRunner().invoke(commands.move_proofs, ["ftp://secret@host/x"], obj=portal)
    assert "« host/x » n’est pas un stockage" in str(nowhere.exception)


def test_rotating_says_the_key_of_packs_to_publish(portal, tmp_path):
    done = CliRunner().invoke(commands.rotate_key, obj=portal)
    assert done.exit_code == 0, done.output
    assert "0 secret scellé à nouveau." in done.output
    assert "Publiez la nouvelle clé" in done.output
    assert not (tmp_path / "secret-key.next").exists()
