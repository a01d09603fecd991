"""What each setting may be, and which value is in force."""

from decimal import Decimal

import pytest

from core.errors import Invalid, NotFound
from data.identity.settings.rules import (
    BOUNDS,
    LONGEST,
    LONGEST_PASSAGE,
    LONGEST_SIGNATURE,
    PARTS,
    co2_grams,
    factor_on,
    foreign_hosts,
    in_force,
    key_of,
    keys,
    passage_of,
    read,
    text_of,
)
from data.identity.settings.types import Carbon, HeatingValue, Name, OperatorSettings, Passage

ORIGIN = OperatorSettings(address="12 rue du Réseau", co2_source="Base Carbone")
CONSENT = key_of(Passage.CONSENT, "fr")


def refused(key, typed):
    with pytest.raises(Invalid) as raised:
        read(key, typed)
    return str(raised.value)


def test_each_setting_is_on_one_card():
    shown = [name for names in PARTS.values() for name in names]
    assert sorted(shown) == sorted(Name)
    assert len(set(keys())) == len(Name) + 2 * len(Passage)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_is_kept_within_its_bounds_and_refused_beyond(name):
    least, most = BOUNDS[name]
    assert read(name, str(least)) == str(least)
    assert read(name, f" {most}\u00a0") == str(most)
    assert read(name, "0" + str(most)) == str(most)
    assert f"de {least} à {most}" in refused(name, str(most + 1))
    if least:
        assert "hors des bornes" in refused(name, str(least - 1))


@pytest.mark.parametrize("typed", ["", "-", "3,5", "3.0", "trente", "1e2", "٣", "--1"])
def test_what_is_no_number_is_quoted(typed):
    assert f"«\u00a0{typed}\u00a0» n’est pas un nombre entier" in refused("answer_days", typed)


@pytest.mark.parametrize("typed", ["-1", "\u22121", "+0", "1000000000000", "9" * 5000, "366"])
def test_a_whole_number_out_of_bounds_is_told_the_bounds(typed):
    assert f"{typed[:40]} est hors des bornes\u00a0: de 1 à 365" in refused("answer_days", typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0,2154", "0.2154"), (" 0.243 ", "0.243"), ("1", "1"), ("0,01", "0.01")],
)
def test_a_factor_is_written_with_either_decimal_mark(typed, kept):
    assert read("co2_factor", typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "pas un facteur"),
        ("beaucoup", "pas un facteur"),
        ("0,123456", "pas un facteur"),
        ("-0,2", "pas un facteur"),
        ("nan", "pas un facteur"),
        ("215,4", "hors des bornes"),
        ("0,001", "hors des bornes"),
        ("1,00001", "hors des bornes"),
    ],
)
def test_a_factor_that_no_gas_has_is_refused(typed, said):
    assert said in refused("co2_factor", typed)


def test_a_line_is_one_line_without_what_nobody_sees():
    assert read("operator", "  Réseau\n \u202eGaz\x07 ") == "Réseau Gaz"
    assert read("address", "") == ""
    assert "vide" in refused("operator", " \n ")
    assert "vide" in refused("co2_source", "")
    assert "61 signes" in refused("operator", "x" * 61)
    assert "balise" in refused("operator", "<b>Réseau</b>")
    assert len(read("address", "x" * LONGEST[Name.ADDRESS])) == LONGEST[Name.ADDRESS]


def test_where_to_answer_is_an_address_and_a_telephone():
    assert read("email", "Contact@Reseau.example") == "contact@reseau.example"
    assert read("email", "") == ""
    assert "adresse électronique" in refused("email", "contact")
    assert read("phone", "+33 1 99 00 12 34") == "+33 1 99 00 12 34"
    assert read("phone", "") == ""
    assert "téléphone" in refused("phone", "appelez-nous")


def test_a_basis_is_one_of_two():
    assert read("co2_basis", "pci") == "pci"
    assert "pouvoir calorifique" in refused("co2_basis", "pcx")


def test_a_passage_keeps_its_lines_and_no_tag():
    typed = "\r\nMadame, \r\n\r\n\r\n\u202eMonsieur\x07,\n 1 < 2, a < b } {\n"
    assert read(CONSENT, typed) == "Madame,\n\nMonsieur ,\n1 < 2, a < b } {"
    assert read(CONSENT, "") == ""
    assert len(read(CONSENT, "x" * LONGEST_PASSAGE)) == LONGEST_PASSAGE
    assert f"{LONGEST_PASSAGE} au plus" in refused(CONSENT, "x" * (LONGEST_PASSAGE + 1))
    long = "x" * (LONGEST_SIGNATURE + 1)
    assert f"{LONGEST_SIGNATURE} au plus" in refused(key_of(Passage.SIGNATURE, "en"), long)
    for tag in ("<b>", "</p>", "<script>", "<!--", "<?xml"):
        assert "balise" in refused(CONSENT, tag)


@pytest.mark.parametrize("blank", ["{inconnu}", "{ who }", "{}"])
def test_a_word_in_braces_is_refused_for_nothing_fills_it(blank):
    assert f"«\u00a0{blank}\u00a0» serait envoyé tel quel" in refused(CONSENT, f"Madame {blank},")


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("Madame, Monsieur.", ()),
        ("Voir https://portail.example/droits, puis (http://PORTAIL.example:80).", ()),
        ("http://gaz.example/a et https://Gaz.example./b", ("gaz.example",)),
        ("www.gaz.example?x=1", ("www.gaz.example",)),
        ("https://portail.example@ailleurs.example/", ("ailleurs.example",)),
        ("https:///rien", ()),
    ],
)
def test_links_that_leave_the_portal_are_named(text, hosts):
    assert foreign_hosts(text, "https://portail.example") == hosts


@pytest.mark.parametrize(
    "key", ["", "x", "mail.consent", "mail.x.fr", "mail.consent.de", "passages"]
)
def test_what_is_no_setting_is_not_found(key):
    assert passage_of(key) is None
    with pytest.raises(NotFound):
        read(key, "1")


def test_what_is_stored_stands_before_the_environment():
    stored = {"answer_days": "45", "co2_factor": "0.243", "co2_basis": "pci", "operator": "Gaz"}
    values = in_force(ORIGIN, stored | {CONSENT: "Madame"})
    assert (values.answer_days, values.co2_factor) == (45, Decimal("0.243"))
    assert (values.co2_basis, values.operator) == (HeatingValue.PCI, "Gaz")
    assert values.passages == {(Passage.CONSENT, "fr"): "Madame"}
    assert (values.proof_days, values.address) == (ORIGIN.proof_days, ORIGIN.address)
    assert in_force(ORIGIN, {}) == ORIGIN


def test_what_another_version_stored_is_left_aside():
    assert in_force(ORIGIN, {"answer_days": "9999", "colour": "red", "mail.x.fr": "x"}) == ORIGIN


def test_each_value_is_kept_as_the_text_that_reads_back():
    values = in_force(ORIGIN, {"longest_years": "0", "email": "a@reseau.example", CONSENT: "Oui"})
    for key in keys():
        text = text_of(values, key)
        assert text_of(in_force(values, {key: text}), key) == text
    assert text_of(values, key_of(Passage.ENDED, "fr")) == ""


def test_a_factor_per_kwh_pci_is_brought_back_to_pcs():
    higher = Carbon(Decimal("0.2154"), HeatingValue.PCS, "")
    lower = Carbon(Decimal("0.2392"), HeatingValue.PCI, "")
    assert factor_on(higher, HeatingValue.PCS) == Decimal("0.2154")
    assert round(factor_on(lower, HeatingValue.PCS), 4) == Decimal("0.2155")
    assert round(factor_on(higher, HeatingValue.PCI), 4) == Decimal("0.2391")
    assert co2_grams(1_000_000, higher) == 215_400
    assert co2_grams(0, higher) == 0
    assert co2_grams(None, higher) is None


def test_where_to_answer_is_on_one_line():
    assert OperatorSettings().contact == ""
    assert OperatorSettings(email="a@b.example").contact == "a@b.example"
    both = OperatorSettings(email="a@b.example", phone="01 99 00 12 34", co2_basis=HeatingValue.PCI)
    assert both.contact == "a@b.example · 01 99 00 12 34"
    assert both.carbon.basis is HeatingValue.PCI


@pytest.mark.parametrize("name", [Name.OPERATOR, Name.ADDRESS])
def test_what_every_contract_prints_can_be_printed(name):
    assert "U+1F525" in refused(name, "Réseau 🔥")
    assert read(name, "Réseau d’Œuilly — 3 € ①") == "Réseau d’Œuilly — 3 € ①"
    kept = {name: "日本", Name.PHONE: "01 99 00 12 34"}
    assert text_of(in_force(ORIGIN, kept), name) == text_of(ORIGIN, name)
