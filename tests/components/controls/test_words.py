"""Deadlines and states in words, what the drawer says next, and proofs at home."""

from dataclasses import replace
from datetime import date

import pytest

from components.controls.answer import NO_ANSWER, read_answer
from components.controls.labels import deadline_chips, deadline_of, state_of
from components.rights.drawer import controls_of
from components.rights.labels import step_sentence, step_text
from components.rights.rows import grid_row
from data.controls.types import ControlRow, Urgency
from data.rights.rules.pending import next_step
from data.rights.types import ProofState, RightState, SiblingRights
from tests.components.kit.trees import of_kind, text_of
from tests.data.rights.test_waiting import right
from tests.factories import NOW, PCE

ROW = ControlRow(
    uid="c-1", right="r-1", number=PCE, site="Gymnase Nord", holder="Val-des-Tilleuls",
    third_party="Thermia Conseil", organisation_id=2, state=ProofState.AWAITED, version=1,
    due_on=date(2026, 12, 6), days_left=12, urgency=Urgency.CALM, opened_at=NOW, sent_at=None,
    decided_at=None, closed_at=None, motive=None, owner_id=None, owner="", unread=0, staged=False,
    campaign="k-1",
)  # fmt: skip


@pytest.mark.parametrize(
    ("days", "urgency", "word", "tone"),
    [
        (12, Urgency.CALM, "J-12, à temps", "info"),
        (7, Urgency.SOON, "J-7, à suivre", "warn"),
        (3, Urgency.URGENT, "J-3, urgent", "bad"),
        (0, Urgency.URGENT, "aujourd’hui, urgent", "bad"),
        (-2, Urgency.LATE, "dépassé de 2 j", "bad"),
    ],
)
def test_a_deadline_has_its_word_whatever_its_colour(days, urgency, word, tone):
    found = deadline_of(replace(ROW, days_left=days, urgency=urgency))
    assert found is not None
    assert (found[0], found[2]) == (word, tone)


def test_nothing_is_due_once_nothing_is_waited_for():
    assert deadline_chips(replace(ROW, urgency=None)) == []


def test_a_control_whose_right_ended_says_it():
    assert state_of(ROW)[0] == "Preuve en attente"
    assert state_of(replace(ROW, closed_at=NOW))[0] == "Droit terminé"


def test_a_right_says_that_its_proof_waits_and_leads_there(bob, dora):
    asked = right(
        RightState.ACTIVE, uid="r-1", number=PCE, proof_state=ProofState.AWAITED,
        proof_due=bob.today,
    )  # fmt: skip
    assert grid_row(asked, bob)["step"] == {
        "text": "Vous, preuve jusqu’au 24/11/2026 inclus", "href": "/controles?right=r-1",
    }  # fmt: skip
    assert grid_row(asked, dora)["step"] == {
        "text": "Demandeur, preuve jusqu’au 24/11/2026 inclus",
        "href": f"/controles?state=awaited&q={PCE}",
    }
    late = replace(asked, proof_due=date(2026, 11, 20))
    assert step_text(late, bob) == "Vous, en retard depuis le 20/11/2026"
    sent = replace(asked, proof_state=ProofState.UNDER_CHECK)
    assert step_text(sent, bob) == "Distributeur, vérifier la preuve"
    for row in (asked, late, sent):
        for staff in (False, True):
            assert "{" not in step_sentence(next_step(row, bob.today), staff=staff)
    assert grid_row(replace(asked, proof_state=None), bob)["step"] == "personne"


def test_a_proof_is_given_to_another_distributor_itself_while_nothing_leaves(bob, dora):
    asked = right(
        RightState.ACTIVE, uid="r-1", number=PCE, proof_state=ProofState.AWAITED,
        proof_due=bob.today, relayed=True,
    )  # fmt: skip
    said = "Vous, preuve au distributeur jusqu’au 24/11/2026 inclus"
    assert grid_row(asked, bob)["step"] == said  # no control to open
    sentence = step_sentence(next_step(asked, bob.today))
    assert "sur son propre portail, jusqu’au 24 nov. 2026" in sentence
    assert "demandeur" in step_sentence(next_step(asked, bob.today), staff=True)
    late = replace(asked, proof_due=date(2026, 11, 20))
    assert step_text(late, bob) == "Vous, en retard depuis le 20/11/2026"
    given = replace(asked, proof_state=ProofState.UNDER_CHECK)
    assert grid_row(given, bob)["step"] == "Distributeur"
    sends = replace(asked, around=SiblingRights(sends=True))
    assert grid_row(sends, bob)["step"]["href"] == "/controles?right=r-1"


def test_the_drawer_of_a_right_leads_to_its_controls():
    (part,) = controls_of([ROW])
    (link,) = of_kind(part, "Link")
    assert link.href == "/controles?right=r-1&controle=c-1"
    assert "J-12, à temps" in text_of(part)
    assert controls_of([]) == []


@pytest.mark.parametrize("sent", [None, 3, [], {"deposit": []}, {"deposit": ""}, {"checks": "x"}])
def test_what_is_no_answer_is_none(sent):
    assert read_answer(sent) == NO_ANSWER


def test_an_answer_is_of_its_own_deposit_only():
    told = {"deposit": "d-1", "checks": [{"controle": "c-1", "missing": ["Manque", 3]}]}
    assert read_answer(told, "d-1").missing == {"c-1": ("Manque",)}
    assert read_answer(told, "d-2") == NO_ANSWER
