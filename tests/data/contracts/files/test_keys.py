"""The certificate that seals: made once, or the operator's own, said when it cannot be used."""

import pytest

from core.errors import Unreadable
from data.contracts.files.keys import KeySource, pem_of, seal_key
from tests.data.contracts.files.papers import AT
from tests.data.contracts.files.tsa import PASSWORD, Authority


@pytest.fixture(scope="module")
def authority():
    return Authority("http://127.0.0.1:9/crl")


def test_the_one_for_trying_is_made_once_and_says_what_it_is(tmp_path):
    made = seal_key(tmp_path / "seal", "Réseau Gaz", KeySource(), now=AT)
    assert made.demo
    assert "DEMO" in made.owner
    assert made.expires_at > AT > made.starts_at
    assert seal_key(tmp_path / "seal", "Autre", KeySource(), now=AT) == made
    (kept,) = (tmp_path / "seal").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert made.private.hex() not in repr(made)


def test_the_operators_own_is_taken_and_the_past_is_still_believed(tmp_path, authority):
    demo = seal_key(tmp_path / "seal", "Réseau Gaz", KeySource(), now=AT)
    source = KeySource(str(authority.p12(tmp_path / "own.p12")), PASSWORD)
    own = seal_key(tmp_path / "seal", "Réseau Gaz", source, now=AT)
    assert not own.demo
    assert own.owner == "Cachet d’essai"
    assert set(demo.anchors) < set(own.anchors)
    assert PASSWORD not in repr(source)


def test_other_authorities_are_added(tmp_path, authority):
    (tmp_path / "more.pem").write_bytes(authority.pem)
    source = KeySource(anchors=str(tmp_path / "more.pem"))
    key = seal_key(tmp_path / "seal", "Réseau Gaz", source, now=AT)
    assert authority.pem.decode().split() == pem_of(key.anchors[1:]).split()


@pytest.mark.parametrize("password", ["", "faux"])
def test_a_wrong_password_is_said_with_what_to_do(tmp_path, authority, password):
    source = KeySource(str(authority.p12(tmp_path / "own.p12")), password)
    with pytest.raises(Unreadable, match=r"mot de passe est faux.*PORTAL_SEAL_PASSWORD"):
        seal_key(tmp_path / "seal", "Réseau Gaz", source, now=AT)


def test_files_that_are_not_there_or_hold_nothing_are_said(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    for source in (
        KeySource(str(tmp_path / "absent.p12")),
        KeySource(str(tmp_path / "empty")),
        KeySource(anchors=str(tmp_path / "absent.pem")),
        KeySource(anchors=str(tmp_path / "empty")),
    ):
        with pytest.raises(Unreadable):
            seal_key(tmp_path / "seal", "Réseau Gaz", source, now=AT)
