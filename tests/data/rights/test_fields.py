"""Each field of the right object (domain.md §2.3): what holds it here, and where it is shown."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from components.rights.filters import RightListParams
from components.rights.rows import columns, grid_row
from data.rights.actions import revoke
from data.rights.queries import get_right
from data.rights.rules.adict import FLAGS, ROLES
from data.rights.types import (
    DeclarationOrigin,
    EndSource,
    ProofState,
    RightDataKind,
    RightSort,
    RightState,
    RightTrigger,
)
from tests.data.rights.conftest import accepted, answer, asking, right_of, tokens
from tests.data.rights.declarations import GOOD, HOLDER
from tests.factories import NOW, PCE

S = RightState
CLOSED = "closed_at", "source"  # what a right ends with, whatever its last state is


def closed(state):
    """When, and to what it is put down: only of a right that ended so."""
    return (
        lambda row: row.closed_at if row.state is state else None,
        lambda row: row.source if row.state is state else None,
    )


# By field of the object: the column of the whole view, and how it is told of a right's row.
FIELDS = {
    "id_droit_acces": ("uid", lambda row: row.uid),
    "id_pce": (RightSort.NUMBER, lambda row: row.number),
    "role_tiers": ("role", lambda row: ROLES[row.role]),
    "raison_sociale_du_tiers": ("third_party", lambda row: row.third_party),
    "nom_titulaire": (RightSort.HOLDER, lambda row: row.person),
    "raison_sociale_du_titulaire": (RightSort.HOLDER, lambda row: row.company),
    "courriel_titulaire": ("email", lambda row: row.email),
    "numero_telephone_mobile_titulaire": ("phone", lambda row: row.phone),
    "code_postal": ("postal_code", lambda row: row.postal_code),
    "date_debut_droit_acces": ("starts_on", lambda row: row.starts_on),
    "date_fin_droit_acces": (RightSort.ENDS, lambda row: row.ends_on),
    "perim_donnees_conso_debut": ("supply_first", lambda row: row.supply_first),
    "perim_donnees_conso_fin": ("supply_last", lambda row: row.supply_last),
    "perim_donnees_inj_debut": ("injection_first", lambda row: row.injection_first),
    "perim_donnees_inj_fin": ("injection_last", lambda row: row.injection_last),
    **{
        name: (kind.value, lambda row, kind=kind: kind in row.kinds) for kind, name in FLAGS.items()
    },
    "date_creation": (RightSort.CREATED, lambda row: row.created_at),
    "etat_droit_acces": (RightSort.STATE, lambda row: row.state),
    **{
        name: (shown, told)
        for ending, state in (
            ("revocation", S.REVOKED),
            ("passage_a_obsolete", S.OBSOLETE),
            ("passage_a_refuse", S.REFUSED),
        )
        for name, shown, told in zip(
            (f"date_{ending}", f"source_{ending}"), CLOSED, closed(state), strict=True
        )
    },
    # The same day as the right's last one, at midnight: not kept, nor shown, twice.
    "date_fin_autorisation": (RightSort.ENDS, lambda row: row.ends_on),
    "parcours": ("origin", lambda row: row.origin),
    "statut_controle_preuve": ("proof_state", lambda row: row.proof_state),
    "date_limite_transmission_preuve": ("proof_due", lambda row: row.proof_due),
}
# domain.md §2.3: the fields of the object that the API gives, in its order.
GIVEN = [
    "id_droit_acces",
    "id_pce",
    "role_tiers",
    "raison_sociale_du_tiers",
    "nom_titulaire",
    "raison_sociale_du_titulaire",
    "courriel_titulaire",
    "code_postal",
    "numero_telephone_mobile_titulaire",
    "perim_donnees_contractuelles",
    "perim_donnees_techniques",
    "perim_donnees_informatives",
    "perim_donnees_publiees",
    "perim_donnees_conso_debut",
    "perim_donnees_conso_fin",
    "perim_donnees_inj_debut",
    "perim_donnees_inj_fin",
    "date_creation",
    "date_debut_droit_acces",
    "date_fin_droit_acces",
    "etat_droit_acces",
    "date_revocation",
    "source_revocation",
    "date_passage_a_obsolete",
    "source_passage_a_obsolete",
    "date_fin_autorisation",
    "date_passage_a_refuse",
    "source_passage_a_refuse",
    "parcours",
    "statut_controle_preuve",
    "date_limite_transmission_preuve",
]


def told(db, viewer, uid):
    row = get_right(db, viewer, uid).row
    return {name: read(row) for name, (_, read) in FIELDS.items()}


def test_every_field_of_the_object_is_held_and_in_the_whole_view(db, pce, bob):
    assert sorted(FIELDS) == sorted(GIVEN)
    row = get_right(db, bob, asking(db, bob).uid).row
    wanted = RightListParams(full=True)
    shown = {one["field"] for one in columns(bob, wanted) if not one.get("hide")}
    line = grid_row(row, bob)
    for name, (place, _) in FIELDS.items():
        assert str(place) in shown, name
        assert str(place) in line, name


def test_an_active_right_says_each_field_as_it_was_declared(db, pce, bob):
    uid = accepted(db, bob, GOOD)
    right = right_of(db, uid)
    right.proof_state, right.proof_due = ProofState.AWAITED, date(2026, 12, 24)
    db.flush()
    found = told(db, bob, uid)
    same = ("id_pce", "role_tiers", "raison_sociale_du_titulaire", "courriel_titulaire",
            "numero_telephone_mobile_titulaire", "code_postal")  # fmt: skip
    asked = {"raison_sociale_du_titulaire": GOOD.raison_sociale}
    for name in same:
        assert found[name] == asked.get(name, getattr(GOOD, name, None)), name
    for name in (*(n for n in GIVEN if n.startswith("perim_donnees_conso")),
                 "date_debut_droit_acces", "date_fin_droit_acces"):  # fmt: skip
        assert str(found[name]) == getattr(GOOD, name), name
    assert {name: found[name] for name in FLAGS.values()} == {
        name: getattr(GOOD, name) == "Vrai" for name in FLAGS.values()
    }
    assert found["date_fin_autorisation"] == found["date_fin_droit_acces"]
    assert found["raison_sociale_du_tiers"] == bob.organisation
    assert (found["etat_droit_acces"], found["parcours"]) == (S.ACTIVE, DeclarationOrigin.DIRECT)
    assert found["date_creation"] == NOW
    assert found["id_droit_acces"] == uid
    assert found["statut_controle_preuve"] is ProofState.AWAITED
    assert found["date_limite_transmission_preuve"] == date(2026, 12, 24)
    assert not any(found[name] for name in GIVEN if "revocation" in name or "passage" in name)
    assert found["nom_titulaire"] == ""
    assert found["perim_donnees_inj_debut"] is found["perim_donnees_inj_fin"] is None


@pytest.mark.parametrize("state", [S.REVOKED, S.REFUSED, S.OBSOLETE])
def test_each_end_has_its_own_day_and_source_and_no_other(db, pce, bob, state):
    later = NOW + timedelta(hours=1)
    if state is S.REFUSED:
        uid = asking(db, bob).uid
        answer(db, tokens(db)[0], RightTrigger.REFUSED, later, uids=[uid])
    else:
        uid = accepted(db, bob)
        revoke(db, bob, [uid], now=later)
    if state is S.OBSOLETE:
        right = right_of(db, uid)
        right.state, right.source = state, EndSource.PROOF
        db.flush()
    found = told(db, bob, uid)
    ends = {
        S.REVOKED: "revocation",
        S.REFUSED: "passage_a_refuse",
        S.OBSOLETE: "passage_a_obsolete",
    }
    put = {
        S.REVOKED: EndSource.THIRD_PARTY,
        S.REFUSED: EndSource.HOLDER,
        S.OBSOLETE: EndSource.PROOF,
    }
    for other, ending in ends.items():
        own = other is state
        assert found[f"date_{ending}"] == (later if own else None)
        assert found[f"source_{ending}"] == (put[state] if own else None)


def test_a_holder_of_its_own_contract_has_no_end_of_authorisation(db, pce, bob):
    found = told(db, bob, asking(db, bob, replace(HOLDER, id_pce=PCE)).uid)
    assert found["date_fin_autorisation"] is None
    assert all(found[FLAGS[kind]] for kind in RightDataKind)
