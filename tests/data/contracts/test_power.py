"""A proof of power kept meanwhile is named before it is replaced."""

import pytest

from core.i18n import using_language
from data.contracts.rules.proof_of_power import kept_since, mark_of
from data.contracts.types import Power

PIECE = Power(name="kbis.pdf", sha256="ab" * 32, storage_key="k")
BY_LAW = Power(himself=True)


@pytest.mark.parametrize(
    ("stands", "known", "said"),
    [
        (None, "", ""),
        (None, "law", ""),  # nothing is lost
        (Power(), "", ""),
        (PIECE, PIECE.sha256, ""),
        (BY_LAW, "law", ""),
        (PIECE, "", "kbis.pdf"),
        (PIECE, "law", "kbis.pdf"),
        (BY_LAW, "", "représentant légal"),
    ],
)
def test_what_was_kept_since_is_said(stands, known, said):
    with using_language("fr"):
        found = kept_since(stands, known)
        assert said in found if said else found == ""
        assert kept_since(stands, mark_of(stands)) == ""
