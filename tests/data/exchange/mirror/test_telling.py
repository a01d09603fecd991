"""A right is read however it is spelt; what is not one is a fault."""

from datetime import UTC, date, datetime

import pytest

from data.exchange.mirror.channels.right_parser import right_in
from data.exchange.mirror.types import LineFault
from data.rights.types import EndSource, ProofState, RightDataKind, RightRole, RightState
from tests.data.exchange.mirror.distributor import right_line


def right(**values):
    found = right_in(1, right_line(**values))
    assert not isinstance(found, LineFault), found
    return found


def fault(**values):
    found = right_in(7, right_line(**values))
    assert isinstance(found, LineFault)
    assert found.line == 7
    return found.params["field"]


def test_a_right_as_the_distributor_lists_it():
    found = right()
    assert found.number == "09999999910001"
    assert found.company == "LYCEE DES TILLEULS"
    assert (found.person, found.email) == ("", "intendance@tilleuls.example")
    assert found.created_at == datetime(2024, 9, 2, 7, 31, 7, tzinfo=UTC)
    assert (found.starts_on, found.ends_on) == (date(2024, 9, 2), date(2027, 8, 31))
    assert (found.supply_first, found.supply_last) == (date(2021, 9, 1), date(2027, 8, 31))
    assert found.kinds == frozenset(RightDataKind)
    assert (found.closed_at, found.source, found.proof_state) == (None, None, None)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Active", RightState.ACTIVE),
        ("Actif", RightState.ACTIVE),
        (" ACTIVE ", RightState.ACTIVE),
        ("A valider", RightState.PENDING),
        ("À valider", RightState.PENDING),
        ("Révoquée", RightState.REVOKED),
        ("Révoqué", RightState.REVOKED),
        ("REVOQUEE", RightState.REVOKED),
        ("A revérifier", RightState.RECHECK),
        ("à reverifier", RightState.RECHECK),
        ("Obsolète", RightState.OBSOLETE),
        ("Refusé", RightState.REFUSED),
        ("Refusee", RightState.REFUSED),
    ],
)
def test_states_are_spelt_in_all_ways(word, state):
    assert right(etat_droit_acces=word).state is state


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        ("2024-09-02 09:31:07", datetime(2024, 9, 2, 7, 31, 7, tzinfo=UTC)),
        ("2024-09-02T09:31:07", datetime(2024, 9, 2, 7, 31, 7, tzinfo=UTC)),
        ("2024-09-02T09:31:07+02:00", datetime(2024, 9, 2, 7, 31, 7, tzinfo=UTC)),
        ("2024-09-02T09:31:07Z", datetime(2024, 9, 2, 9, 31, 7, tzinfo=UTC)),
        ("2024-09-02T06:00:00+00:00", datetime(2024, 9, 2, 4, 0, tzinfo=UTC)),
        ("2024-01-02T06:00:00Z", datetime(2024, 1, 2, 5, 0, tzinfo=UTC)),
        ("2024-09-02", datetime(2024, 9, 1, 22, 0, tzinfo=UTC)),
        ("2100-12-31 23:59:59", datetime(2100, 12, 31, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_clock_is_that_of_paris_unless_it_says_where(stamp, at):
    assert right(date_creation=stamp).created_at == at


def test_flags_and_a_key_with_a_colon():
    told = right_line(perim_donnees_informatives="faux", perim_donnees_publiees=True)
    told["perim_donnees_techniques:"] = told.pop("perim_donnees_techniques")
    found = right_in(1, told)
    assert found.kinds == frozenset(RightDataKind) - {RightDataKind.INFORMATIVE}
    empty = dict.fromkeys((name for name in right_line() if name.startswith("perim")), "")
    assert right(**empty).kinds == frozenset()
    assert right(**empty, role_tiers="DETENTEUR_CONTRAT_FOURNITURE").kinds == frozenset(
        RightDataKind
    )


def test_how_it_ended_and_how_it_is_controlled():
    found = right(
        etat_droit_acces="Obsolète",
        date_passage_a_obsolete="2026-01-02 03:04:05",
        source_passage_a_obsolete="PREUVE_KO",
        statut_controle_preuve="Preuve verifiee KO",
        date_limite_transmission_preuve="2026-01-01",
        role_tiers="autorise_contrat_injection",
    )
    assert found.closed_at == datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert (found.source, found.role) == (EndSource.PROOF, RightRole.AUTHORISED_INJECTION)
    assert (found.proof_state, found.proof_due) == (ProofState.REJECTED, date(2026, 1, 1))
    assert right(date_revocation="2026-01-02", source_revocation="LUNE").source is None


def test_older_names_and_numbers_that_are_no_text():
    told = right_line(id_pce=99999999910001, code_postal=99123, nom_titulaire="  Durand\u202e ")
    told["numero_telephone_titulaire"] = told.pop("numero_telephone_mobile_titulaire")
    found = right_in(1, told)
    assert (found.number, found.postal_code) == ("99999999910001", "99123")
    assert (found.phone, found.person) == ("0600000000", "Durand")
    assert len(right(nom_titulaire="x" * 9999).person) == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id_droit_acces", None),
        ("id_droit_acces", "x" * 65),
        ("id_droit_acces", "é"),
        ("id_droit_acces", True),
        ("nom_titulaire", False),
        ("code_postal", "9" * 200),
        ("date_fin_droit_acces", "2024-09-01"),
        ("perim_donnees_conso_fin", "2021-08-31"),
        ("id_pce", "9999999910001"),
        ("id_pce", ["09999999910001"]),
        ("role_tiers", "ROI"),
        ("etat_droit_acces", "Endormie"),
        ("etat_droit_acces", ""),
        ("date_creation", "hier"),
        ("date_creation", None),
        ("date_debut_droit_acces", "2024-02-30"),
        ("date_fin_droit_acces", {"jour": 1}),
        ("perim_donnees_publiees", "peut-être"),
        ("statut_controle_preuve", "Preuve perdue"),
        ("nom_titulaire", 1.5),
        ("date_revocation", "0001-01-01T00:00:00+14:00"),
        ("date_revocation", "9999-12-31T23:30:00Z"),
        ("date_creation", "9999-12-31T23:30:00Z"),
        ("date_creation", "1989-12-31 23:59:59"),
        ("date_debut_droit_acces", "9999-12-31"),
        ("date_limite_transmission_preuve", "9999-12-31"),
        ("date_fin_droit_acces", "1989-12-31"),
        ("date_fin_droit_acces", "99999-12-31"),
        ("perim_donnees_conso_debut", "0001-01-01"),
    ],
)
def test_what_is_odd_is_named_by_its_field(field, value):
    assert fault(**{field: value}) == field


def test_a_right_ends_the_day_it_begins_at_the_soonest_unless_it_is_over():
    days = {"perim_donnees_inj_debut": "2024-01-02", "perim_donnees_inj_fin": "2024-01-01"}
    assert fault(**days) == "perim_donnees_inj_fin"
    assert right(**days, etat_droit_acces="Révoquée").injection_last == date(2024, 1, 1)
    day = dict.fromkeys(days, "2024-01-02")
    assert right(**day).injection_first == right(**day).injection_last == date(2024, 1, 2)


@pytest.mark.parametrize("far", ["9999-12-31", "9999-12-31 23:59:59", "2999-01-01", "2101-01-01"])
def test_an_end_that_is_too_far_off_is_none(far):
    found = right(
        date_fin_droit_acces=far,
        perim_donnees_conso_fin=far,
        perim_donnees_inj_debut="2024-01-02",
        perim_donnees_inj_fin=far,
    )
    assert (found.ends_on, found.supply_last, found.injection_last) == (None, None, None)
    assert found.injection_first == date(2024, 1, 2)
    assert right(date_fin_droit_acces="2100-12-31").ends_on == date(2100, 12, 31)


def test_a_fault_names_its_right_and_its_pce_as_far_as_they_can_be_read():
    found = right_in(1, right_line(etat_droit_acces="?"))
    assert (found.uid, found.number) == (right_line()["id_droit_acces"], "09999999910001")
    assert (right_in(1, {}).uid, right_in(1, {}).number) == ("", "")
    told = right_line(id_droit_acces="é", id_pce="1")
    assert (right_in(1, told).uid, right_in(1, told).number) == ("", "")


def test_a_fault_says_nothing_of_a_person():
    found = right_in(1, right_line(etat_droit_acces="?", nom_titulaire="Durand"))
    said = found.sample + str(found.params)
    assert "Durand" not in said
    assert "tilleuls" not in said
    assert "LYCEE" not in said
    assert right_in(1, {}).params == {"field": "role_tiers"}
