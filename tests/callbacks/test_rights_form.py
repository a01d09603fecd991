"""The form of a declaration: checked field by field, read again, sent once."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate
from sqlalchemy import select

from callbacks import rights_form
from callbacks.group import _as_declared
from components.rights import Ids
from components.rights.form import form_page
from components.rights.form_values import (
    ERRORS,
    declaration_form_of,
    end_after,
    renewal_form,
    usual_defaults,
)
from components.rights.upstream_effects import REFUSED
from core.access import Role
from core.errors import Forbidden, Invalid
from core.i18n import clock
from data.exchange.mirror.types import ConnectionState
from data.identity.audit.models import AuditEvent
from data.rights import queries
from data.rights.models import AccessRight, RightLetterRow, StoppedMailbox
from data.rights.types import Delays, RightRole, RightState, RightTrigger
from tests.components.kit.trees import every, text_of
from tests.conftest import TODAY
from tests.data.exchange.mirror.distributor import connect
from tests.data.rights.conftest import accepted, answer
from tests.data.rights.declarations import DELAYS
from tests.data.rights.test_relaying import sends as relay
from tests.factories import NOW, PCE, make_pce, make_people
from tests.web import Web, request_of

FILLED = {
    "pce": PCE,
    "site": "Lycée",
    "role": "authorised_supply",
    "holder_kind": "company",
    "holder": "Lycée des Tilleuls",
    "postal": "99123",
    "email": "alice@tilleuls.example",
    "phone": "",
    "starts": "2026-11-24",
    "ends": "2028-11-23",
    "first": "2023-11-24",
    "last": "2028-11-23",
    "kinds": ["published", "informative"],
    "why": "",
    "consented": "",
}


@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_people(db)
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
    return Web(database, tmp_path)


@pytest.fixture
def bob(bob):
    return replace(bob, organisation="Organisation de bob")


def check(monkeypatch, db, viewer, field, checked=(), **told):
    pressed = SimpleNamespace(triggered_id=Ids[field])
    monkeypatch.setattr(rights_form, "ctx", pressed)
    return rights_form.check_fields(
        told=FILLED | told, checked=list(checked), request=request_of(db, viewer)
    )


def reread(db, viewer, **told):
    return rights_form.read_again(told=FILLED | told, request=request_of(db, viewer))


def send(db, viewer, **told):
    """The address, the message, what is said of the form, whether it and its summary are hidden."""
    found = refused(db, viewer, **told)
    return tuple(found[name] for name in ("address", "toast", "note", "form", "unseen"))


def refused(db, viewer, **told):
    return rights_form.send(told=FILLED | told, request=request_of(db, viewer))


def test_a_field_is_judged_once_somebody_has_been_in_it(monkeypatch, act, bob):
    with act() as db:
        found = check(monkeypatch, db, bob, "POSTAL", postal="991", email="")
        after = check(monkeypatch, db, bob, "EMAIL", found["checked"], postal="991", email="")
    assert "5 chiffres" in found["POSTAL"]
    assert found["EMAIL"] == ""
    assert found["note"] == []
    assert "obligatoire" in after["EMAIL"]
    assert "5 chiffres" in after["POSTAL"]


WRONG = ({"postal": "75001", "holder": "Autre"}, {"pce": "09999999919999"})
DOUBTFUL = ({"holder": "Autre"}, {"postal": "75001"})


def test_nothing_of_what_the_distributor_knows_is_told_field_by_field(monkeypatch, act, bob):
    with act() as db:
        for wrong in (*WRONG, *DOUBTFUL):
            for place in ("POSTAL", "PCE", "HOLDER"):
                found = check(monkeypatch, db, bob, place, **wrong)
                assert not any(found[name.name] for name in ERRORS)


def test_what_stops_a_declaration_is_said_before_a_letter_is_promised(act, bob):
    with act() as db:
        for wrong in WRONG:
            found = reread(db, bob, **wrong)
            assert "ne connaît pas le PCE" in found["PCE"]
            assert (found["form"], found["summary"]) == (False, [])
        send(db, bob)
        waits = reread(db, bob, ends="2028-01-01", last="2028-01-01")
        assert "attend déjà une réponse" in waits["PCE"]
        same = text_of(reread(db, bob)["summary"])
        assert "Cette demande existe déjà" in same
        assert "un courriel lui part" not in same


def test_an_active_right_and_a_withdrawn_one_are_said_when_checked(act, bob):
    with act() as db:
        accepted(db, bob)
        token = db.scalars(select(RightLetterRow.token).where(RightLetterRow.token != "")).first()
        active = reread(db, bob)
        answer(db, token, RightTrigger.WITHDRAWN)
        withdrawn = reread(db, bob)
    assert "Un droit actif existe déjà" in active["PCE"]
    assert "n’en accepte plus d’autre" in withdrawn["PCE"]
    assert active["form"] is withdrawn["form"] is False


def test_who_the_holder_is_cannot_be_guessed_by_checking(act, bob):
    with act() as db:
        words = text_of(reread(db, bob)["summary"])
        other, away = (text_of(reread(db, bob, **wrong)["summary"]) for wrong in DOUBTFUL)
        assert db.scalars(select(AccessRight.id)).all() == []
    assert other.replace("Autre", "Lycée des Tilleuls") == words
    assert away.replace("75001", "99123") == words


def test_a_check_counts_as_a_try(act, bob):
    with act() as db:
        for turn in range(30):
            reread(db, bob, pce=f"099999999{turn:05d}")
        stopped = f"Reprenez le {clock(NOW + timedelta(days=1))}"
        assert "Trop d’essais en 24 heures" in reread(db, bob)["PCE"]
        assert stopped in text_of(send(db, bob)[2])


def test_a_wrong_pce_and_another_holder_elsewhere_are_one_answer_once_sent(act, bob):
    with act() as db:
        said = [text_of(send(db, bob, **wrong)[2]) for wrong in WRONG]
    assert [words.replace("09999999919999", PCE) for words in said] == [said[0]] * 2
    assert "à ce code postal" in said[0]


def test_who_tries_too_often_is_stopped_for_a_day(act, bob):
    with act() as db:
        for turn in range(30):
            send(db, bob, pce=f"099999999{turn:05d}")
        for _time in range(2):
            address, _toast, said, *_rest = send(db, bob)
            assert address is no_update
            assert "Trop d’essais en 24 heures, ici et par fichier" in text_of(said)
        noted = AuditEvent.action == "rights.guessing"
        assert len(db.scalars(select(AuditEvent).where(noted)).all()) == 1
        later = replace(bob, user_id=1)  # somebody else is not stopped
        assert send(db, later)[0] is not no_update


@pytest.mark.parametrize("role", RightRole)
def test_each_role_asks_for_its_own_fields(monkeypatch, act, bob, role):
    with act() as db:
        look = check(monkeypatch, db, bob, "AS_ROLE", role=role.value)["look"]
    assert ("rights-authorised" in look) is role.authorised
    assert ("rights-injects" in look) is role.injection
    asked = declaration_form_of(FILLED | {"role": role.value})
    assert bool(asked.courriel_titulaire) is role.authorised
    assert bool(asked.perim_donnees_inj_debut) is (role is RightRole.AUTHORISED_INJECTION)
    assert bool(asked.perim_donnees_conso_debut) is (role is RightRole.AUTHORISED_SUPPLY)


def test_an_injection_never_asks_for_informative_data():
    asked = declaration_form_of(FILLED | {"role": "authorised_injection"})
    assert asked.perim_donnees_informatives == "Faux"
    assert asked.perim_donnees_publiees == "Vrai"


def test_a_person_or_a_company_is_the_holder():
    assert (
        declaration_form_of(FILLED | {"holder_kind": "person"}).nom_titulaire
        == "Lycée des Tilleuls"
    )
    assert declaration_form_of(FILLED).raison_sociale == "Lycée des Tilleuls"


@pytest.mark.parametrize("junk", [{"role": 3}, {"kinds": "all"}, {"holder_kind": None}, {"pce": 9}])
def test_what_a_browser_may_send_is_read(junk):
    assert declaration_form_of(FILLED | junk).role_tiers == "AUTORISE_CONTRAT_FOURNITURE"


@pytest.mark.parametrize("kinds", [5, True, 1.5, [[]], [{"a": 1}]])
@pytest.mark.parametrize("callback", ["check_fields", "read_again", "send"])
def test_kinds_that_no_form_sends_are_a_malformed_request(callback, kinds):
    function = getattr(rights_form, callback)
    checked = _as_declared(function, lambda **_sent: pytest.fail("it went on"))
    with pytest.raises(Invalid, match="mal formée"):
        checked(told=FILLED | {"kinds": kinds})


def test_reading_again_shows_every_problem_or_what_will_be_sent(act, bob):
    with act() as db:
        wrong = reread(db, bob, email="", holder="")
        good = reread(db, bob)
    assert (wrong["form"], wrong["unseen"]) == (False, True)
    assert "2 points à corriger" in text_of(wrong["note"])
    assert wrong["HOLDER"]
    assert wrong["EMAIL"]
    assert (good["form"], good["unseen"]) == (True, False)
    words = text_of(good["summary"])
    assert "l’adresse sont ceux du titulaire, un courriel lui part à alice@" in words
    assert "le distributeur vérifie" in words
    assert clock(NOW + timedelta(minutes=15)) in words
    assert "Envoyer la demande" in words
    assert "informatives, publiées" in words


@pytest.mark.parametrize("state", [ConnectionState.WORKING, ConnectionState.REFUSED])
def test_what_leaves_says_before_it_is_sent_that_it_waits_for_credentials(act, bob, state):
    with act() as db:
        connect(db, "usr-1", state=state)
        relay(db)
        summed = text_of(reread(db, bob)["summary"])
        told = text_of(send(db, bob)[1])
    held = state is ConnectionState.REFUSED
    for words in (summed, told):
        assert (REFUSED in words) is held
    assert ("La déclaration part au distributeur" in summed) is not held
    assert ("attend que vos identifiants soient acceptés" in summed) is held
    assert ("sa réponse est attendue" in told) is not held


@pytest.mark.parametrize("typed", ["+33 6 00 00 00 00", "0033 (0)6 00 00 00 00", "06.00.00.00.00"])
def test_a_mobile_is_taken_however_it_is_written_and_shown_before_sending(act, bob, typed):
    with act() as db:
        good = reread(db, bob, phone=typed)
        wrong = reread(db, bob, phone="+32 6 00 00 00 00")
    assert "0600000000" in text_of(good["summary"])
    assert "n’est pas un mobile" in text_of(wrong["PHONE"])


def test_the_form_takes_a_purpose_and_keeps_it(monkeypatch, act, bob):
    with act() as db:
        long = check(monkeypatch, db, bob, "WHY", why="x" * 201)
        send(db, bob, why="Suivre le chauffage")
        (row,) = queries.list_rights(db, bob)
    assert "200 caractères au plus" in text_of(long["WHY"])
    assert row.purpose == "Suivre le chauffage"
    assert renewal_form(row, bob.today, DELAYS).why == "Suivre le chauffage"


def test_the_holder_itself_sends_nobody_a_mail(act, alice):
    alice = replace(alice, organisation="Lycée des Tilleuls")
    with act() as db:
        words = text_of(reread(db, alice, role="holder_supply")["summary"])
        address, toast, *_rest = send(db, alice, role="holder_supply")
    assert "Vous déclarez être le titulaire" in words
    assert "Le droit est ouvert" in text_of(toast)
    assert address.startswith("/droits?open=")


def test_the_same_sent_twice_is_declared_once(act, bob):
    with act() as db:
        first = send(db, bob)
        again = send(db, bob)
        rows, total = queries.list_rights(db, bob), queries.count_rights(db, bob)
    assert first[0] == again[0] == f"/droits?open={rows[0].uid}"
    assert total == 1
    assert "dans le quart d’heure" in text_of(first[1])
    assert "Déjà déclaré" in text_of(again[1])


def test_what_changed_meanwhile_stops_it_and_says_so(act, bob):
    with act() as db:
        send(db, bob)
        address, toast, said, form, summary = send(db, bob, ends="2028-01-01", last="2028-01-01")
    assert address is no_update
    assert toast is no_update
    assert "attend déjà une réponse" in text_of(said)
    assert (form, summary) == (False, True)


def test_a_refused_send_marks_the_fields_and_says_why(act, bob):
    with act() as db:
        send(db, bob)
        said = refused(db, bob, ends="2028-01-01", last="2028-01-01")
        wrong = refused(db, bob, pce="09999999910042", postal="")
    assert "attend déjà une réponse" in said["PCE"]
    assert text_of(said["note"]).startswith("Non envoyé")
    assert "obligatoire" in wrong["POSTAL"]
    assert wrong["PCE"] == ""
    assert "all" in wrong["checked"]


@pytest.mark.parametrize("wrong", DOUBTFUL)
def test_another_name_or_postal_code_is_first_verified(act, bob, wrong):
    with act() as db:
        _address, toast, *_rest = send(db, bob, **wrong)
        [row] = queries.list_rights(db, bob)
    assert row.state is RightState.RECHECK
    assert "vérifie d’abord l’identité" in text_of(toast)


def test_one_goes_back_to_the_fields(bob):
    assert rights_form.go_back() == (False, True)


def test_the_length_proposes_the_end(act, bob):
    with act() as db:
        assert rights_form.propose_end("1", "2026-11-01", request=request_of(db, bob)) == (
            "2027-10-31",
            "2027-10-31",
        )
        assert rights_form.propose_end("3", "?", request=request_of(db, bob))[0] == "2029-11-23"
        with pytest.raises(PreventUpdate):
            rights_form.propose_end("9", "2026-11-01", request=request_of(db, bob))


def test_the_proposed_dates_keep_the_operators_limit():
    short = usual_defaults(TODAY, Delays(longest_years=1))
    assert (short.starts, str(short.ends), str(short.first)) == (TODAY, "2027-11-23", "2023-11-24")
    assert str(end_after(TODAY, 5, Delays(longest_years=0))) == "2031-11-23"
    form = form_page(short, Delays(longest_years=1))
    assert "2 ans" not in text_of(form)
    lengths = next(part for part in every(form) if getattr(part, "id", "") == Ids.LASTS)
    assert [option["label"] for option in lengths.options] == ["1 an"]
    whole = next(part for part in every(form) if getattr(part, "id", "") == Ids.FORM)
    assert "n’est pas enregistré" in whole.to_plotly_json()["props"]["data-unsaved"]


def test_every_user_declares_and_the_distributor_does_not(act, bob, dora):
    with act() as db:
        with pytest.raises(Forbidden):
            send(db, dora)
        address, *_rest = send(db, replace(bob, role=Role.CLIENT))
    assert address.startswith("/droits?open=")


def test_a_holder_who_wants_no_letter_is_said_before_and_after_sending(act, bob):
    with act() as db:
        db.add(StoppedMailbox(mailbox="alice@tilleuls.example", at=NOW))
        db.flush()
        words = text_of(reread(db, bob)["summary"])
        _address, toast, *_rest = send(db, bob)
    assert "aucun ne sera envoyé" in words
    assert "Recueillez son accord par écrit" in words
    assert "un courriel lui part" not in words
    assert "joignez-le autrement" in text_of(toast)
