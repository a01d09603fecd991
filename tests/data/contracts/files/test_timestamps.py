"""The level of a seal, as high as others let it be; never a signature less."""

import pytest

from data.contracts.files.evidence import check_evidence, evidence
from data.contracts.files.keys import KeySource, seal_key
from data.contracts.files.renderer import render
from data.contracts.files.seal_writer import seal
from data.contracts.files.verification import check
from data.contracts.types import Level, Party
from tests.data.contracts.files.papers import PAPER, signing
from tests.data.contracts.files.tsa import PASSWORD, serving


@pytest.fixture(scope="module")
def machine():
    with serving() as served:
        yield served


@pytest.fixture(autouse=True)
def _well(machine):
    machine.stamps, machine.lists, machine.lies = True, True, False


@pytest.fixture(scope="module")
def own(machine, tmp_path_factory):
    """The operator's certificate, of an authority that lists what it revokes."""
    folder = tmp_path_factory.mktemp("own")
    source = KeySource(str(machine.authority.p12(folder / "seal.p12")), PASSWORD)
    return seal_key(folder / "seal", "Réseau Gaz", source, now=machine.authority.now)


def put(own, machine, url=None, party=Party.CLIENT, pdf=None):
    said = signing(party, at=machine.authority.now.replace(microsecond=0))
    return seal(pdf or render(PAPER), said, own, machine.url if url is None else url)


def levels(pdf, own):
    checked = check(pdf, own.anchors)
    assert checked.valid, checked
    return [each.level for each in checked.seals]


def test_a_seal_with_all_beside_it_is_b_lt_and_covers_it(own, machine):
    once, level = put(own, machine)
    twice, again = put(own, machine, party=Party.OPERATOR, pdf=once)
    assert (level, again) == (Level.B_LT, Level.B_LT)
    assert levels(twice, own) == [Level.B_LT, Level.B_LT]


def test_without_lists_of_what_is_revoked_it_is_b_t(own, machine):
    machine.lists = False
    made, level = put(own, machine)
    assert level is Level.B_T
    assert levels(made, own) == [Level.B_T]


def test_an_authority_that_is_down_costs_a_level_and_no_signature(own, machine):
    machine.stamps = False
    made, level = put(own, machine)
    assert level is Level.B_B
    assert levels(made, own) == [Level.B_B]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://[::1", "https://127.0.0.1:9/tsa"])
def test_an_address_where_nobody_is_costs_a_level(own, machine, url):
    assert put(own, machine, url)[1] is Level.B_B


def test_a_false_stamp_is_not_kept(own, machine):
    machine.lies = True
    made, level = put(own, machine)
    assert level is Level.B_B
    assert levels(made, own) == [Level.B_B]


def test_a_stamp_of_nobody_known_counts_for_nothing(key, machine):
    """The key for trying is of another authority."""
    made, level = put(key, machine)
    assert level is Level.B_B
    assert levels(made, key) == [Level.B_B]


def test_its_evidence_proves_itself(own, machine):
    made, _ = put(own, machine)
    said = signing(Party.CLIENT, at=machine.authority.now.replace(microsecond=0))
    assert check_evidence(evidence(made, PAPER.number, said, own), own.anchors) == ()
