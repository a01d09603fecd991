"""What the cells of a file were meant to say: proposed, never taken."""

import pytest

from data.rights.rules.adict import ROLES
from data.rights.rules.expecting import expected_of, title_of
from data.rights.rules.mending import mend
from data.rights.types import LineProblem, LineState, Repair, RightRole
from tests.factories import PCE


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Détenteur", RightRole.HOLDER_SUPPLY),
        ("titulaire (injection)", RightRole.HOLDER_INJECTION),
        ("autorisé", RightRole.AUTHORISED_SUPPLY),
        ("Autorisé injection", RightRole.AUTHORISED_INJECTION),
    ],
)
def test_a_role_in_ones_own_words_is_understood(text, role):
    assert mend("role_tiers", text) == (text, Repair.ROLE, ROLES[role])


@pytest.mark.parametrize("text", ["titulaire autorisé", "fournisseur"])
def test_a_role_that_may_be_two_or_none_is_left(text):
    assert mend("role_tiers", text) == (text, None, "")


@pytest.mark.parametrize("text", ["vers juin 2027", "3 brumaire 2027", "31 février 2027"])
def test_a_date_that_is_none_is_left(text):
    assert mend("date_fin_droit_acces", text) == (text, None, "")


def test_a_text_too_long_says_how_long_it_may_be():
    problem = LineProblem(
        line=7,
        number=PCE,
        state=LineState.REJECTED,
        column="D, Raison sociale",
        field="raison_sociale",
        code="9000000001",
        found="x" * 300,
        expected="",
        sentence="Trop long",
        params={"most": 120},
    )
    assert expected_of(problem) == "{most} caractères au plus"
    assert title_of(problem) == "Texte trop long"
