"""The page of delivery points asked for: form, letter, queue of the distributor."""

import re

import pytest
from dash import no_update

from callbacks import claims
from core.access import Role
from data.administration.claims.queries import list_claims
from pages.claims import PAGE
from tests.data.administration.claims.test_claims import add_readings
from tests.data.controls.files.pieces import pdf
from tests.factories import PCE, make_pce, make_user
from tests.web import request_of

GOOD = {"number": "09999 999 910 001", "index": "18 230", "read_on": "2026-11-23"}


def save(db, viewer, **typed):
    return claims.save(fields=GOOD | typed, seen=None, request=request_of(db, viewer))


def shown(db, viewer):
    return str(PAGE.layout(request_of(db, viewer)).to_plotly_json())


@pytest.fixture
def pce(web):
    with web.database.transaction() as db:
        row = make_pce(db)
        add_readings(db, row)
        return row.id


def press(monkeypatch, button, db, viewer, func, *values):
    monkeypatch.setattr(claims.ctx.__class__, "triggered_id", button)
    return func(*values, request=request_of(db, viewer))


def test_an_index_opens_the_chart_of_the_point(act, pce, charlie):
    with act() as db:
        place, _toasts, fields = save(db, charlie, number="", index="x", read_on="")
        assert (place, len(re.findall("field-error", str(fields)))) == (no_update, 3)
        assert save(db, charlie)[0] == f"/consommations?pce={PCE}"
        assert "déjà à votre organisation" in str(save(db, charlie)[2])


def test_a_letter_waits_for_the_distributor_who_answers(web, act, pce, charlie, dora, monkeypatch):
    browser = web.browser(3)
    assert browser.get("/points/lettre?octets=10&files=1&pce=12").status_code == 422
    assert browser.get(f"/points/lettre?octets=10&files=1&pce={PCE}").status_code == 204
    sent = browser.send("/points/lettre", [("lettre.pdf", pdf())], {"pce": PCE})
    assert sent.status_code == 201, sent.text
    with act() as db:
        (row,) = list_claims(db, charlie)
        assert "lettre.pdf" in shown(db, charlie)
        queue = shown(db, dora)
        assert "Charlie, Organisation de charlie" in queue
    assert browser.get(f"/points/lettres/{row.id}").mimetype == "application/pdf"
    assert web.browser(2).get(f"/points/lettres/{row.id}").status_code == 404
    with act() as db:
        answer = {"type": "claims-refuse", "claim": row.id}
        ids, texts = [{"type": "claims-answer", "claim": row.id}], ["Illisible."]
        press(monkeypatch, answer, db, dora, claims.refuse, ids, texts)
        assert "Illisible." in shown(db, charlie)
        assert "Rien n’attend" in shown(db, dora)
        assert save(db, charlie, index="1")[0] == "/points"
        again = list_claims(db, charlie)[0].id
        press(monkeypatch, {"claim": again, "taken_from": 0}, db, dora, claims.accept)
        assert "Ouvrir" in shown(db, charlie)


def test_who_may_not_ask_reads_who_can(web, act, alice):
    with web.database.transaction() as db:
        reader = make_user(db, organisation_id=1, email="lea@tilleuls.example", role=Role.CLIENT)
        reader_id = reader.id
    with act() as db:
        from dataclasses import replace

        page = shown(db, replace(alice, user_id=reader_id, role=Role.CLIENT))
        assert "Alice peut ajouter un point de livraison." in page
        assert "Lui envoyer la demande" in page
