"""Pieces kept under random names: a folder and a bucket keep the same promises."""

import stat
import urllib.request
from datetime import timedelta

import pytest
from moto.server import ThreadedMotoServer

from core.errors import Unavailable, Unreadable
from data.controls.files.storage import Folder, digest_of, is_key, new_key, read_piece, storage_at


@pytest.fixture(scope="module")
def server():
    """A server that speaks S3, with a bucket; requests are dated by the real clock."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    asked = urllib.request.Request(f"http://{host}:{port}/preuves", method="PUT")
    urllib.request.urlopen(asked).close()
    yield f"{host}:{port}"
    moto.stop()


@pytest.fixture(params=["folder", "bucket"])
def storage(request, tmp_path):
    if request.param == "folder":
        return storage_at("", tmp_path)
    place = request.getfixturevalue("server")
    return storage_at(
        f"s3+http://key:se%2Fcret@{place}/preuves/{new_key()}?region=eu-west-3", tmp_path
    )


def test_what_is_put_is_got_whole(storage):
    contents = [b"a", bytes(range(256)) * 16_000, b""]
    keys = [storage.put_object(content) for content in contents]
    assert all(map(is_key, keys))
    assert len(set(keys)) == 3
    assert [storage.get(key) for key in keys] == contents
    assert list(storage.names()) == sorted(keys)


def test_the_same_content_has_two_keys(storage):
    first, second = storage.put_object(b"a"), storage.put_object(b"a")
    storage.delete(first)
    assert storage.get(second) == b"a"


def test_what_is_deleted_is_gone_and_may_be_deleted_again(storage):
    key = storage.put_object(b"a")
    storage.delete(key)
    storage.delete(key)
    with pytest.raises(Unreadable, match="plus dans le stockage"):
        storage.get(key)
    assert list(storage.names()) == []


@pytest.mark.parametrize("key", ["../portal.db", "/etc/passwd", "", "a" * 31, "A" * 32, "."])
def test_what_is_no_key_reaches_nothing(storage, key, tmp_path):
    (tmp_path / "portal.db").write_bytes(b"kept")
    with pytest.raises(Unreadable):
        storage.get(key)
    storage.delete(key)
    assert (tmp_path / "portal.db").read_bytes() == b"kept"


def test_only_what_was_put_before_is_listed(storage):
    key = storage.put_object(b"a")
    assert list(storage.names(older_than=timedelta(hours=1))) == []
    assert list(storage.names(older_than=timedelta(hours=-1))) == [key]


def test_a_piece_changed_in_the_store_is_not_given(storage):
    key = storage.put_object(b"a")
    assert read_piece(storage, key, digest_of(b"a")) == b"a"
    with pytest.raises(Unreadable, match="abîmée"):
        read_piece(storage, key, digest_of(b"b"))


def test_a_folder_is_its_owners_alone(tmp_path):
    key = storage_at("", tmp_path).put_object(b"a")
    path = tmp_path / "proofs" / key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_that_is_not_there_yet_has_nothing(tmp_path):
    assert list(Folder(tmp_path / "proofs").names()) == []


def test_without_a_key_in_its_address_a_bucket_uses_those_of_the_machine(
    server, tmp_path, monkeypatch
):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    kept = storage_at(f"s3+http://{server}/preuves", tmp_path)
    assert kept.get(kept.put_object(b"a")) == b"a"


def test_a_disk_that_fills_leaves_no_key(tmp_path, monkeypatch):
    """What is left has no key that anybody holds, and is listed to be erased."""

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    kept = Folder(tmp_path)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="space"):
        kept.put_object(b"a")
    [left] = kept.names()
    with pytest.raises(Unreadable):
        kept.get(left)
    kept.delete(left)
    assert list(tmp_path.iterdir()) == []


def test_a_bucket_that_is_down_says_so_and_loses_nothing(server, tmp_path):
    gone = storage_at("s3+http://key:secret@127.0.0.1:9/preuves", tmp_path)
    for ask in (
        lambda: gone.put_object(b"a"),
        lambda: gone.get(new_key()),
        lambda: gone.delete(new_key()),
        lambda: list(gone.names()),
    ):
        with pytest.raises(Unavailable, match="rien n’est perdu"):
            ask()
    nowhere = storage_at(f"s3+http://key:secret@{server}/absent", tmp_path)
    for ask in (lambda: nowhere.put_object(b"a"), lambda: nowhere.get(new_key())):
        with pytest.raises(Unavailable):
            ask()


@pytest.mark.parametrize("url", ["http://a.example/b", "s3://a.example", "s3:///b", "proofs"])
def test_an_address_that_is_none_is_said_at_once(url, tmp_path):
    with pytest.raises(ValueError, match=r".*"):
        storage_at(url, tmp_path)
