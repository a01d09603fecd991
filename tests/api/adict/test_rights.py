"""Rights by program: the same that the screens show, in the shapes of ADICT."""

import json
import re
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from api.adict import rights as adict
from data.identity.accounts.models import Organisation, User
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import Pce, PceGrant
from data.rights.models import AccessRight, RightEventRow, RightTry
from data.rights.rules.adict import FLAGS
from data.rights.types import EndSource, ProofState, RightRole, RightState
from tests.api.adict.program import lines_in, program_of
from tests.data.rights.declarations import GOOD, HOLDER, INJECTION
from tests.data.rights.test_fields import GIVEN
from tests.factories import NOW, PCE, make_pce, make_right

DONE = {"code_statut_traitement": "0000000000", "message_retour_traitement": "Opération réussie."}
ANSWER = {
    "id_droit_acces",
    "id_pce",
    "role_tiers",
    "etat_droit_acces",
    "date_creation_droit_acces",
    "date_debut_droit_acces",
    "date_fin_droit_acces",
    "nom_titulaire",
    "raison_sociale_du_titulaire",
    "courriel_titulaire",
    "numero_telephone_mobile_titulaire",
    "code_postal",
    "perim_donnees_conso_debut",
    "perim_donnees_conso_fin",
    "perim_donnees_inj_debut",
    "perim_donnees_inj_fin",
    "perim_donnees_contractuelles",
    "perim_donnees_techniques",
    "perim_donnees_informatives",
    "perim_donnees_publiees",
    "parcours",
    "code_statut_traitement",
    "message_retour_traitement",
}


def sent(asked, **changes):
    """The body of a declaration; None takes a field away."""
    fields = {name: text for name, text in asdict(asked).items() if text and name != "id_pce"}
    return {name: value for name, value in (fields | changes).items() if value is not None}


@pytest.fixture
def pce(web):
    with web.database.transaction() as db:
        db.execute(update(Organisation).where(Organisation.id == 2).values(name="THERMIA CONSEIL"))
        return make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS").id


def put(program, body, number=PCE):
    return program.call("PUT", f"/pce/{number}/droit_acces", json=body)


def refused(answer):
    return answer.status_code, answer.json["code_statut_traitement"]


def test_a_declaration_waits_for_the_holder(web, bobs, pce):
    answer = put(bobs, sent(GOOD))
    assert answer.status_code == 201
    told = answer.json
    assert set(told) == ANSWER
    assert told["code_statut_traitement"] == "0000000002"
    assert told["etat_droit_acces"] == "A valider"
    assert told["raison_sociale_du_titulaire"] == "Lycée des Tilleuls"
    assert told["nom_titulaire"] is None
    assert told["date_creation_droit_acces"] == "2026-11-24 09:00:00"  # a clock of Paris
    (line, last) = bobs.lines("/droits_acces")
    assert last == DONE
    assert line["id_droit_acces"] == told["id_droit_acces"]


@pytest.mark.parametrize(
    ("name", "state", "awaited"),
    [
        ("Lycée des Tilleuls", "A valider", "du titulaire"),
        ("Mairie", "A revérifier", "distributeur vérifie"),
    ],
)
def test_a_declaration_says_whom_it_waits_for(web, bobs, pce, name, state, awaited):
    told = put(bobs, sent(GOOD, raison_sociale=name)).json
    assert (told["etat_droit_acces"], told["code_statut_traitement"]) == (state, "0000000002")
    assert awaited in told["message_retour_traitement"]


def test_a_right_declared_by_a_program_is_seen_on_screen_and_in_the_journal(web, bobs, pce):
    uid = put(bobs, sent(GOOD)).json["id_droit_acces"]
    page = str(web.browser(2).open("/droits", f"?open={uid}").json)
    assert PCE in page
    assert "Supervision" in page  # the credential that did it
    with web.database.reading() as db:
        right = db.scalars(select(AccessRight)).one()
        assert (right.organisation_id, right.created_by) == (2, -1)
        event = db.scalars(select(AuditEvent).where(AuditEvent.object_id == uid)).one()
        assert (event.actor_id, event.organisation_id) == (-1, 2)
        assert db.scalars(select(RightEventRow.user_id)).one() == -1


def test_a_line_has_every_field_in_its_form(web, bobs, pce):
    put(bobs, sent(GOOD))
    line, _last = bobs.lines("/droits_acces")
    assert set(line) == set(GIVEN)
    assert line == line | {
        "id_pce": PCE,
        "role_tiers": "AUTORISE_CONTRAT_FOURNITURE",
        "raison_sociale_du_tiers": "THERMIA CONSEIL",
        "courriel_titulaire": "alice@tilleuls.example",
        "numero_telephone_mobile_titulaire": "0600000000",
        "perim_donnees_publiees": "Vrai",
        "perim_donnees_conso_debut": "2023-09-01",
        "perim_donnees_inj_debut": None,
        "date_creation": "2026-11-24 09:00:00",
        "date_debut_droit_acces": "2026-09-01",
        "date_fin_autorisation": "2028-08-31 00:00:00",
        "parcours": "TIERS_DIRECT",
        "statut_controle_preuve": None,
    }


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": RightState.ACTIVE}, {"etat_droit_acces": "Active"}),
        ({"state": RightState.RECHECK}, {"etat_droit_acces": "A revérifier"}),
        (
            {"state": RightState.REFUSED, "source": EndSource.HOLDER, "closed_at": NOW},
            {
                "etat_droit_acces": "Refusée",
                "date_passage_a_refuse": "2026-11-24 09:00:00",
                "source_passage_a_refuse": "TITULAIRE",
                "date_revocation": None,
            },
        ),
        (
            {"state": RightState.REVOKED, "source": EndSource.THIRD_PARTY, "closed_at": NOW},
            {"etat_droit_acces": "Révoquée", "source_revocation": "TIERS"}
            | {"date_revocation": "2026-11-24 09:00:00"},
        ),
        (
            {"state": RightState.OBSOLETE, "source": EndSource.EXPIRY, "closed_at": NOW},
            {"etat_droit_acces": "Obsolète", "source_passage_a_obsolete": "EXPIRATION"}
            | {"date_passage_a_obsolete": "2026-11-24 09:00:00"},
        ),
        (
            {"proof_state": ProofState.AWAITED, "proof_due": date(2026, 12, 14)},
            {"statut_controle_preuve": "Preuve en attente"}
            | {"date_limite_transmission_preuve": "2026-12-14"},
        ),
        ({"proof_state": ProofState.REJECTED}, {"statut_controle_preuve": "Preuve Vérifiée KO"}),
        (
            {"role": RightRole.HOLDER_SUPPLY, "email": "", "starts_on": None, "ends_on": None},
            {"role_tiers": "DETENTEUR_CONTRAT_FOURNITURE", "courriel_titulaire": ""}
            | {"date_fin_droit_acces": None, "date_fin_autorisation": None},
        ),
    ],
)
def test_states_sources_and_proofs_are_spelt_as_clients_know_them(web, bobs, values, said):
    with web.database.transaction() as db:
        make_right(db, make_pce(db), 2, **values)
    line, _last = bobs.lines("/droits_acces")
    assert line == line | said


# Each check of domain.md §2.5 that a body alone fails.
@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"role_tiers": None}, 400, "2000000006"),
        ({"role_tiers": "LOCATAIRE"}, 400, "2000000006"),
        ({"raison_sociale": None}, 400, "1000000026"),
        ({"nom_titulaire": "Dupont"}, 400, "1000000039"),
        ({"code_postal": None}, 400, "1000000027"),
        ({"code_postal": "9912"}, 400, "1000000036"),
        ({"code_postal": 99123}, 400, "9000000400"),
        ({"courriel_titulaire": None}, 400, "1000000028"),
        ({"courriel_titulaire": "alice"}, 400, "1000000024"),
        ({"numero_telephone_mobile_titulaire": "0123456789"}, 400, "9000000008"),
        ({"perim_donnees_contractuelles": None}, 400, "1000000031"),
        ({"perim_donnees_publiees": "OUI"}, 400, "9000000009"),
        ({"perim_donnees_publiees": 1}, 400, "9000000400"),
        ({"perim_donnees_conso_debut": None}, 400, "1000000041"),
        ({"perim_donnees_conso_fin": "31/08/2028"}, 400, "9000000011"),
        ({"date_debut_droit_acces": None}, 400, "9000000013"),
        ({"date_debut_droit_acces": "2026-11-25"}, 409, "9000000014"),
        ({"perim_donnees_conso_fin": "2029-01-01"}, 409, "1000000022"),
        ({"date_fin_droit_acces": "2029-12-31"}, 409, "9000000016"),
        ({"code_postal": "75001"}, 409, "1000000005"),
        ({"code_postal": "75001", "raison_sociale": "Autre"}, 404, "1000000006"),
    ],
)
def test_a_wrong_declaration_is_told_its_code_and_declares_nothing(
    web, bobs, pce, changes, status, code
):
    answer = put(bobs, sent(GOOD, **changes))
    assert refused(answer) == (status, code)
    assert answer.json["message_retour_traitement"].endswith(".")
    assert bobs.lines("/droits_acces") == [DONE]


@pytest.mark.parametrize("name", sorted(FLAGS.values()))
@pytest.mark.parametrize("text", ["OUI", "1", None])
def test_a_flag_is_asked_for_in_the_words_of_the_api(bobs, pce, name, text):
    told = put(bobs, sent(GOOD, **{name: text})).json["message_retour_traitement"]
    assert told.startswith(f"«\u202f{name}\u202f»")
    assert "«\u202fVrai\u202f» ou «\u202fFaux\u202f»" in told
    assert text is None or f"«\u202f{text}\u202f»" in told


@pytest.mark.parametrize(("yes", "no"), [("true", "false"), (True, False), ("VRAI", "faux")])
def test_a_flag_is_taken_as_text_or_as_json_and_answered_in_the_words_of_the_api(
    bobs, pce, yes, no
):
    flags = dict.fromkeys(FLAGS.values(), yes) | {"perim_donnees_informatives": no}
    told = put(bobs, sent(GOOD, **flags)).json
    said = dict.fromkeys(FLAGS.values(), "Vrai") | {"perim_donnees_informatives": "Faux"}
    assert told == told | said
    line, _last = bobs.lines("/droits_acces")
    assert line == line | said


@pytest.mark.parametrize("flag", [None, "", "Faux", "false", False])
def test_an_injection_is_declared_without_informative_data(bobs, pce, flag):
    answer = put(bobs, sent(INJECTION, perim_donnees_informatives=flag))
    assert answer.status_code == 201, answer.text
    assert answer.json["perim_donnees_informatives"] == "Faux"


def test_wrong_postal_codes_are_counted_as_guesses(web, bobs, pce):
    for code in ("75001", "75002", "75001"):
        assert refused(put(bobs, sent(GOOD, code_postal=code))) == (409, "1000000005")
    with web.database.reading() as db:
        assert len(db.scalars(select(RightTry)).all()) == 2


def test_a_right_that_the_holder_revoked_is_not_declared_again(web, bobs, pce):
    with web.database.transaction() as db:
        ended = {"state": RightState.REVOKED, "source": EndSource.HOLDER, "closed_at": NOW}
        make_right(db, db.get(Pce, pce), 2, **ended)
    assert refused(put(bobs, sent(GOOD))) == (409, "1000000013")


@pytest.mark.parametrize(
    "name",
    [
        *("date_debut_droit_acces", "date_fin_droit_acces"),
        *("perim_donnees_conso_debut", "perim_donnees_conso_fin"),
    ],
)
@pytest.mark.parametrize("text", ["30/11/2026", "2027-02-29", None])
def test_a_date_is_asked_for_in_the_form_of_the_api(bobs, pce, name, text):
    told = put(bobs, sent(GOOD, **{name: text})).json["message_retour_traitement"]
    assert told.startswith(f"«\u202f{name}\u202f»")
    assert "AAAA-MM-JJ" in told
    assert "JJ/MM" not in told


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"role_tiers": "x",}', "ligne 1, colonne 19"),
        (b'{\n"role_tiers" "x"}', "ligne 2, colonne 14"),
        ("{}".encode("utf-16"), "UTF-8"),
        (b"\xef\xbb\xbf{}", "UTF-8"),
    ],
)
def test_a_body_that_is_not_json_is_told_where(bobs, pce, body, said):
    answer = bobs.call("POST", "/droits_acces", data=body, content_type="application/json")
    assert refused(answer) == (400, "9000000040")
    assert said in answer.json["message_retour_traitement"]


def test_another_method_is_told_those_that_are_taken(bobs):
    told = bobs.call("PUT", "/droits_acces").json["message_retour_traitement"]
    assert told == "Cette adresse n’accepte que GET, HEAD, POST."
    told = bobs.get(f"/pce/{PCE}/droit_acces").json["message_retour_traitement"]
    assert told == "Cette adresse n’accepte que PUT."


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("123", 400, "1000000037"),
        ("09999999919999", 404, "1000000006"),
        ("%00%ff", 400, "1000000037"),
    ],
)
def test_an_odd_pce_is_told_so(bobs, pce, number, status, code):
    assert refused(put(bobs, sent(GOOD), number)) == (status, code)


def test_the_end_of_an_injection_has_its_code(bobs, pce):
    assert refused(put(bobs, sent(INJECTION, perim_donnees_inj_fin=None))) == (400, "1000000048")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"role_tiers": {"a": 1}}']
)
def test_a_body_that_is_no_object_is_malformed(bobs, pce, body):
    for method, path in (("PUT", f"/pce/{PCE}/droit_acces"), ("POST", "/droits_acces")):
        answer = bobs.call(method, path, data=body, content_type="application/json")
        assert answer.status_code == 400
        assert answer.is_json


@pytest.mark.parametrize("name", ["nom_titulaire", "raison_sociale", "code_postal"])
@pytest.mark.parametrize("text", ["a\0b", "\0"])
def test_a_text_with_a_null_sign_is_refused_and_named(bobs, pce, name, text):
    """PostgreSQL keeps none."""
    answer = put(bobs, sent(GOOD, **{name: text}))
    assert answer.status_code == 400
    assert name in answer.json["message_retour_traitement"]


def test_the_same_declaration_again_is_known(web, bobs, pce):
    assert put(bobs, sent(GOOD)).status_code == 201
    assert refused(put(bobs, sent(GOOD))) == (409, "1000000003")
    assert len(bobs.lines("/droits_acces")) == 2


@pytest.mark.parametrize(("days", "renewed"), [(0, True), (60, True), (61, False)])
def test_a_right_that_ends_within_sixty_days_is_renewed_as_by_a_file(web, bobs, pce, days, renewed):
    ends = NOW.date() + timedelta(days=days)
    with web.database.transaction() as db:
        old = make_right(db, db.get(Pce, pce), 2, ends_on=ends, ends_key=ends).id
    answer = put(bobs, sent(GOOD))
    with web.database.reading() as db:
        query = select(AccessRight.state, AccessRight.renews_id).order_by(AccessRight.id)
        rights = [tuple(row) for row in db.execute(query)]
    assert rights[0] == (RightState.ACTIVE, None)
    if not renewed:
        assert refused(answer) == (409, "1000000003")
        assert len(rights) == 1
        return
    told = (answer.status_code, answer.json["code_statut_traitement"])
    assert told == (201, "0000000002")
    assert rights[1:] == [(RightState.PENDING, old)]
    other = {"date_fin_droit_acces": "2028-07-31", "perim_donnees_conso_fin": "2028-07-31"}
    again = put(bobs, sent(GOOD, **other)).json["code_statut_traitement"]
    assert again == "9000000019"  # one waits for its holder


def test_a_holder_declares_with_a_name_and_a_postal_code(web, pce):
    with web.database.transaction() as db:
        db.execute(update(Pce).values(holder_id=3, holder_name="Organisation de charlie"))
        db.execute(update(User).where(User.id == 3).values(email="c@usine.example"))
    charlies = program_of(web, 3)
    answer = put(charlies, sent(HOLDER, raison_sociale="Organisation de charlie"))
    assert answer.status_code == 201, answer.text
    assert answer.json["code_statut_traitement"] == "0000000000"
    assert answer.json["etat_droit_acces"] == "Active"
    assert answer.json["date_debut_droit_acces"] is None


def test_an_ended_supply_contract_is_a_conflict(web, bobs, pce):
    with web.database.transaction() as db:
        db.execute(update(Pce).values(ended_on=date(2026, 1, 31)))
    assert refused(put(bobs, sent(GOOD))) == (409, "1000000004")


def test_without_a_contract_nothing_is_declared(web, bobs, pce):
    with web.database.transaction() as db:
        db.execute(update(Organisation).values(contracted_until=None))
    assert put(bobs, sent(GOOD)).status_code == 403


def test_who_guesses_is_stopped_as_on_screen(web, bobs, pce):
    with web.database.transaction() as db:
        db.add_all(
            RightTry(user_id=-1, digest=f"{turn:032d}", at=web.clock(), weight=1)
            for turn in range(30)
        )
    answer = put(bobs, sent(GOOD))
    assert refused(answer) == (429, "9000000026")


def test_programs_do_not_multiply_the_guesses_of_an_organisation(web, pce):
    with web.database.transaction() as db:
        db.add_all(
            RightTry(user_id=-(1 + turn % 4), digest=f"{turn:032d}", at=web.clock(), weight=1)
            for turn in range(92)
        )
    for turn in range(4):
        program = program_of(web, client_id=f"ec_{turn}")
    assert refused(put(program, sent(GOOD))) == (429, "9000000026")


def test_a_revoked_right_opens_nothing_more(web, bobs):
    with web.database.transaction() as db:
        pce = make_pce(db)
        uid = make_right(db, pce, 2, starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1)).uid
    answer = bobs.call("PATCH", f"/droit_acces/{uid}")
    assert (answer.status_code, answer.json) == (200, DONE)
    line, _last = bobs.lines("/droits_acces")
    assert (line["etat_droit_acces"], line["source_revocation"]) == ("Révoquée", "TIERS")
    with web.database.reading() as db:
        assert db.scalars(select(PceGrant)).all() == []
    assert refused(bobs.call("PATCH", f"/droit_acces/{uid}")) == (404, "1000000001")


def test_what_nobody_answered_is_taken_back(web, bobs, pce):
    uid = put(bobs, sent(GOOD)).json["id_droit_acces"]
    assert bobs.call("PATCH", f"/droit_acces/{uid}").json == DONE
    line, _last = bobs.lines("/droits_acces")
    assert line["etat_droit_acces"] == "Obsolète"


@pytest.mark.parametrize(
    ("uid", "code"),
    [
        ("x", "1000000001"),
        ("00000000-0000-0000-0000-000000000001", "1000000001"),
        ("%00", "1000000001"),
        ("a/b", "9000000404"),  # no address at all
    ],
)
def test_an_unknown_right_is_not_revoked(bobs, uid, code):
    answer = bobs.call("PATCH", f"/droit_acces/{uid}")
    assert answer.status_code == 404
    assert answer.json["code_statut_traitement"] == code


def test_a_right_of_a_holder_is_not_revoked(web, bobs):
    with web.database.transaction() as db:
        uid = make_right(db, make_pce(db), 2, role=RightRole.HOLDER_SUPPLY).uid
    assert bobs.call("PATCH", f"/droit_acces/{uid}").status_code == 409


def test_a_right_of_another_organisation_is_neither_told_nor_revoked(web, bobs):
    with web.database.transaction() as db:
        uid = make_right(db, make_pce(db), 3).uid
    assert bobs.lines("/droits_acces") == [DONE]
    assert refused(bobs.call("PATCH", f"/droit_acces/{uid}")) == (404, "1000000001")
    asked = bobs.call("POST", "/droits_acces", json={"id_pce": [PCE]})
    assert lines_in(asked) == [DONE]
    assert len(program_of(web, 3).lines("/droits_acces")) == 2


def test_a_program_of_the_distributor_sees_no_right_of_others(web):
    with web.database.transaction() as db:
        make_right(db, make_pce(db), 2)
    assert program_of(web, 4).lines("/droits_acces") == [DONE]


@pytest.fixture
def several(web):
    """Four rights that differ in one thing or another."""
    with web.database.transaction() as db:
        for place, values in enumerate(
            (
                {"state": RightState.ACTIVE, "proof_state": ProofState.AWAITED},
                {"state": RightState.PENDING},
                {"state": RightState.REVOKED},
                {"role": RightRole.AUTHORISED_INJECTION},
            )
        ):
            make_right(db, make_pce(db, f"0999999991000{place}"), 2, **values)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "0123"),
        ({"id_pce": [], "role_tiers": [], "etat_droit_acces": []}, "0123"),
        ({"id_pce": None, "statut_controle_preuve": None}, "0123"),
        ({"id_pce": ["09999999910001", "0999 9999910002", "09999999919999"]}, "12"),
        ({"etat_droit_acces": ["Active"]}, "03"),
        ({"etat_droit_acces": ["À valider", "revoquee"]}, "12"),
        ({"role_tiers": ["AUTORISE_CONTRAT_INJECTION"]}, "3"),
        ({"statut_controle_preuve": ["Preuve en attente"]}, "0"),
        ({"statut_controle_preuve": list(adict.PROOFS.values())}, "0123"),  # as a client sends it
        ({"etat_droit_acces": ["Active"], "id_pce": ["09999999910001"]}, ""),
    ],
)
def test_filters_add_up(bobs, several, wanted, found):
    *lines, last = lines_in(bobs.call("POST", "/droits_acces", json=wanted))
    assert last == DONE
    assert sorted(line["id_pce"][-1] for line in lines) == list(found)


@pytest.mark.parametrize(
    "wanted",
    [
        {"id_pce": "09999999910001"},
        {"id_pce": [9999999910001]},
        {"role_tiers": ["LOCATAIRE"]},
        {"etat_droit_acces": ["Ouvert"]},
        {"statut_controle_preuve": [None]},
    ],
)
def test_a_filter_that_is_none_is_told_so(bobs, wanted):
    assert bobs.call("POST", "/droits_acces", json=wanted).status_code == 400


def test_more_than_a_thousand_pce_are_too_many(bobs):
    numbers = [f"{number:014d}" for number in range(1001)]
    assert refused(bobs.call("POST", "/droits_acces", json={"id_pce": numbers})) == (
        400,
        "2000000009",
    )
    answer = bobs.call("POST", "/droits_acces", json={"id_pce": numbers[:1000]})
    assert lines_in(answer) == [DONE]


def test_the_list_is_streamed_and_says_when_it_broke_off(web, bobs, several, monkeypatch):
    monkeypatch.setattr(adict, "_LINES", 1)
    told = adict.right_told
    seen = []

    def breaks(row):
        seen.append(row)
        if len(seen) == 3:
            raise RuntimeError("half-way")
        return told(row)

    monkeypatch.setattr(adict, "right_told", breaks)
    answer = bobs.get("/droits_acces")
    assert answer.mimetype == "application/x-ndjson"
    lines = lines_in(answer)
    assert len(lines) == 3
    assert lines[-1]["code_statut_traitement"] == "2000000001"
    assert re.search(r"Référence \w+", lines[-1]["message_retour_traitement"])


def test_each_line_is_one_line(web, bobs):
    with web.database.transaction() as db:
        make_right(db, make_pce(db), 2, company="Un\nnom\u2028étrange")
    answer = bobs.get("/droits_acces")
    assert answer.data.count(b"\n") == 2
    assert json.loads(answer.data.split(b"\n")[0])["id_pce"] == PCE


def test_revoked_on_screen_is_revoked_for_the_program(web, bobs):
    with web.database.transaction() as db:
        uid = make_right(db, make_pce(db), 2).uid
        db.execute(
            update(AccessRight).values(
                state=RightState.REVOKED,
                source=EndSource.HOLDER,
                closed_at=NOW + timedelta(hours=1),
            )
        )
    line, _last = bobs.lines("/droits_acces")
    assert (line["id_droit_acces"], line["source_revocation"]) == (uid, "TITULAIRE")


def test_a_filter_that_nobody_knows_is_refused_and_named(bobs):
    answer = bobs.call("POST", "/droits_acces", json={"id_pces": [], "role_tiers": []})
    assert answer.status_code == 400
    said = answer.json["message_retour_traitement"]
    assert "id_pces" in said
    assert "statut_controle_preuve" in said
