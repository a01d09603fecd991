"""What is told there of a right of ours."""

from dataclasses import dataclass
from datetime import date

import pytest

from data.exchange.mirror.rules.sendings import body_of
from data.rights.types import RightDataKind, RightRole


@dataclass(frozen=True)
class Ours:
    role: RightRole
    person: str = ""
    company: str = "LYCEE DES TILLEULS"
    postal_code: str = "99123"
    email: str = ""
    phone: str = ""
    starts_on: date | None = date(2026, 9, 1)
    ends_on: date | None = None
    supply_first: date | None = None
    supply_last: date | None = None
    injection_first: date | None = None
    injection_last: date | None = None


USUAL = {
    "raison_sociale": "LYCEE DES TILLEULS",
    "code_postal": "99123",
    "date_debut_droit_acces": "2026-09-01",
}
FLAGS = {f"perim_donnees_{name}" for name in ["contractuelles", "techniques", "informatives"]} | {
    "perim_donnees_publiees"
}


def test_a_holder_who_says_no_kind_of_data_tells_none():
    told = body_of(Ours(RightRole.HOLDER_SUPPLY), ())
    assert told == {"role_tiers": "DETENTEUR_CONTRAT_FOURNITURE", **USUAL}


@pytest.mark.parametrize("role", [RightRole.HOLDER_SUPPLY, RightRole.AUTHORISED_SUPPLY])
def test_each_kind_is_said_with_or_without_it(role):
    told = body_of(Ours(role), (RightDataKind.PUBLISHED,))
    assert {name: told[name] for name in FLAGS} == dict.fromkeys(FLAGS, "Faux") | {
        "perim_donnees_publiees": "Vrai"
    }


def test_who_is_authorised_says_each_kind_even_of_none():
    told = body_of(Ours(RightRole.AUTHORISED_INJECTION), ())
    assert {told[name] for name in FLAGS} == {"Faux"}
