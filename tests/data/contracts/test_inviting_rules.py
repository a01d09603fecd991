"""What is wrong with the people whom a dossier names, line by line."""

import pytest

from data.contracts.rules.invitations import addresses_in, faults_in

SIGNER, MEMBERS = "bob@thermia.example", {"ana@thermia.example"}


def test_lines_are_those_that_were_typed():
    found = list(addresses_in("a@b.example\n\n c@d.example ; e@f.example,\n"))
    assert found == [(1, "a@b.example"), (3, "c@d.example"), (3, "e@f.example")]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("nobody", "adresse électronique"),
        ("a@a", "adresse électronique"),
        ("BOB@thermia.example", "signe"),
        ("ana@thermia.example", "votre organisation"),
    ],
)
def test_each_wrong_line_is_said_by_its_number(typed, word):
    ((sentence, blanks),) = faults_in(f"lea@thermia.example\n{typed}", SIGNER, MEMBERS)
    assert word in sentence
    assert blanks == {"line": 2, "found": typed}


def test_all_of_them_are_said_and_an_account_elsewhere_is_not_looked_for():
    assert len(faults_in("a@a\nb@b\nzoe@ailleurs.example", SIGNER, MEMBERS)) == 2
