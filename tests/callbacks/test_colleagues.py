"""A colleague who can is asked in one press, and not twice a day."""

import json
from contextvars import copy_context
from dataclasses import replace

import pytest
from dash._callback_context import context_value
from dash._utils import AttributeDict
from sqlalchemy import select

from callbacks import colleagues
from components.colleagues import ask_button
from core.access import Role
from core.errors import Conflict, Invalid, NotFound
from data.administration.subjects.actions.name_removal import remove_name
from data.administration.subjects.rules.name_removal import NOBODY
from data.administration.subjects.types import Subject
from data.notifications.models import Notice, NoticeEvent
from data.notifications.rules.words import reason_of, title_of
from data.notifications.types import HelpSubject
from pages import bills, budgets, operat, prices, thresholds
from tests.components.kit.trees import text_of
from tests.factories import PCE, make_pce, make_user
from tests.web import request_of

PAGES = {"prices": prices, "bills": bills, "budgets": budgets, "operat": operat,
         "thresholds": thresholds}  # fmt: skip


@pytest.fixture
def client(db, people, alice):
    """A client of alice's organisation."""
    make_pce(db, holder_id=1)
    user = make_user(db, organisation_id=1, email="adele@tilleuls.example", role=Role.CLIENT)
    return replace(alice, user_id=user.id, role=Role.CLIENT)


def press(db, viewer, subject, pce=""):
    prop = json.dumps(ask_button(subject, pce), sort_keys=True, separators=(",", ":"))

    def run():
        context_value.set(
            AttributeDict(triggered_inputs=[{"prop_id": f"{prop}.n_clicks", "value": 1}])
        )
        return colleagues.ask(request=request_of(db, viewer))

    return copy_context().run(run)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_who_can_and_offers_to_ask(db, client, name):
    words = text_of(PAGES[name].layout(request_of(db, client)))
    assert "Alice peut" in words
    assert "Lui envoyer la demande" in words


def test_a_request_reaches_those_who_can_with_the_page(db, client):
    (toast,) = press(db, client, "prices", PCE)
    assert "Demande envoyée à Alice" in text_of(toast)
    event, reader = db.execute(
        select(NoticeEvent, Notice.user_id).join(Notice, Notice.event_id == NoticeEvent.id)
    ).one()
    assert (reader, event.path) == (1, f"/prix?pce={PCE}")
    assert title_of(event).endswith(f"vous demande de saisir les prix du gaz, pour le PCE {PCE}")
    with pytest.raises(Conflict, match="déjà partie"):
        press(db, client, "prices", PCE)
    remove_name(db, Subject("adele@tilleuls.example", client.user_id, organisation_id=1))
    db.expire_all()
    assert event.site == NOBODY


def test_requests_are_few_and_for_what_one_cannot_do(db, client, alice):
    for subject in ("bills", "budgets", "operat", "thresholds", "prices"):
        press(db, client, subject)
    with pytest.raises(Conflict, match="en un jour"):
        press(db, client, HelpSubject.CONTRACT.value)
    with pytest.raises(Invalid):
        press(db, alice, "prices")
    for subject, pce, error in (("burn", "", Invalid), ("bills", "09999999999999", NotFound)):
        with pytest.raises(error):
            press(db, client, subject, pce)


def test_an_amendment_is_asked_of_the_distributor(db, client):
    asker = replace(client, organisation="Tilleuls")
    (toast,) = press(db, asker, HelpSubject.AMENDMENT.value)
    assert "Demande envoyée à Dora" in text_of(toast)
    event, reader = db.execute(select(NoticeEvent, Notice.user_id).join(Notice)).one()
    assert (event.organisation_id, reader) == (4, 4)
    assert title_of(event).endswith("vous demande de préparer un avenant à son contrat")
    assert reason_of(event).startswith("Alice Tilleul, de Tilleuls, attend")
