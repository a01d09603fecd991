"""The evidence of a signature: proves itself, and nothing in it changes unseen."""

import json
import random
import subprocess
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest

from core.errors import Conflict
from data.contracts.files.evidence import _ALL, _archive, check_evidence, evidence
from data.contracts.files.renderer import render
from data.contracts.files.verification import check
from data.contracts.types import Party
from tests.data.contracts.files.papers import CONSENT, PAPER, signing


@pytest.fixture(scope="module")
def packed(signed, key):
    return evidence(signed, PAPER.number, signing(Party.CLIENT), key)


def members_of(packed):
    with ZipFile(BytesIO(packed)) as held:
        return {name: held.read(name) for name in held.namelist()}


def test_it_proves_itself_with_and_without_the_authorities(packed, key):
    assert check_evidence(packed) == ()
    assert check_evidence(packed, key.anchors) == ()
    assert list(members_of(packed)) == list(_ALL)


def test_it_says_who_when_how_and_what_was_agreed_to(packed, signed, key):
    held = members_of(packed)
    facts = json.loads(held["signature.json"])
    assert held["contrat.pdf"] == signed
    assert facts["document_sha256"] == check(signed, key.anchors).sha256
    said = facts["signature"]
    assert (said["address"], said["method"], said["consent"]) == ("192.0.2.7", "code", CONSENT)
    assert held["consentement.txt"].decode() == f"{CONSENT}\n"
    assert any("eIDAS" in each for each in facts["worth"])
    assert any("démonstration" in each for each in facts["worth"])


def test_ordinary_tools_verify_it(packed, tmp_path):
    with ZipFile(BytesIO(packed)) as held:
        held.extractall(tmp_path)
    steps = (
        "sha256sum -c SHA256SUMS",
        "openssl x509 -in certificat.pem -pubkey -noout > cle.pem",
        "openssl dgst -sha256 -verify cle.pem -signature SHA256SUMS.sig SHA256SUMS",
    )
    for step in steps:
        assert step in (tmp_path / "LISEZ-MOI.txt").read_text()
        subprocess.run(step, shell=True, cwd=tmp_path, check=True, capture_output=True)


def test_authorities_that_did_not_vouch_are_not_believed(packed, signed):
    places = {flaw.place for flaw in check_evidence(packed, [b"0"])}
    assert places == {"archive"}


def test_every_flip_is_seen(packed):
    chance = random.Random(7)
    for _ in range(60):
        at = chance.randrange(len(packed))
        changed = bytearray(packed)
        changed[at] ^= chance.randint(1, 255)
        assert check_evidence(bytes(changed)), at


@pytest.mark.parametrize("name", _ALL)
def test_a_piece_put_in_the_place_of_another_is_named(packed, name):
    held = members_of(packed)
    held[name] = held[name][:-2] + b"?\n"
    assert check_evidence(_archive(held))


def test_a_seal_that_is_not_there_has_no_evidence(key):
    with pytest.raises(Conflict):
        evidence(render(PAPER), PAPER.number, signing(Party.CLIENT), key)


def test_facts_that_are_not_of_the_seal_are_seen(signed, key):
    other = replace(signing(Party.CLIENT), name="Charlie")
    flaws = check_evidence(evidence(signed, PAPER.number, other, key))
    assert [flaw.place for flaw in flaws] == ["signature.json"]


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 100])
def test_what_is_no_evidence_is_said(content):
    assert [flaw.place for flaw in check_evidence(content)] == ["archive"]
