"""An act on many rights from the screen: asked with its counts, followed, stopped, undone."""

import pytest
from dash.exceptions import PreventUpdate

from callbacks import rights_bulk, rights_counts, rights_drawer
from core.errors import Conflict, Invalid, NotFound
from data.rights import queries
from data.rights.types import ActLineState, RightState
from tests.callbacks.test_rights import FIRST, every, text_of
from tests.data.rights.large_letter import make_letter
from tests.factories import make_pce, make_right
from tests.queue_work import work_acts
from tests.web import request_of

COUNT = 60
ALL = {"all": True}


@pytest.fixture
def many(web):
    """Sixty declarations that wait, and one active right."""
    with web.database.transaction() as db:
        make_letter(db, COUNT)
        make_right(db, make_pce(db, holder_id=1), 2)


def ask(db, viewer, act):
    return rights_drawer.ask(
        {"act": act, "uid": "", "n": 1}, [], ALL, FIRST, request=request_of(db, viewer)
    )


def confirm(db, viewer, act, mark, **more):
    told = {"act": act, "uids": "", "mark": mark, "n": 1, **more}
    return rights_drawer.act(told, None, [], ALL, FIRST, request=request_of(db, viewer))


def button_of(drawn, act):
    [button] = [part for part in every(drawn) if getattr(part, "data-act", "") == act]
    return button


def start(db, viewer, act, **more):
    return confirm(
        db, viewer, act, getattr(button_of(ask(db, viewer, act), act), "data-mark"), **more
    )


def test_what_can_and_cannot_be_is_counted_before_the_press(act, many, bob):
    with act() as db:
        drawn = ask(db, bob, "cancel")
    button = button_of(drawn, "cancel")
    assert "Annuler 60 déclarations" in text_of(button)
    assert "1 droit reste tel quel" in text_of(drawn)
    assert "N’attend plus de réponse" in text_of(drawn)
    assert not getattr(button, "data-uids")


def test_an_act_is_started_followed_and_undone(web, act, many, bob):
    with act() as db:
        drawn, *_rest, toast = start(db, bob, "cancel")
        assert "Suivre l’opération" in text_of(drawn)
        assert "Opération lancée" in text_of(toast)
    browser = web.browser(2)
    assert "Annuler des déclarations" in browser.open("/droits/operation").text
    assert "Aucune opération" in web.browser(3).open("/droits/operation").text
    assert "En attente" in browser.open("/droits/operation", "?n=1").text
    work_acts(web.database)
    with act() as db:
        body, off = rights_bulk.follow(1, request=request_of(db, bob))
        words = text_of(body)
        assert off
        for said in ("60 déclarations annulées, 1 ignoré", "Tout peut être rétabli", "Déroulé"):
            assert said in words
        said = text_of(rights_counts.say_opening("x", request=request_of(db, bob)))
        assert "1 droit actif sur 61" in said
        assert "attendue" not in said
        body, off = rights_bulk.undo(1, request=request_of(db, bob))
        assert not off
        assert "Rétablissement en cours" in text_of(body)
        with pytest.raises(Conflict):
            rights_bulk.undo(1, request=request_of(db, bob))
    work_acts(web.database)
    with act() as db:
        body, _off = rights_bulk.follow(1, request=request_of(db, bob))
        assert "60 droits rétablis" in text_of(body)
        assert queries.count_states(db, bob)[RightState.PENDING] == COUNT


def test_what_was_not_shown_is_not_started(act, many, bob):
    with act() as db:
        with pytest.raises(Conflict):
            confirm(db, bob, "cancel", "1-1")
        with pytest.raises(PreventUpdate):
            confirm(db, bob, "burn", "1-1")


def test_a_day_that_cannot_be_is_asked_again_for_many(act, web, bob):
    with web.database.transaction() as db:
        make_letter(db, COUNT, state=RightState.ACTIVE)
    with act() as db:
        drawn, *_rest = start(db, bob, "renew", ends_on="2020-01-01")
        assert "entre demain et le" in text_of(drawn)
        drawn, *_rest = start(db, bob, "renew", ends_on="2029-06-30")
        assert "Suivre l’opération" in text_of(drawn)
        assert "ne sont plus lisibles" in text_of(ask(db, bob, "revoke"))


def test_an_act_is_stopped(act, many, bob):
    with act() as db:
        start(db, bob, "cancel")
        body, off = rights_bulk.stop(1, request=request_of(db, bob))
        assert off
        assert "Arrêté" in text_of(body)


def test_its_lines_are_a_file_of_its_organisation_alone(web, act, many, bob):
    with act() as db:
        start(db, bob, "cancel")
    work_acts(web.database)
    file = web.browser(2).get("/droits/operation/lignes?n=1&etat=left")
    assert file.headers["Content-Disposition"] == 'attachment; filename="operation-1.csv"'
    assert file.text.count("\r\n") == 2
    assert "N’attend plus de réponse" in file.text
    assert web.browser(2).get("/droits/operation/lignes?n=1").text.count(";fait;") == COUNT
    for wrong in ("?n=1", "?n=x", "?n=99"):
        assert web.browser(3).get(f"/droits/operation/lignes{wrong}").status_code == 404
    with act() as db, pytest.raises(NotFound):
        rights_bulk.follow("1", request=request_of(db, bob))


def test_a_few_rights_are_done_by_the_press_with_their_receipt_and_undone(web, act, many, bob):
    with act() as db:
        uids = queries.find_uids(db, bob, queries.EVERY)
        rows = [{"uid": uid} for uid in [*uids[:3], uids[-1]]]
        asked = {"act": "cancel", "uid": "", "n": 1}
        drawn = rights_drawer.ask(asked, rows, None, FIRST, request=request_of(db, bob))
        assert "Annuler 3 déclarations" in text_of(button_of(drawn, "cancel"))
        mark = getattr(button_of(drawn, "cancel"), "data-mark")
        told = {"act": "cancel", "uids": "", "mark": mark, "n": 1}
        drawn, *_rest, toast = rights_drawer.act(
            told, None, rows, None, FIRST, request=request_of(db, bob)
        )
        assert "3 déclarations annulées, 1 ignoré" in text_of(toast)
        assert "Tout peut être rétabli jusqu’au" in text_of(drawn)
        assert "/droits/operation?n=1" in [getattr(part, "href", "") for part in every(drawn)]
        assert queries.count_states(db, bob)[RightState.OBSOLETE] == 3
        assert queries.get_act_receipt(db, bob, 1).counts[ActLineState.DONE] == 3
        confirmed = {"act": "cancel", "uids": " ".join(uids[:2]), "n": 1}
        with pytest.raises(Invalid):  # several are not done without a receipt
            rights_drawer.act(confirmed, None, request=request_of(db, bob))
        rights_bulk.undo(1, request=request_of(db, bob))
    assert work_acts(web.database) == 1
    with act() as db:
        assert queries.count_states(db, bob)[RightState.PENDING] == COUNT
