"""The checks of a declaration, each with its code (domain.md §2.5)."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rights.rules.declarations import read_declaration, years_after
from data.rights.types import DeclarationForm, Delays, RightDataKind, RightRole
from tests.data.rights.declarations import DELAYS, GOOD, HOLDER, INJECTION, TODAY, asked


def problems(one, delays=DELAYS):
    declared, found = read_declaration(one, TODAY, delays)
    assert (declared is None) == bool(found)
    return [(p.check, p.code, p.field, p.http) for p in found]


def test_a_good_declaration_is_understood_whole():
    declared, found = read_declaration(GOOD, TODAY, DELAYS)
    assert not found
    assert declared.role is RightRole.AUTHORISED_SUPPLY
    assert (declared.holder, declared.person) == ("Lycée des Tilleuls", "")
    assert declared.kinds == frozenset(RightDataKind)
    assert (declared.starts_on, declared.ends_on) == (date(2026, 9, 1), date(2028, 8, 31))
    assert (declared.supply_first, declared.supply_last) == (date(2023, 9, 1), date(2028, 8, 31))
    assert (declared.injection_first, declared.injection_last) == (None, None)


def test_spaces_and_capitals_of_a_number_an_address_and_a_phone_do_not_matter():
    one = asked(
        id_pce=" 0999 9999 910001 ",
        courriel_titulaire=" Alice@Tilleuls.example",
        numero_telephone_mobile_titulaire="06 00.00-00 00",
        role_tiers="autorise_contrat_fourniture",
    )
    declared, found = read_declaration(one, TODAY, DELAYS)
    assert not found
    assert declared == read_declaration(GOOD, TODAY, DELAYS)[0]


def test_a_holder_gives_a_role_a_name_and_a_postal_code_and_may_read_everything():
    declared, found = read_declaration(HOLDER, TODAY, DELAYS)
    assert not found
    assert declared.kinds == frozenset(RightDataKind)
    assert (declared.starts_on, declared.supply_first, declared.email) == (None, None, "")
    assert not problems(replace(HOLDER, role_tiers="DETENTEUR_CONTRAT_INJECTION"))


def test_an_injection_has_its_own_days_and_no_informative_data():
    declared, found = read_declaration(INJECTION, TODAY, DELAYS)
    assert not found
    assert declared.kinds == frozenset(RightDataKind) - {RightDataKind.INFORMATIVE}
    assert (declared.injection_first, declared.supply_first) == (date(2024, 1, 1), None)
    unsaid = replace(INJECTION, perim_donnees_informatives="")
    assert read_declaration(unsaid, TODAY, DELAYS)[0] == declared


CASES = [
    ({"id_pce": "12"}, [(1, "1000000037", "id_pce", 400)]),
    ({"id_pce": ""}, [(1, "1000000037", "id_pce", 400)]),
    ({"id_pce": "9999999910001"}, [(1, "1000000037", "id_pce", 400)]),  # a zero was lost
    ({"role_tiers": ""}, [(3, "2000000006", "role_tiers", 400)]),
    ({"role_tiers": "PATRON"}, [(3, "2000000006", "role_tiers", 400)]),
    ({"raison_sociale": ""}, [(4, "1000000026", "raison_sociale", 400)]),
    ({"raison_sociale": "x" * 201}, [(4, "9000000004", "raison_sociale", 400)]),
    ({"nom_titulaire": "Durand"}, [(5, "1000000039", "nom_titulaire", 400)]),
    (
        {"nom_titulaire": "x" * 41, "raison_sociale": ""},
        [(4, "9000000004", "nom_titulaire", 400)],
    ),
    ({"code_postal": ""}, [(6, "1000000027", "code_postal", 400)]),
    ({"code_postal": "9912"}, [(6, "1000000036", "code_postal", 400)]),
    ({"code_postal": "９９１２３"}, [(6, "1000000036", "code_postal", 400)]),
    ({"courriel_titulaire": ""}, [(7, "1000000028", "courriel_titulaire", 400)]),
    ({"courriel_titulaire": "a@b"}, [(7, "1000000024", "courriel_titulaire", 400)]),
    *(
        ({"courriel_titulaire": wrong}, [(7, "1000000024", "courriel_titulaire", 400)])
        for wrong in ("a@[127.0.0.1]", "a@127.0.0.1", "a@-b.fr", "a@b..fr")
    ),
    ({"courriel_titulaire": "a@b.fr, c@d.fr"}, [(7, "1000000024", "courriel_titulaire", 400)]),
    ({"courriel_titulaire": "x" * 100 + "@b.fr"}, [(7, "1000000024", "courriel_titulaire", 400)]),
    (
        {"numero_telephone_mobile_titulaire": "0100000000"},
        [(8, "9000000008", "numero_telephone_mobile_titulaire", 400)],
    ),
    (
        {"perim_donnees_contractuelles": ""},
        [(9, "1000000031", "perim_donnees_contractuelles", 400)],
    ),
    (
        {"perim_donnees_contractuelles": "OUI"},
        [(9, "9000000009", "perim_donnees_contractuelles", 400)],
    ),
    ({"perim_donnees_techniques": ""}, [(9, "9000000009", "perim_donnees_techniques", 400)]),
    ({"perim_donnees_publiees": "yes"}, [(9, "9000000009", "perim_donnees_publiees", 400)]),
    (
        dict.fromkeys(
            (
                "perim_donnees_contractuelles",
                "perim_donnees_techniques",
                "perim_donnees_informatives",
                "perim_donnees_publiees",
            ),
            "Faux",
        ),
        [(10, "9000000010", "perim_donnees_publiees", 400)],
    ),
    ({"perim_donnees_conso_debut": ""}, [(11, "1000000041", "perim_donnees_conso_debut", 400)]),
    ({"perim_donnees_conso_fin": ""}, [(11, "9000000011", "perim_donnees_conso_fin", 400)]),
    (
        {"perim_donnees_conso_fin": "31/08/2028"},
        [(11, "9000000011", "perim_donnees_conso_fin", 400)],
    ),
    (
        {"perim_donnees_inj_debut": "2024-01-01"},
        [(12, "9000000012", "perim_donnees_inj_debut", 400)],
    ),
    ({"date_debut_droit_acces": ""}, [(13, "9000000013", "date_debut_droit_acces", 400)]),
    ({"date_fin_droit_acces": "2028-02-30"}, [(13, "9000000013", "date_fin_droit_acces", 400)]),
    (
        {"date_debut_droit_acces": "2026-11-25"},
        [(14, "9000000014", "date_debut_droit_acces", 409)],
    ),
    (
        {"date_fin_droit_acces": "2026-11-23", "perim_donnees_conso_fin": "2026-11-23"},
        [(14, "9000000014", "date_fin_droit_acces", 409)],
    ),
    (
        {"perim_donnees_conso_debut": "2026-11-25"},
        [(15, "1000000022", "perim_donnees_conso_debut", 409)],
    ),
    (
        {"perim_donnees_conso_fin": "2023-08-31"},
        [(15, "1000000022", "perim_donnees_conso_fin", 409)],
    ),
    (
        {"perim_donnees_conso_fin": "2028-09-01"},
        [(15, "1000000022", "perim_donnees_conso_fin", 409)],
    ),
    ({"date_fin_droit_acces": "2029-09-02"}, [(16, "9000000016", "date_fin_droit_acces", 409)]),
    ({"libelle_site": "x" * 81}, [(0, "9000000000", "libelle_site", 400)]),
    ({"date_consentement": "hier"}, [(0, "9000000000", "date_consentement", 400)]),
    ({"date_consentement": "2026-11-25"}, [(0, "9000000000", "date_consentement", 400)]),
]


@pytest.mark.parametrize(("spoilt", "found"), CASES)
def test_each_check_has_its_code_its_field_and_its_status(spoilt, found):
    assert problems(asked(**spoilt)) == found


@pytest.mark.parametrize(
    ("spoilt", "found"),
    [
        ({"perim_donnees_inj_debut": ""}, (12, "9000000012", "perim_donnees_inj_debut", 400)),
        ({"perim_donnees_inj_fin": ""}, (12, "1000000048", "perim_donnees_inj_fin", 400)),
        (
            {"perim_donnees_conso_debut": "2024-01-01"},
            (12, "9000000012", "perim_donnees_conso_debut", 400),
        ),
        (
            {"perim_donnees_informatives": "Vrai"},
            (9, "9000000009", "perim_donnees_informatives", 400),
        ),
        (
            {"perim_donnees_inj_debut": "2026-12-01"},
            (15, "1000000022", "perim_donnees_inj_debut", 409),
        ),
    ],
)
def test_the_checks_of_an_injection(spoilt, found):
    assert problems(replace(INJECTION, **spoilt)) == [found]


def test_every_problem_is_said_at_once_in_the_order_of_the_checks():
    found = problems(DeclarationForm(role_tiers="AUTORISE_CONTRAT_FOURNITURE"))
    checks = [check for check, *_ in found]
    assert checks == sorted(checks)
    assert set(checks) == {1, 4, 6, 7, 9, 11, 13}


def test_today_is_late_enough_and_soon_enough():
    day = TODAY.isoformat()
    one = asked(
        date_debut_droit_acces=day,
        date_fin_droit_acces=day,
        perim_donnees_conso_debut=day,
        perim_donnees_conso_fin=day,
        date_consentement=day,
    )
    assert not problems(one)


def test_the_longest_duration_is_a_setting():
    long = asked(date_debut_droit_acces="2020-01-01", date_fin_droit_acces="2030-01-01")
    assert problems(long) == [(16, "9000000016", "date_fin_droit_acces", 409)]
    assert not problems(long, Delays(longest_years=0))
    assert not problems(long, Delays(longest_years=10))
    assert not problems(asked(date_fin_droit_acces="2029-09-01"))


def test_years_later_is_the_same_day_or_the_last_of_february():
    assert years_after(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert years_after(date(9998, 1, 1), 3) == date.max


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["Vrai", "Faux", "2026-01-01", "99123", "a@b.fr", "\0", "0001-01-01", "٢٠٢٤"]),
)


@given(st.fixed_dictionaries({field.name: WORDS for field in fields(DeclarationForm)}))
def test_whatever_is_written_is_taken_or_refused_with_reasons(words):
    declared, found = read_declaration(DeclarationForm(**words), TODAY, DELAYS)
    assert (declared is None) == bool(found)
    for problem in found:
        assert problem.sentence.format(**problem.params)
        assert problem.code


@pytest.mark.parametrize("length", [201, 400, 5000])
def test_a_text_too_long_is_said_with_what_is_allowed_alone(length):
    (found,) = read_declaration(replace(GOOD, raison_sociale="x" * length), TODAY, DELAYS)[1]
    assert found.params == {"most": 200}


def test_a_pce_that_is_not_there_is_asked_for():
    (found,) = read_declaration(replace(GOOD, id_pce=""), TODAY, DELAYS)[1]
    assert found.sentence == "Indiquez le PCE."


def test_a_name_is_read_without_what_turns_its_direction_round():
    turned = asked(raison_sociale="Ly\u202ecée\u202c", libelle_site="\u2067Nord\u2069\u200f")
    declared, _ = read_declaration(turned, TODAY, DELAYS)
    assert (declared.company, declared.site) == ("Lycée", "Nord")
    alone, problems = read_declaration(asked(raison_sociale="\u202e\u061c"), TODAY, DELAYS)
    assert alone is None
    assert [problem.field for problem in problems] == ["raison_sociale"]
