"""What a sheet would do, told before it does it: by lines kept, or by people invited."""

import pytest

from components.admin.people_sheet import SENT
from components.sheet_pages import sheet_page
from components.sheets import file_name, preview, problems_card, repair, saved_lines_text
from core.access import Role
from data.administration.people.types import NewInvitation, PersonLine
from data.runs.types import SheetProblem, SheetSorted
from tests.components.thresholds.test_listing import text_of

KEPT = saved_lines_text("/seuils")
ZOE = PersonLine(2, NewInvitation("zoe@n.example", "Zoé", Role.CLIENT))


def problem(
    line, message="Ligne {line}, colonne «\u00a0PCE\u00a0»\u00a0: ce PCE est introuvable.", **blanks
):
    return SheetProblem(line, "PCE", message, {"line": line, **blanks})


def test_problems_are_grouped_by_what_repairs_them():
    said = text_of(problems_card([*(problem(line) for line in range(2, 14)), problem(3, "Autre.")]))
    assert "Ce PCE est introuvable." in said
    assert "2, 3, 4, 5, 6, 7, 8, 9 et 4 autres" in said
    assert "13 problèmes" in said


def test_each_value_that_is_refused_alike_is_shown():
    said = "Ligne {line}, colonne «\u00a0Unité\u00a0»\u00a0: {found} n’est pas l’une de : €."
    shown = text_of(problems_card([problem(n, said, found=f"u{n % 2}") for n in (2, 3, 4)]))
    assert "U0 n’est pas l’une de : €." in shown
    assert "Aussi\u00a0: «\u00a0u1\u00a0»." in shown
    assert "2, 3, 4" in shown


def test_who_is_refused_is_named_and_an_address_stays_as_it_is_written():
    known = "Ligne {line}, colonne «\u00a0Nom\u00a0»\u00a0: {email} a déjà un compte."
    two = [problem(2, known, email="zoe@n.example"), problem(3, known, email="max@n.example")]
    assert repair(two[0]) == "zoe@n.example a déjà un compte."
    assert "max@n.example a déjà un compte." in text_of(problems_card(two))


@pytest.mark.parametrize(
    ("words", "found", "said"),
    [
        (
            KEPT,
            SheetSorted((1,) * 5, ((1, 1),), 2, (problem(3),)),
            "Les lignes valides peuvent être",
        ),
        (KEPT, SheetSorted((1,)), "Tout est correct"),
        (KEPT, SheetSorted(same=4), "Rien à enregistrer"),
        (
            SENT,
            SheetSorted((ZOE,), problems=(problem(3),)),
            ("Les lignes valides peuvent être envoyées"),
        ),
        (SENT, SheetSorted((ZOE,) * 21), "les 20 premières sur 21"),
        (SENT, SheetSorted(problems=(problem(3),)), "Rien à envoyer"),
    ],
)
def test_a_preview_says_what_would_be_done(words, found, said):
    shown = text_of(preview("feuille.csv", found, words))
    assert "feuille.csv" in shown
    assert said in shown


def test_what_is_confirmed_and_done_is_counted():
    found = SheetSorted((1,) * 5, ((1, 1),), 2)
    assert KEPT.confirm(found) == "Enregistrer 6 lignes"
    assert "5 lignes ajoutées, 1 changée" in text_of(KEPT.done(found, "x.csv"))
    assert file_name({}) == ""
    assert "Modèle vide" in text_of(sheet_page("seuils"))
