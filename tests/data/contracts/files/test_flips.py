"""No octet of a signed contract changes unseen: 30 of them here, 1,000 in `make proofs`.

Two things see it. The digest of the last seal covers every octet but its own place: there, a flip
is ALTERED (or the file opens no more). In its own place, from `<` to `>`, the strict form of
`containers` and the signature itself see it. Beside both, the SHA-256 that is kept always differs.
"""

import random
from hashlib import sha256
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from data.contracts.files.keys import pem_of
from data.contracts.files.verification import check
from data.contracts.types import SealFault
from tests.choosing import size
from tests.pdfsig import said_of

FLIPS = size("PORTAL_FLIPS", 30)


def flips(octets, places, count):
    chance = random.Random(7)
    for _ in range(count):
        at = chance.choice(places)
        yield at, octets[:at] + bytes([octets[at] ^ chance.randint(1, 255)]) + octets[at + 1 :]


def own_place(pdf):
    """That of the last seal, which it does not cover."""
    _, start, stop, _ = list(PdfFileReader(BytesIO(pdf)).embedded_signatures[-1].byte_range)
    return range(start, stop)


def test_every_flip_is_seen(signed, key):
    kept, own = sha256(signed).hexdigest(), own_place(signed)
    for at, changed in flips(signed, range(len(signed)), FLIPS):
        checked = check(changed, key.anchors)
        assert checked.sha256 != kept
        assert not checked.valid, at
        if at not in own and checked.seals:
            assert (
                SealFault.ALTERED in checked.all_faults or SealFault.FORGED in checked.all_faults
            ), at


def test_every_flip_in_the_place_of_the_seal_is_seen(signed, key):
    """Where the signature itself is blind: its figures, what is beside it, and the zeros."""
    own = own_place(signed)
    figures = range(own.start, own.start + 4100)  # nearly all that is not a zero
    half = FLIPS // 2
    for places in (figures, range(figures.stop, own.stop)):
        for at, changed in flips(signed, places, half):
            assert not check(changed, key.anchors).valid, at - own.start


def test_a_flip_in_an_amended_contract_is_seen(amended, key):
    for at, changed in flips(amended, range(len(amended)), max(5, FLIPS // 20)):
        assert not check(changed, key.anchors).valid, at


@pytest.mark.slow
def test_pdfsig_sees_every_flip_that_a_seal_covers(signed, key, tmp_path):
    own = own_place(signed)
    covered = [at for at in range(len(signed)) if at not in own]
    for at, changed in flips(signed, covered, FLIPS // 2):
        said = said_of(changed, pem_of(key.anchors), tmp_path)
        assert len(said) < 2 or not said[-1].valid or not said[-1].whole, at
