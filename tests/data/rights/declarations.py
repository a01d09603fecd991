"""Declarations for tests: a good one, whose fields each test may spoil."""

from dataclasses import replace
from datetime import date

from data.rights.types import DeclarationForm, Delays
from tests.factories import PCE

TODAY = date(2026, 11, 24)
DELAYS = Delays()
GOOD = DeclarationForm(
    id_pce=PCE,
    role_tiers="AUTORISE_CONTRAT_FOURNITURE",
    raison_sociale="Lycée des Tilleuls",
    code_postal="99123",
    courriel_titulaire="alice@tilleuls.example",
    numero_telephone_mobile_titulaire="0600000000",
    date_debut_droit_acces="2026-09-01",
    date_fin_droit_acces="2028-08-31",
    perim_donnees_conso_debut="2023-09-01",
    perim_donnees_conso_fin="2028-08-31",
    perim_donnees_contractuelles="Vrai",
    perim_donnees_techniques="Vrai",
    perim_donnees_informatives="Vrai",
    perim_donnees_publiees="Vrai",
)
HOLDER = DeclarationForm(
    id_pce=PCE,
    role_tiers="DETENTEUR_CONTRAT_FOURNITURE",
    raison_sociale="Lycée des Tilleuls",
    code_postal="99123",
)
INJECTION = replace(
    GOOD,
    role_tiers="AUTORISE_CONTRAT_INJECTION",
    perim_donnees_conso_debut="",
    perim_donnees_conso_fin="",
    perim_donnees_inj_debut="2024-01-01",
    perim_donnees_inj_fin="2028-08-31",
    perim_donnees_informatives="Faux",
)


def asked(**fields: str) -> DeclarationForm:
    return replace(GOOD, **fields)
