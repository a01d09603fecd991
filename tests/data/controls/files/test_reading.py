"""The text layer of a proof, and what is said of it before it is sent."""

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.i18n import _, using_language
from data.controls.files import decoder
from data.controls.files.decoder import MOST_PAGES, MOST_SIGNS
from data.controls.files.text_layer import pages_of
from data.controls.rules import proof_text
from data.controls.rules.precheck import precheck, sought_in
from data.controls.rules.proof_text import ProofText, days_in, numbers_in, plain_text
from data.controls.types import ExpectedProof
from data.controls.types.pieces import CheckCode, PieceKind, SearchTerms
from data.rights.types import RightDataKind
from tests.data.controls.files.pieces import MANDATE, document, image, jpeg, pdf, saved

EXPECTED = SearchTerms(
    number="09999999910042",
    holder="LYCEE DES TILLEULS",
    third_party="Thermia Conseil SAS",
    kinds=frozenset(RightDataKind),
    first=date(2021, 9, 1),
    last=date(2027, 8, 31),
    today=date(2024, 9, 10),
)


def checks_of(pages, expected=EXPECTED):
    (checks,) = precheck(tuple(pages), [expected]).checks
    return checks


def missing(pages, expected=EXPECTED):
    return [check.code for check in checks_of(pages, expected) if not check.is_present]


def test_a_whole_mandate_lacks_nothing():
    pages = pages_of(PieceKind.PDF, pdf())
    assert "09 999 999 910 042" in pages[0]
    assert missing(pages) == []


def test_every_page_is_read_up_to_the_bounds():
    made = document("Première page")
    for _place in range(MOST_PAGES + 5):
        made.pages.append(made.pages[0])
    assert len(pages_of(PieceKind.PDF, saved(made))) == MOST_PAGES


def test_a_text_without_end_is_cut(monkeypatch):
    made = document("Première page", "suite")
    made.pages.append(made.pages[0])
    monkeypatch.setattr(decoder, "MOST_SIGNS", 30)
    assert [len(text) for text in decoder.texts(saved(made))] == [20, 10]


def test_what_is_no_document_has_no_text():
    assert decoder.texts(b"%PDF-1.7 nothing") == []


def test_what_is_off_the_page_is_not_read():
    made = document(*["ligne"] * 30, *["caché"] * 60)
    assert "ligne" in decoder.texts(saved(made))[0]
    assert decoder.texts(saved(made))[0].count("caché") < 60


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (PieceKind.JPEG, jpeg()),
        (PieceKind.PNG, image("PNG")),
        (PieceKind.PDF, b"%PDF-1.7 nothing"),
        (PieceKind.PDF, pdf("")),
    ],
)
def test_what_has_no_text_says_that_alone(kind, content):
    [check] = checks_of(pages_of(kind, content), EXPECTED)
    assert check.code is CheckCode.TEXT
    assert not check.is_present
    assert "Aucun texte à lire" in check.sentence


@pytest.mark.parametrize(
    ("code", "line", "instead"),
    [
        (CheckCode.PCE, 2, "autorise THERMIA Conseil à consulter les données du site :"),
        (CheckCode.PCE, 2, "autorise THERMIA Conseil pour le PCE 09999999910043 :"),
        (CheckCode.HOLDER, 1, "Le titulaire : SARL Lycée des Érables"),
        (CheckCode.THIRD_PARTY, 2, "autorise à consulter le PCE 09999999910042 :"),
        (CheckCode.DATE, 5, "Fait à Villeneuve. Signature"),
        (CheckCode.PERIOD, 4, "sans limite."),
        (CheckCode.KINDS, 3, "consommations publiées, contractuelles et techniques"),
        (CheckCode.KINDS, 3, "données journalières informatives, contractuelles et techniques"),
        (CheckCode.KINDS, 3, "consommations publiées, journalières et techniques"),
        (CheckCode.KINDS, 3, "consommations publiées, journalières et contractuelles"),
    ],
)
def test_each_thing_that_lacks_is_said_alone(code, line, instead):
    lines = [*MANDATE[:line], instead, *MANDATE[line + 1 :]]
    if code is CheckCode.PERIOD:
        lines[5] = "Fait le 2 septembre 2024"
    assert missing(lines) == [code]


def test_what_the_right_does_not_have_is_not_looked_for():
    bare = replace(EXPECTED, holder="", kinds=frozenset(), first=None, last=None)
    codes = {check.code for check in checks_of(MANDATE, bare)}
    assert codes == {CheckCode.TEXT, CheckCode.PCE, CheckCode.DATE, CheckCode.THIRD_PARTY}


def test_a_date_to_come_and_dates_of_the_period_alone_have_their_sentences():
    def said(line):
        checks = checks_of((*MANDATE[:5], line), EXPECTED)
        return next(check for check in checks if check.code is CheckCode.DATE)

    assert "période" in said("Fait à Villeneuve").sentence
    undated = replace(EXPECTED, first=None, last=None, today=date(2020, 1, 1))
    [check] = [c for c in checks_of(MANDATE, undated) if c.code is CheckCode.DATE]
    assert "à venir" in check.sentence
    assert said("Fait le 02.09.2024").params == {"day": "02/09/2024"}


def test_sentences_are_whole_in_both_languages():
    empty = checks_of(("une page de texte qui ne dit rien d’utile",), EXPECTED)
    for code in ("fr", "en"):
        with using_language(code):
            for check in (*empty, *checks_of(MANDATE, EXPECTED)):
                assert "{" not in _(check.sentence, **check.params)
    assert len({check.sentence for check in empty}) == len(empty)


@pytest.mark.parametrize(
    "text",
    [
        "PCE n° 09999999910042",
        "PCE : 09 99 99 99 91 00 42.",
        "09.999.999.910.042",
        "0999-9999-9100-42",
        "09\u00a0999\u202f999 910 042",
        "lot 12 09999999910042 2024",
    ],
)
def test_a_number_is_found_however_it_is_spaced(text):
    plain = plain_text((text,))
    assert ProofText(plain).has_number("09999999910042")
    assert "09999999910042" in numbers_in(plain)


@pytest.mark.parametrize("text", ["109999999910042", "0999999991004", "099999999100421", "A B C"])
def test_another_number_is_not_taken_for_it(text):
    plain = plain_text((text,))
    assert not ProofText(plain).has_number("09999999910042")
    assert "09999999910042" not in numbers_in(plain)


def test_an_annexe_tells_each_pce_that_it_covers():
    annexe = "Annexe\nGI999901 ; gi 999 902\n09999999910042\n09 999 999 910 001 tél. 01 02 03 04 05"
    assert numbers_in(plain_text((annexe,))) == {
        "GI999901",
        "GI999902",
        "09999999910042",
        "09999999910001",
    }


@given(st.from_regex(r"[0-9]{14}", fullmatch=True), st.sampled_from(["", " ", ".", "-", "\u00a0"]))
def test_every_number_written_in_twos_is_found(number, gap):
    written = gap.join(number[at : at + 2] for at in range(0, 14, 2))
    plain = plain_text((f"Le PCE {written}, à Villeneuve",))
    assert ProofText(plain).has_number(number)
    assert numbers_in(plain) == {number}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("le 2 septembre 2024", [date(2024, 9, 2)]),
        ("1er août 2024", [date(2024, 8, 1)]),
        ("5 Févr. 2024", [date(2024, 2, 5)]),
        ("2nd September 2024", [date(2024, 9, 2)]),
        ("02/09/2024 ou 2-9-2024 ou 02.09.2024", [date(2024, 9, 2)]),
        ("2024-09-02", [date(2024, 9, 2)]),
        ("31/02/2024, 2 tilleuls 2024, 45/45/2024", []),
        ("3 juin 2024 puis 4 juillet 2023", [date(2023, 7, 4), date(2024, 6, 3)]),
    ],
)
def test_days_are_read_in_figures_and_words(text, days):
    assert list(days_in(plain_text((text,)))) == days


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Le titulaire, Mme Anne-Sophie LE GOFF,", "Le Goff Anne-Sophie", True),
        ("Sté Boulangerie Œuvrard & Fils", "SARL BOULANGERIE OEUVRARD ET FILS", True),
        ("T H E R M I A  C O N S E I L", "Thermia Conseil", True),
        ("THERMIA CON-\nSEIL", "Thermia Conseil SAS", True),
        ("le conseil syndical de Thermia Énergie", "Thermia Conseil", True),
        ("Thermia, dont le siège est au conseil", "Thermia Conseil", False),
        ("royalement", "Roy", False),
        ("SA", "SA", True),
        ("rien", "Lycée des Tilleuls", False),
    ],
)
def test_a_name_is_found_without_its_form_and_in_any_order(text, name, found):
    assert ProofText(plain_text((text,))).has_name(name) is found


def test_the_text_is_read_once_for_all_controls(monkeypatch):
    read = []
    monkeypatch.setattr(proof_text, "days_in", lambda text: read.append(text) or ())
    controls = [replace(EXPECTED, number=f"{place:014}") for place in range(30)]
    found = precheck(MANDATE, controls)
    assert len(found.checks) == 30
    assert len(read) == 1


@pytest.mark.parametrize("line", ["a b ", "1 (1) ", "01/02/2020 ", "0", "2 - ", "gi 1 "])
def test_no_text_is_long_to_look_into(line):
    """On the processor: thirty controls, each with names of its own that are hard to find."""
    text = (line * MOST_SIGNS)[:MOST_SIGNS]
    names = [f"a b {place}" for place in range(30)]
    controls = [replace(EXPECTED, holder=name, third_party=name + "b") for name in names]
    start = time.thread_time()
    precheck((text,) * 3, controls)
    assert time.thread_time() - start < 10


def _date(lines, **values):
    checks = checks_of(lines, replace(EXPECTED, **values))
    return next(check for check in checks if check.code is CheckCode.DATE)


def test_a_proof_signed_after_its_right_was_declared_is_warned_of():
    late = _date(MANDATE, signed_by=date(2024, 9, 1))
    said = _(late.sentence, **late.params)
    assert not late.is_present
    assert said.startswith("La date lue est le 02/09/2024\u00a0: ")
    assert said.endswith("signée au plus tard le 01/09/2024.")
    for day in (date(2024, 9, 2), date(2024, 10, 1), None):
        assert _date(MANDATE, signed_by=day).is_present


def test_the_day_that_is_said_to_be_of_the_signature_counts_before_the_others():
    lines = (*MANDATE, "Imprimé par le portail le 8 septembre 2024")
    found = _date(lines, signed_by=date(2024, 9, 2))
    assert found.is_present
    assert found.params["day"] == "02/09/2024"


def test_what_is_sought_is_signed_by_the_day_that_the_drawer_says():
    expected = ExpectedProof(
        number="1", holder="", third_party="", kinds=frozenset(), first=None, last=None,
        starts_on=None, ends_on=None, consented_on=None, declared_on=date(2024, 9, 5),
    )  # fmt: skip
    assert sought_in(expected, EXPECTED.today).signed_by == date(2024, 9, 5)
    agreed = replace(expected, consented_on=date(2024, 9, 3))
    assert sought_in(agreed, EXPECTED.today).signed_by == date(2024, 9, 3)
