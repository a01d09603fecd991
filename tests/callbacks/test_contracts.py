"""Contracts on their page: steps kept, text sent, codes asked, moves asked first, the list."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate

from callbacks import contracts, contracts_dossier, contracts_offer, contracts_transitions
from components.contracts.filters import ContractQuery, filter_model
from components.contracts.proof_of_power import BY_LAW, BY_PIECE
from core.access import OrganisationKind, Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.contracts import actions, queries
from data.contracts.types import ContractState, DataUse, DossierStep, Invite, Power
from pages.contracts import PAGE
from tests.components.kit.trees import attributes, every, text_of, with_id
from tests.data.contracts.making import Play, boss
from tests.factories import NOW, make_organisation, make_people
from tests.web import Web, request_of

IDENTITY = {
    "name": "Thermia Conseil",
    "siren": "999 001 050",
    "siret": "999 001 050 00015",
    "legal_form": "SAS",
    "street": "27 quai des Ateliers",
    "postal_code": "99300",
    "city": "Thermeval",
}
SIGNER = {"name": "Bob", "function": "Président", "email": "bob@thermia.example"}


@pytest.fixture
def web(database, tmp_path):
    with database.transaction() as db:
        make_people(db)
    return Web(database, tmp_path)


@pytest.fixture
def client(bob):
    """bob, alone in his organisation: he prepares and signs for it."""
    return boss(bob)


@pytest.fixture
def play(act, client, dora):
    def played(move):
        with act() as db:
            return move(Play(db, client, dora))

    return played


def page(act, web, viewer, **query):
    with act() as db:
        return PAGE.layout(request_of(db, viewer), **query)


def keep(act, client, name, told, version):
    with act() as db:
        verb = getattr(contracts_dossier, f"keep_{name}")
        return verb(told=told, version=version, request=request_of(db, client))


def uses(db, client, ticked, version):
    ids = [{"type": "contracts-use", "use": use} for use in ticked]
    given = {"ids": ids, "ticks": [True] * len(ids), "months": ["12"] * len(ids)}
    return contracts_dossier.keep_uses(**given, version=version, request=request_of(db, client))


def test_the_dossier_is_kept_step_by_step_and_may_be_left(act, web, client):
    first = text_of(page(act, web, client))
    assert "Vous pouvez quitter" not in first
    assert keep(act, client, "identity", IDENTITY, 0)["address"] == "/contrats?etape=representative"
    with act() as db:  # begun with the first step
        uid = queries.find_current(db, client)
        assert queries.find_contract(db, client, uid).row.state is ContractState.DRAFT
    assert "etape=power" in keep(act, client, "representative", SIGNER, 1)["address"]
    with act() as db:
        way = {"way": BY_LAW, "version": 2, "request": request_of(db, client)}
        assert "etape=uses" in contracts_dossier.keep_power(**way)["address"]
        assert "etape=invites" in uses(db, client, [DataUse.BILLS], 3)["address"]
    invites = {"client": "lea@thermia.example\nmax@thermia.example"}
    assert "etape=imports" in keep(act, client, "invites", invites, 4)["address"]
    told = {"wanted": True, "expected": "120"}
    assert "etape=contract" in keep(act, client, "imports", told, 5)["address"]
    with act() as db:
        dossier = queries.get_dossier(db, client)
    assert (len(dossier.invites), dossier.imports.expected, dossier.version) == (2, 120, 6)
    assert "Envoyer à la signature" in text_of(page(act, web, client))  # the first thing to do


def test_what_is_wrong_stays_at_its_field_and_nothing_is_kept(act, client):
    wrong = keep(act, client, "identity", IDENTITY | {"siren": "123456789"}, 0)
    assert "SIREN" in wrong["siren"]
    assert (wrong["city"], wrong["address"]) == ("", no_update)
    wrong = keep(act, client, "representative", SIGNER | {"email": "nobody"}, 0)
    assert "adresse" in wrong["email"]
    assert "nombre" in keep(act, client, "imports", {"expected": "x"}, 0)["expected"]
    assert keep(act, client, "invites", {"client": "nobody"}, 0)["client"]
    with act() as db:
        assert "Cochez" in uses(db, client, [], 0)["uses"]
        assert queries.get_dossier(db, client).version == 0


def test_a_step_that_somebody_else_kept_meanwhile_is_said_then_replaced(act, client):
    keep(act, client, "identity", IDENTITY, 0)
    other = IDENTITY | {"city": "Ailleurs"}
    told = keep(act, client, "identity", other, 0)
    assert "« Thermeval »".replace(" ", "\u00a0") in told["city"]
    assert (told["name"], told["address"], told["seen"]) == ("", no_update, 1)
    assert "1 valeur est à corriger" in told["said"]
    assert "etape=" in keep(act, client, "identity", other, told["seen"])["address"]
    with act() as db:
        assert queries.get_dossier(db, client).identity.city == "Ailleurs"
    assert "etape=" in keep(act, client, "identity", other, 0)["address"]  # nothing to lose


def test_each_wrong_line_of_who_is_to_be_invited_is_said_by_its_number(act, client):
    keep(act, client, "representative", SIGNER | {"email": "patron@thermia.example"}, 0)
    named = "lea@thermia.example\na@a\n\nbob@thermia.example, nobody\nalice@tilleuls.example"
    told = {"client": named, "administrator": "Patron@Thermia.example"}
    said = keep(act, client, "invites", told, 1)
    lines = said["client"].splitlines()
    assert [line.split("\u00a0")[0] for line in lines] == ["Ligne 2", "Ligne 4", "Ligne 4"]
    assert "déjà un compte dans votre organisation" in lines[1]
    assert "alice" not in said["client"]  # an account elsewhere is nobody's business
    assert "qui signe" in said["administrator"]
    assert said["address"] is no_update


@pytest.mark.parametrize(
    ("step", "told", "other", "field"),
    [
        ("representative", SIGNER, {"function": "Gérant"}, "function"),
        ("invites", {"client": "lea@thermia.example"}, {"client": "zoe@thermia.example"}, "client"),
        ("imports", {"wanted": True, "expected": "120"}, {"expected": "7"}, "expected"),
    ],
)
def test_each_step_says_what_was_kept_meanwhile(act, client, step, told, other, field):
    keep(act, client, step, told, 0)
    said = keep(act, client, step, told | other, 0)
    assert told[field] in said[field]
    assert keep(act, client, step, told | other, said["seen"])["address"] is not no_update


def test_uses_and_power_say_what_was_kept_meanwhile(act, client):
    with act() as db:
        assert uses(db, client, [DataUse.BILLS], 0)["address"] is not no_update
        told = uses(db, client, [DataUse.ADVICE], 0)
        assert "factures" in told["uses"]
        assert uses(db, client, [DataUse.ADVICE], told["seen"])["address"] is not no_update
        piece = Power(name="pouvoir.pdf", sha256="0" * 64, storage_key="1" * 32)
        actions.keep_step(db, client, DossierStep.POWER, piece, version=2, now=NOW)
        way = {"way": BY_LAW, "request": request_of(db, client)}
        assert "pouvoir.pdf" in contracts_dossier.keep_power(version=2, **way)["way"]
        there = {"way": BY_PIECE, "request": request_of(db, client), "version": 3}
        assert "etape=uses" in contracts_dossier.keep_power(**there)["address"]


def test_what_still_lacks_is_said_when_a_step_is_kept(act, web, client):
    lacking = keep(act, client, "identity", IDENTITY | {"siret": "", "legal_form": ""}, 0)
    assert lacking["toast"] is no_update  # the page that comes next says it, once
    _path, _mark, query = lacking["address"].partition("?")
    told = text_of(page(act, web, client, **dict(parse_qsl(query))))
    assert "Étape « Organisation » enregistrée" in told.replace("\u00a0", " ")
    assert "le SIRET de son siège" in told  # on the way too, and counted on the step
    assert "2 réponses manquent" in told
    assert "Étape 2 sur 7" in told
    assert "Il y manque" not in text_of(keep(act, client, "identity", IDENTITY, 1)["toast"])


def test_what_a_step_lacks_is_said_once_it_was_kept(act, web, client):
    keep(act, client, "identity", IDENTITY, 0)
    drawn = page(act, web, client, etape="representative")
    assert "Il manque" not in text_of(drawn)  # its fields propose what is known
    keep(act, client, "representative", SIGNER | {"function": ""}, 1)
    assert "sa fonction" in text_of(page(act, web, client, etape="representative"))


def test_a_text_that_is_too_long_is_counted_and_never_cut(act, web, client):
    long = keep(act, client, "identity", IDENTITY | {"name": "x" * 201}, 0)
    assert "201" in long["name"]
    for step in DossierStep:
        drawn = page(act, web, client, etape=step.value)
        assert not [part for part in every(drawn) if getattr(part, "maxLength", None)]


def test_the_power_is_by_law_or_by_a_piece_that_came(act, client):
    with act() as db:
        given = {"version": 0, "request": request_of(db, client)}
        told = contracts_dossier.keep_power(way=None, **given)
        assert "Dites" in told["way"]
        told = contracts_dossier.keep_power(way=BY_PIECE, **given)
        assert "Choisissez" in told["piece"]
        assert (told["way"], told["address"]) == ("", no_update)
        assert "etape=power" in contracts_dossier.show_power({"version": 3})
        with pytest.raises(PreventUpdate):
            contracts_dossier.show_power(None)


def test_each_step_has_its_page_and_what_lacks_is_said_before_sending(act, web, client):
    for step in DossierStep:
        drawn = page(act, web, client, etape=step.value)
        current = [part for part in every(drawn) if getattr(part, "aria-current", None) == "step"]
        assert current
    assert "Il manque, avant d’envoyer" in text_of(page(act, web, client, etape="contract"))


def test_who_prepares_nothing_is_told_who_does(act, web, bob):
    reader = replace(bob, role=Role.CLIENT)
    assert "Un administrateur ou un gestionnaire" in text_of(page(act, web, reader))


def draft(act, client, play):
    uid = play(lambda one: (one.fill(), one.begin())[1])
    with act() as db:
        return {"uid": uid, "version": queries.find_contract(db, client, uid).row.version}


def test_a_text_is_read_for_its_days_then_drawn_and_sent(act, web, client, play):
    told = draft(act, client, play)
    today = client.today
    with act() as db:
        given = {"request": request_of(db, client)}
        text, error = contracts_offer.show_preview(f"{today}", "", told, **given)
        assert "sans fin fixée" in text_of(text)
        assert not error
        past = f"{today - timedelta(days=1)}"
        text, error = contracts_offer.show_preview(past, "", told, **given)
        assert (text, "passé" in error) == (no_update, True)
        with pytest.raises(Invalid):
            contracts_offer.draw("", "", told, **given)
    with act() as db:
        ready = contracts_offer.draw(f"{today}", "", told, request=request_of(db, client))
    with act() as db:
        args = (f"{today}", "", told)
        address, _done = contracts_offer.send(*args, ready=ready, request=request_of(db, client))
        text = queries.find_contract(db, client, told["uid"]).current
    assert address == f"/contrats?contrat={told['uid']}"
    assert (web.var / "contracts" / text.storage_key).read_bytes().startswith(b"%PDF")
    shown = text_of(page(act, web, client))
    assert "À vous de signer" in shown
    assert "Ce que vaut cette signature" in shown


def test_the_sentence_of_consent_comes_unticked_and_before_the_code(act, web, client, play):
    uid = play(lambda one: (one.fill(), (uid := one.begin()), one.send(uid), uid)[-1])
    drawn = page(act, web, client)
    assert with_id(drawn, "contracts-consent").value is False
    signing = with_id(drawn, "contracts-signing").data
    assert signing["uid"] == uid
    with act() as db:
        given = {"request": request_of(db, client)}
        box, error, *_rest = contracts_transitions.ask_code(False, signing, **given)
        assert (box, bool(error)) == (no_update, True)
        box, error, *_rest = contracts_transitions.ask_code(True, signing, **given)
    assert "b•••@thermia.example" in text_of(box)
    assert "application" not in text_of(box)  # bob has no second factor
    assert not error
    stale = signing | {"seen": "0" * 64}
    with act() as db, pytest.raises(Conflict):
        contracts_transitions.ask_code(True, stale, request=request_of(db, client))


def confirm(act, viewer, said):
    with act() as db:
        ready = contracts_transitions.write(said, request=request_of(db, viewer))
        return contracts_transitions.act(said, ready=ready, request=request_of(db, viewer))


def said(play, uid, act_, **typed):
    version = play(lambda one: one.row(uid).version)
    return {"act": act_, "uid": uid, "version": str(version), "n": 1} | typed


def test_a_refusal_has_a_reason_that_the_other_side_reads(act, web, client, dora, play):
    uid = play(lambda one: (one.fill(), (uid := one.begin()), one.send(uid), uid)[-1])
    asked, address, _toast = confirm(act, client, said(play, uid, "refuse", reason=" "))
    assert address is no_update
    assert "Quelques mots" in text_of(asked)
    asked, address, _toast = confirm(act, client, said(play, uid, "refuse", reason="Erreur"))
    assert (asked, address) == ([], f"/contrats?contrat={uid}&n=3")
    assert "« Erreur »" in text_of(page(act, web, client)).replace("\u00a0", " ")
    assert "Erreur" in text_of(page(act, web, dora, contrat=uid))


def test_an_end_is_typed_and_what_falls_is_said_first(act, client, dora, play):
    uid = play(lambda one: one.active())
    with act() as db:
        asks = {"act": "terminate", "uid": uid}
        question = contracts_transitions.ask(asks, request=request_of(db, client))
        assert "Aucun droit n’est ouvert" in text_of(question)
        assert contracts_transitions.ask({"act": ""}, request=request_of(db, client)) == []
    number = play(lambda one: one.row(uid).number)
    wrong = said(play, uid, "terminate", reason="Fin", typed="C-1")
    assert confirm(act, dora, wrong)[1] is no_update
    search = "?state=active&contrat=x"
    right = said(play, uid, "terminate", reason="Fin", typed=number, search=search)
    _asked, address, _toast = confirm(act, dora, right)
    assert address.startswith(f"/contrats?state=active&contrat={uid}&n=")
    assert play(lambda one: one.row(uid).state) is ContractState.TERMINATED


def test_a_contract_is_taken_back_renewed_and_the_renewal_abandoned(act, web, client, play):
    uid = play(lambda one: (one.fill(), (uid := one.begin()), one.send(uid), uid)[-1])
    confirm(act, client, said(play, uid, "take_back"))
    assert play(lambda one: one.row(uid).state) is ContractState.DRAFT
    play(lambda one: (one.send(uid), one.sign(uid), one.countersign(uid)))
    _asked, address, _toast = confirm(act, client, said(play, uid, "renew"))
    assert uid not in address  # the new one is shown
    with act() as db:
        assert queries.list_contracts(db, client).total == 2
        new = queries.find_under_way(db, client)
    beside = text_of(page(act, web, client))
    assert "est actif" in beside
    assert "Un renouvellement est en cours" in beside
    assert "Abandonner ce renouvellement" in text_of(page(act, web, client, contrat=new))
    _asked, address, _toast = confirm(act, client, said(play, new, "abandon"))
    assert uid in address
    assert "Un renouvellement est en cours" not in text_of(page(act, web, client))
    assert "est abandonné" in text_of(page(act, web, client, contrat=new))


def test_only_who_may_does_it_whatever_the_browser_sends(act, client, charlie, dora, play):
    uid = play(lambda one: one.active())
    for act_ in ("terminate", "renew", "take_back", "amend", "refuse"):
        words = {"reason": "x", "typed": "x", "subject": "x", "text": "x", "day": "2026-12-01"}
        with pytest.raises(NotFound):
            confirm(act, charlie, said(play, uid, act_, **words))
    amends = said(play, uid, "amend", subject="x", text="x", day="2026-12-01")
    with pytest.raises(Forbidden):
        confirm(act, client, amends)
    with pytest.raises(PreventUpdate):
        confirm(act, dora, {"act": "erase", "uid": uid})


def request(**wanted):
    return {"startRow": 0, "endRow": 100, "filterModel": filter_model(ContractQuery(**wanted))}


def lines(act, viewer, asked):
    with act() as db:
        return contracts.show_rows(rows_request=asked, opened=None, request=request_of(db, viewer))


def test_the_distributor_lists_filters_and_opens(act, web, dora, play):
    uid = play(lambda one: one.active())
    found = lines(act, dora, request())
    assert [row["uid"] for row in found["rows"]["rowData"]] == [uid]
    assert found["count"] == "1 contrat"
    assert lines(act, dora, request(state="draft"))["nothing"] is False
    assert lines(act, dora, request(text="thermia"))["words"]
    assert lines(act, dora, request(waits=True))["rows"]["rowCount"] == 0
    with suppress(PreventUpdate):
        lines(act, dora, None)
    with act() as db:
        given = {"request": request_of(db, dora)}
        drawn, url = contracts.show_contract({"uid": uid, "n": 1}, request(), **given)
        assert "Organisation de bob" in text_of(drawn)
        assert url == f"?contrat={uid}"
        assert contracts.show_contract({"uid": ""}, request(), **given) == ([], "")
        model = contracts.filter_list(
            fields={"q": "x", "state": "active", "waits": True, "ending": False}
        )
        assert model == filter_model(ContractQuery("x", "active", waits=True))
        assert contracts.clear_filters() == ("", "all", False, False)
    assert "1 actif" in text_of(page(act, web, dora))
    assert "Dossier" in text_of(page(act, web, dora, contrat=uid))
    assert "Dossier" not in text_of(page(act, web, dora, contrat="absent"))


def test_the_drawer_offers_to_countersign_only_what_waits(act, web, dora, play):
    uid = play(lambda one: (one.fill(), (uid := one.begin()), one.send(uid), one.sign(uid))[-1])
    drawn = page(act, web, dora, contrat=uid)
    presses = {attributes(part).get("data-act") for part in every(drawn)}
    assert "refuse_signature" in presses
    assert with_id(drawn, "contracts-ask-code")
    play(lambda one: one.countersign(uid))
    after = page(act, web, dora, contrat=uid)
    assert not [part for part in every(after) if getattr(part, "id", "") == "contracts-ask-code"]


def test_the_distributor_begins_one_for_who_has_none(act, web, dora):
    with act() as db:
        kind = OrganisationKind.COMPANY
        home = make_organisation(db, name="Sans contrat", kind=kind, contracted_until=None).id
    assert "1 organisation sans contrat" in text_of(page(act, web, dora))
    with act() as db:
        address = contracts.begin_for(str(home), request=request_of(db, dora))
        uid = address.partition("=")[2]
        assert queries.find_contract(db, dora, uid).row.organisation == "Sans contrat"
        for nobody in ("x", "99999", None, str(dora.organisation_id)):
            with pytest.raises(NotFound):
                contracts.begin_for(nobody, request=request_of(db, dora))


def test_home_leads_to_what_waits(act, client, dora, play):
    from pages.home import _contracts

    lacking = replace(client, contracted=False)
    with act() as db:
        assert _contracts(db, lacking).lacks
    uid = play(lambda one: (one.fill(), (uid := one.begin()), one.send(uid), one.sign(uid))[-1])
    with act() as db:
        assert _contracts(db, client).waiting_count == 0
        due = _contracts(db, dora)
    assert [row.uid for row in due.waiting] == [uid]
    assert due.waiting_count == 1


def test_a_contract_in_force_says_whom_it_lets_in(act, web, client, play):
    def signed(one):
        one.fill()
        one.name(Invite("lea@thermia.example", Role.CLIENT))
        uid = one.begin()
        one.send(uid)
        one.sign(uid)
        one.countersign(uid)
        return uid

    uid = play(signed)
    head = replace(client, role=Role.ADMINISTRATOR)
    said = text_of(page(act, web, head, contrat=uid))
    assert "1 personne nommée dans le dossier est invitée" in said
    assert "nommée" not in text_of(page(act, web, client, contrat=uid))  # who sees no /admin
