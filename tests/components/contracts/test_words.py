"""Who must act on a contract, before when; what changed is said; addresses keep their filters."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from components.contracts.acts import ContractActForm, find_errors, question
from components.contracts.changes import changes_part
from components.contracts.contract_required import WAY, contract_needed
from components.contracts.filters import (
    ALL,
    ContractQuery,
    filter_model,
    moved_address,
    read_wanted,
    wanted_of,
    write_wanted,
)
from components.contracts.form_parser import (
    identity_errors,
    identity_of,
    imports_error,
    imports_of,
    invites_errors,
    invites_of,
)
from components.contracts.ids import Ids
from components.contracts.labels import opening, renewal_texts, step_text
from components.contracts.paper import paper_text
from components.contracts.signature import code_box
from core.access import Role
from core.errors import Invalid
from data.contracts.rules.states import UNDER_WAY
from data.contracts.types import (
    CodeSent,
    Consequences,
    ContractActions,
    ContractDetail,
    ContractRow,
    ContractSort,
    ContractState,
    TextChange,
    TextComparison,
    TextPiece,
    TextState,
)
from tests.components.kit.trees import attributes, every, of_kind, text_of
from tests.data.contracts.files.papers import PAPER
from tests.factories import NOW

TODAY = date(2026, 11, 24)


def row(state=ContractState.ACTIVE, **values):
    known = {
        "uid": "u",
        "organisation_id": 2,
        "organisation": "Thermia",
        "number": "C-2026-000007",
        "state": state,
        "version": 3,
        "starts_on": TODAY,
        "ends_on": date(2029, 11, 23),
        "days_left": 1095,
        "changed_at": NOW,
        "renews": "",
        "amendment": None,
        "waits": False,
    }
    return ContractRow(**(known | values))


def detail(state=ContractState.ACTIVE, verbs=None, **values):
    return ContractDetail(row(state, **values), "", None, None, (), "bob@thermia.example",
                          verbs or ContractActions())  # fmt: skip


def test_a_renewal_is_told_in_sentences(bob):
    signed = row(ContractState.COUNTERSIGNED, starts_on=date(2027, 1, 11))
    assert renewal_texts(signed, bob)[0] == "C-2026-000007 prend la suite le 11/01/2027"
    said = {state: renewal_texts(row(state), bob)[1] for state in UNDER_WAY[:3]}
    assert said[ContractState.DRAFT].startswith("Complétez le dossier")
    assert said[ContractState.SENT].endswith("attend votre signature.")
    assert said[ContractState.CLIENT_SIGNED].endswith("le distributeur doit le contresigner.")
    reader = replace(bob, role=Role.CLIENT)
    assert "un administrateur le signe" in renewal_texts(row(ContractState.DRAFT), reader)[1]


@pytest.mark.parametrize(
    ("one", "client", "staff"),
    [
        (row(ContractState.DRAFT), "Vous, contrat à préparer", "Client, contrat à préparer"),
        (row(ContractState.SENT), "Vous, à signer", "Client, à signer"),
        (
            row(ContractState.SENT, starts_on=date(2026, 12, 1)),
            "Vous, à signer avant le 01/12/2026",
            "Client, à signer avant le 01/12/2026",
        ),
        (row(ContractState.CLIENT_SIGNED), "Distributeur, à contresigner", "Vous, à contresigner"),
        (
            row(amendment=TextState.CLIENT_SIGNED),
            "Distributeur, avenant à contresigner",
            "Vous, avenant à contresigner",
        ),
        (row(amendment=TextState.OFFERED), "Vous, avenant à signer", "Client, avenant à signer"),
        (row(), "personne", "personne"),
        (
            row(days_left=45, ends_on=TODAY + timedelta(days=45)),
            "Client, à renouveler avant le 08/01/2027",
            "Client, à renouveler avant le 08/01/2027",
        ),
        (
            row(ContractState.COUNTERSIGNED, starts_on=date(2026, 12, 1)),
            "personne, début le 01/12/2026",
            "personne, début le 01/12/2026",
        ),
        (row(ContractState.EXPIRED), "Client, à renouveler", "Client, à renouveler"),
    ],
)
def test_each_state_says_who_must_act_and_before_when(one, client, staff, bob, dora):
    assert step_text(one, bob) == client
    assert step_text(one, dora) == staff


@pytest.mark.parametrize("state", list(ContractState))
def test_every_state_has_its_first_sentence(state):
    first, _after = opening(row(state))
    assert first
    if state is not ContractState.DRAFT:
        assert "C-2026-000007" in first or state is ContractState.ABANDONED


def test_an_active_contract_without_an_end_says_so():
    assert opening(row(ends_on=None))[1] == ", sans fin fixée."


def test_what_changed_is_said_and_not_only_coloured():
    change = TextChange("Fonction", "", ((TextPiece.SAME, "Gérant"), (TextPiece.NEW, " associé")))
    (part,) = changes_part(TextComparison(PAPER, (change,)), PAPER.number)
    assert "1 partie modifiée depuis la version précédente" in text_of(part)
    assert "ajouté\u00a0: " in text_of(part)
    assert of_kind(part, "Ins")
    assert changes_part(TextComparison(None, (change,)), "C-2025-000001") == []
    (renewed,) = changes_part(TextComparison(PAPER), "C-2025-000001")
    assert "Rien n’a changé" in text_of(renewed)
    assert PAPER.number in text_of(renewed)


def test_the_address_of_the_list_keeps_its_filters_and_nothing_else():
    wanted = ContractQuery("thermia", "active", waits=True, ending=True, sort="ends_on", open="u")
    query = dict(pair.split("=") for pair in write_wanted(wanted).removeprefix("?").split("&"))
    assert read_wanted(query) == wanted
    assert read_wanted({"state": "nothing", "sort": "password", "waits": "yes"}) == ContractQuery()
    assert write_wanted(ContractQuery()) == ""
    asked = {
        "filterModel": filter_model(wanted),
        "sortModel": [{"colId": "ends_on", "sort": "asc"}],
    }
    assert wanted_of(asked) == ContractQuery(
        "thermia", "active", waits=True, ending=True, sort="ends_on"
    )
    assert wanted_of(None).sort == f"-{ContractSort.CHANGED}"
    assert wanted_of(None).state == ALL


def test_a_contract_that_moved_has_another_address_each_time():
    assert moved_address({"q": "x"}, "u", 4, staff=True) == "/contrats?q=x&contrat=u&n=4"
    assert moved_address({"q": "x"}, "u", 4, staff=False) == "/contrats?contrat=u&n=4"


def test_who_has_no_contract_is_told_before_typing(bob, dora):
    from dataclasses import replace

    assert contract_needed(bob) == []
    assert contract_needed(dora) == []
    (said,) = contract_needed(replace(bob, contracted=False), "Après.")
    assert "Un contrat est nécessaire" in text_of(said)
    assert text_of(said).endswith("Préparer le contrat")
    assert any(getattr(part, "href", "") == WAY for part in every(said))
    (reader,) = contract_needed(replace(bob, contracted=False, role=Role.CLIENT))
    assert text_of(reader).endswith("Voir le contrat")


def test_numbers_of_an_organisation_are_judged_each_at_its_field():
    told = {"name": "A", "siren": "123456789", "vat": "FR00", "postal_code": "991"}
    assert set(identity_errors(identity_of(told))) == {"siren", "vat", "postal_code"}
    other = {"siren": "999001050", "siret": "99900101900010"}
    assert "SIREN" in identity_errors(identity_of(other))["siret"]
    assert identity_errors(identity_of({"siren": "999 001 050"})) == {}
    assert identity_of({"kind": "nothing"}).kind.value == "company"


def test_each_line_is_an_address_to_invite():
    told = {"client": "a@b.example\nnot an address", "administrator": "c@d.example; e@f.example"}
    assert [one.email for one in invites_of(told)][:2] == ["c@d.example", "e@f.example"]
    assert set(invites_errors(told, "", ())) == {"client"}
    assert invites_errors({"client": "a@b.example"}, "", ()) == {}


def test_a_number_of_pce_is_a_number():
    assert imports_of({"wanted": True, "expected": "1 200"}).expected == 1200
    assert imports_error({"wanted": True, "expected": "beaucoup"})
    with pytest.raises(Invalid):
        imports_of({"expected": "-1"})


def ending(**typed):
    falls = Consequences("Thermia", 12, 3, 2, paused=True)
    return ContractActForm("terminate", detail(), falls, (1, 0), typed=typed)


def test_an_end_says_what_falls_and_asks_for_the_number_of_the_contract(bob, dora):
    said = text_of(question(bob, ending()))
    for words in ("12 droits deviennent obsolètes", "2 PCE ne sont plus", "1 export en cours"):
        assert words in said
    assert "programmé" not in said  # there is none
    assert "Thermia en est prévenue" in text_of(question(dora, ending()))
    assert set(find_errors(ending(), TODAY)) == {"reason", "typed"}
    assert set(find_errors(ending(reason="Fin", typed="C-2026-000008"), TODAY)) == {"typed"}
    assert find_errors(ending(reason="Fin", typed=" C-2026-000007 "), TODAY) == {}


def test_an_end_that_costs_nothing_says_so(bob):
    falls = Consequences("Thermia", 0, 0, 0, paused=True)
    said = text_of(question(bob, ContractActForm("terminate", detail(), falls)))
    assert "Aucun droit n’est ouvert" in said
    waits = Consequences("Thermia", 0, 0, 0, paused=False)
    signed = ContractActForm("terminate", detail(ContractState.COUNTERSIGNED), waits)
    assert "n’a pas commencé" in text_of(question(bob, signed))


@pytest.mark.parametrize("act", ["take_back", "renew", "refuse", "amend"])
def test_every_question_may_be_left_and_keeps_what_was_typed(act, dora):
    asked = ContractActForm(act, detail(), typed={"reason": "Pourquoi", "subject": "Pourquoi"})
    drawn = question(dora, asked)
    presses = [attributes(part).get("data-contracts") for part in of_kind(drawn, "Button")]
    assert presses == ["forget", "confirm"]
    kept = [getattr(part, "value", "") for part in every(drawn)]
    assert act in {"take_back", "renew"} or "Pourquoi" in kept


def test_an_unknown_act_asks_nothing(dora):
    assert question(dora, ContractActForm("erase", detail())) == []
    amended = ContractActForm(
        "amend", detail(), typed={"subject": "x", "text": "y", "day": "2020-01-01"}
    )
    assert set(find_errors(amended, TODAY)) == {"day"}


@pytest.mark.parametrize("second", [False, True])
def test_the_code_of_the_application_is_asked_of_who_has_one(second):
    sent = CodeSent("b•••@thermia.example", NOW + timedelta(minutes=10), second)
    drawn = code_box(sent, "u", "s" * 64, NOW)
    ids = {getattr(part, "id", None) for part in every(drawn)}
    assert (Ids.APP_CODE in ids) is second
    left = next(part for part in every(drawn) if attributes(part).get("data-contracts") == "left")
    assert attributes(left)["data-seconds"] == "600"


def test_who_signs_by_delegation_is_not_called_a_legal_representative():
    assert "Représentant légal" in text_of(paper_text(PAPER))
    said = text_of(paper_text(replace(PAPER, delegation="pouvoir.pdf")))
    assert "Représentant légal" not in said
    assert "Signataire par délégation" in said
    assert "pouvoir.pdf" in said
