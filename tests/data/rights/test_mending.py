"""What the cells of a file were meant to say: proposed, never taken."""

import pytest

from data.rights.rules.adict import ROLES
from data.rights.rules.expected_values import expected_of, title_of
from data.rights.rules.repairs import Order, order_of, repair_value, with_month_first
from data.rights.types import LineProblem, LineState, Repair, RightRole
from tests.factories import PCE


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Détenteur", RightRole.HOLDER_SUPPLY),
        ("Titulaire, contrat de fourniture", RightRole.HOLDER_SUPPLY),  # as the screen says it
        ("titulaire (injection)", RightRole.HOLDER_INJECTION),
        ("autorisé", RightRole.AUTHORISED_SUPPLY),
        ("Autorisé injection", RightRole.AUTHORISED_INJECTION),
    ],
)
def test_a_role_in_ones_own_words_is_understood(text, role):
    assert repair_value("role_tiers", text) == (text, Repair.ROLE, ROLES[role])


@pytest.mark.parametrize("text", ["titulaire autorisé", "fournisseur"])
def test_a_role_that_may_be_two_or_none_is_left(text):
    assert repair_value("role_tiers", text) == (text, None, "")


def test_a_short_date_may_have_its_month_first():
    assert repair_value("date_debut_droit_acces", "11/30/28") == (
        "11/30/28",
        Repair.DATE_ORDER,
        "2028-11-30",
    )


@pytest.mark.parametrize(
    ("text", "order", "month_first"),
    [
        ("25/09/2024", Order.DAY, ""),
        ("09/25/2024", Order.MONTH, ""),
        ("9-25-24", Order.MONTH, ""),
        ("02/03/2026", None, "2026-02-03"),
        ("02/03/26", None, "2026-02-03"),
        ("03/03/2026", None, ""),
        ("31/31/2026", None, ""),
        ("2026-02-03", None, ""),
        ("", None, ""),
    ],
)
def test_a_date_in_figures_proves_its_order_or_may_be_read_both_ways(text, order, month_first):
    assert (order_of(text), with_month_first(text)) == (order, month_first)


@pytest.mark.parametrize("text", ["vers juin 2027", "3 brumaire 2027", "31 février 2027"])
def test_a_date_that_is_none_is_left(text):
    assert repair_value("date_fin_droit_acces", text) == (text, None, "")


@pytest.mark.parametrize(
    ("written", "repair", "number"),
    [
        ("9999991575084.0", Repair.PCE_SIGNS, "09999991575084"),
        ("9999991575084,0", Repair.PCE_SIGNS, "09999991575084"),
        ("0999999.1234567", Repair.PCE_SIGNS, "09999991234567"),
        ("0999-9991-234567", Repair.PCE_SIGNS, "09999991234567"),
        ("9.999999157508E+12", Repair.PCE_POWER, "09999999157508"),
        ("0999999\u200b1234567", Repair.UNSEEN, "09999991234567"),
        ("\ufeff0999 9991 234567", Repair.UNSEEN, "0999 9991 234567"),
        ("０９９９９９９１２３４５６７", Repair.UNSEEN, "09999991234567"),
        ("9999991\u00ad234567", Repair.PCE_ZERO, "09999991234567"),
    ],
)
def test_a_pce_spoilt_by_signs_is_proposed_whole(written, repair, number):
    assert repair_value("id_pce", written) == (written, repair, number)


@pytest.mark.parametrize("written", ["9.9999991575E+12", "0999999157508.0"])
def test_a_pce_that_lost_digits_is_left(written):
    assert repair_value("id_pce", written) == (written, None, "")


@pytest.mark.parametrize(
    ("field", "written", "repair", "proposed"),
    [
        ("perim_donnees_publiees", "1.0", Repair.FLAG_WORD, "Vrai"),
        ("perim_donnees_publiees", "1,0", Repair.FLAG_WORD, "Vrai"),
        ("perim_donnees_publiees", "0,0", Repair.FLAG_WORD, "Faux"),
        ("perim_donnees_publiees", "OUI\u200b", Repair.UNSEEN, "Vrai"),
        ("date_fin_droit_acces", "46327,0", Repair.DATE_SERIAL, "2026-11-01"),
        ("date_fin_droit_acces", "46327.00", Repair.DATE_SERIAL, "2026-11-01"),
        ("date_fin_droit_acces", "20261101.0", Repair.DATE_WORDS, "2026-11-01"),
        ("code_postal", "9910\u200b0", Repair.UNSEEN, "99100"),
    ],
)
def test_what_a_spreadsheet_or_a_paste_added_is_proposed_out(field, written, repair, proposed):
    assert repair_value(field, written) == (written, repair, proposed)


@pytest.mark.parametrize(
    ("field", "written"),
    [("perim_donnees_publiees", "2,0"), ("date_fin_droit_acces", "46327,25")],
)
def test_a_figure_that_says_nothing_is_left(field, written):
    assert repair_value(field, written) == (written, None, "")


def test_a_text_too_long_says_how_long_it_may_be():
    problem = LineProblem(
        line=7,
        number=PCE,
        state=LineState.REJECTED,
        column="D, Raison sociale",
        field="raison_sociale",
        code="9000000001",
        cell_text="x" * 300,
        expected="",
        sentence="Trop long",
        params={"most": 120},
    )
    assert expected_of(problem) == "{most} caractères au plus"
    assert title_of(problem) == "Texte trop long"
