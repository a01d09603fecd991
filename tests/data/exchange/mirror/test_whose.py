"""Whose the credentials of a connection are, and what the distributor says in its own words."""

import pytest
from sqlalchemy import update

from components.mirror.connection import status
from components.mirror.sendings import sending_item
from components.mirror.unread_pces import unread_card
from core.i18n import using_language
from data.exchange.mirror.actions.connection import connect, try_out
from data.exchange.mirror.channels.right_parser import third_party_in
from data.exchange.mirror.models import MirrorSending
from data.exchange.mirror.queries.connection import get_connection
from data.exchange.mirror.queries.messages import find_stored_message
from data.exchange.mirror.queries.sendings import list_sendings
from data.exchange.mirror.rules.answers import silence_of
from data.exchange.mirror.types import (
    Credentials,
    MirrorPart,
    SendingRow,
    SendingState,
    SendingVerb,
    TasksSummary,
    UnreadRow,
)
from data.identity.accounts.models import Organisation
from data.upstream_message import UpstreamMessage
from tests.components.kit.trees import in_french, text_of
from tests.data.exchange.mirror.distributor import DONE, KEY, cut, lines, right_line
from tests.factories import NOW, make_pce, make_right

NAME = "THERMIA CONSEIL"
NOBODY = TasksSummary(0, 0, 0, None)
CODED = "« {reply} » (code {code})"


@pytest.fixture
def tried(braving, hostile, admin):
    """What the connection says once the distributor answered this."""

    def again(*answers):
        hostile.says(*answers)
        try_out(braving, admin, hostile.address, key=KEY, clock=lambda: NOW)
        with braving.reading() as db:
            return get_connection(db, admin, 0)

    return again


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (right_line(), NAME),
        ({"liste_acces": [right_line()]}, NAME),
        ({"liste_acces": []}, ""),
        ({"liste_acces": ["x"]}, ""),
        (right_line(raison_sociale_du_tiers=None), ""),
        (right_line(raison_sociale_du_tiers={"a": 1}), ""),
        (right_line(raison_sociale_du_tiers="A" * 500), "A" * 200),
        (DONE, ""),
    ],
)
def test_the_first_line_of_a_list_names_whose_it_is(line, name):
    assert third_party_in(line) == name


def test_whose_they_are_is_known_once_a_list_was_read_and_until_others_are_entered(
    braving, tried, admin
):
    assert tried(cut(right_line())).third_party == ""  # it broke off
    odd = right_line(raison_sociale_du_tiers=7.5)
    assert tried(lines(odd, right_line(), DONE)).third_party == NAME
    assert tried(lines(DONE)).third_party == NAME  # an empty list says nothing
    for given, left in ((Credentials("usr-4471", ""), NAME), (Credentials("usr-2", "s"), "")):
        with braving.transaction() as db:
            connect(db, admin, given, key=KEY, now=NOW)
            assert get_connection(db, admin, 0).third_party == left


@pytest.mark.parametrize("ours", ["Thermia  Conseil", "Autre"])
def test_it_is_said_where_it_is_not_the_name_of_the_organisation(braving, tried, admin, ours):
    assert "Identifiants de" not in text_of(status(tried(lines(DONE)), NOBODY, ()))
    with braving.transaction() as db:
        db.execute(update(Organisation).where(Organisation.id == 2).values(name=ours))
    row = tried(lines(right_line(), DONE))
    said = text_of(status(row, NOBODY, ()))
    assert f"Identifiants de{NAME}" in said
    assert ("votre organisation ici, Autre" in said) is (ours == "Autre")
    with using_language("en"):
        assert f"Credentials of{NAME}" in text_of(status(row, NOBODY, ()))


def test_words_of_there_stand_in_a_sentence_of_ours():
    assert find_stored_message([]) is None
    assert find_stored_message(["Panne {status}", {"status": 503}]) == UpstreamMessage("Panne 503")
    assert find_stored_message(["Panne {code}", {"code": 1, "reply": "Rien"}]) == UpstreamMessage(
        "Panne 1"
    )
    assert find_stored_message([CODED, {"code": 1, "reply": "{x}"}]) == UpstreamMessage(
        "« ", "{x}", " » (code 1)"
    )
    assert str(find_stored_message([CODED, {"code": 1, "reply": "{x}"}])) == "« {x} » (code 1)"
    with using_language("en"):
        assert find_stored_message(
            [CODED, {"code": 1, "reply": "sans message"}]
        ) == UpstreamMessage("« no message » (code 1)")


def test_why_nothing_came_is_in_their_words_and_marked_so():
    silence = silence_of("99", "Accès fermé")
    kept = find_stored_message([silence.sentence, {"code": silence.code, "reply": silence.reply}])
    with using_language("en"):
        drawn = unread_card([UnreadRow("GI1", "", MirrorPart.PUBLISHED, kept, NOW)], 1)
    assert in_french(drawn) == ["Accès fermé"]


@pytest.mark.parametrize(
    ("state", "answer", "code", "said"),
    [
        (SendingState.REFUSED, "Non.", "12", "Distributor’s answer: “Non.” (code 12)"),
        (SendingState.REFUSED, "Non.", "", "Distributor’s answer: “Non.”"),
        (SendingState.REFUSED, "", "12", ""),
        # Once it is there, its right says whom it waits for: what was said that day may be over.
        (SendingState.DONE, "Demande enregistrée, en attente du titulaire.", "0000000002", ""),
    ],
)
def test_an_answer_is_in_their_words_while_it_says_why(here, admin, state, answer, code, said):
    with here.transaction() as db:
        right = make_right(db, make_pce(db), 2)
        sending = {"verb": SendingVerb.DECLARE, "created_at": NOW, "next_attempt_at": NOW}
        sending |= {"state": state, "answer": answer, "code": code, "ended_at": NOW}
        db.add(MirrorSending(organisation_id=2, right_id=right.id, **sending))
    with here.reading() as db, using_language("en"):
        (row,) = list_sendings(db, admin)
        drawn = sending_item(row)
    assert isinstance(row, SendingRow)
    assert (said in text_of(drawn)) if said else row.answer is None
    assert in_french(drawn) == (["Non."] if said else [])
