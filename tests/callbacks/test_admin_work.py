"""Work that failed is seen, retried and dropped by those who run the portal, and by nobody else."""

import json

import pytest
from dash._callback_context import context_value
from dash._utils import AttributeDict
from sqlalchemy import select

from callbacks import admin_work
from components.admin.ids import failed_work_button
from core import queue
from core.access import OrganisationKind, Role, Viewer
from core.errors import Forbidden, NotFound
from core.queue_models import QueueItem
from core.queue_types import Lease, NewItem, RetryPolicy, WorkKind
from data.identity.audit.models import AuditEvent
from data.identity.operations.queries import list_failed_work
from tests.conftest import TODAY
from tests.factories import NOW, make_user
from tests.web import request_of

KIND = WorkKind("make_export", "exports", RetryPolicy())
IRENE = Viewer(5, 4, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, TODAY, contracted=True)


@pytest.fixture
def item_id(web):
    """An export of Alice's organisation that was given up."""
    with web.database.transaction() as db:
        named = {"organisation_id": 4, "role": Role.ADMINISTRATOR}
        make_user(db, email="irene@reseau.example", name="Irene", **named)
        queue.enqueue(db, KIND, NewItem(1, key="7"), NOW)
        (item,) = queue.claim(db, "exports", Lease("test", 60), NOW)
        queue.fail(db, item, "RuntimeError: no room", NOW)
    return item.id


def press(web, button, viewer=IRENE):
    prop = json.dumps(button, sort_keys=True, separators=(",", ":")) + ".n_clicks"
    token = context_value.set(AttributeDict(triggered_inputs=[{"prop_id": prop}]))
    try:
        with web.database.transaction() as db:
            return admin_work.act_on_failed_work(request=request_of(db, viewer))
    finally:
        context_value.reset(token)


def state_of(web, item_id):
    with web.database.reading() as db:
        return db.scalar(select(QueueItem.state).where(QueueItem.id == item_id))


def test_page_of_failed_work_is_for_those_who_run_the_portal(web, item_id, alice):
    page = web.browser(IRENE.user_id).open("/admin", "?part=work").text
    assert "RuntimeError: no room" in page
    assert "Organisation de alice" in page
    assert "1 essai" in page
    dropping = page.split("asks-first")[1]  # what cannot be undone asks first
    assert dropping.index("Rien ne sera plus tenté") < dropping.index("Abandonner ce travail")
    assert "no room" not in web.browser(alice.user_id).open("/admin", "?part=work").text
    with web.database.reading() as db, pytest.raises(Forbidden):
        list_failed_work(db, alice)


def test_failed_work_is_retried_once_and_the_journal_says_so(web, item_id):
    card, (told,) = press(web, failed_work_button("retry", item_id))
    assert "Aucun travail en échec" in str(card)
    assert "repris" in str(told)
    assert state_of(web, item_id) == "waiting"
    with pytest.raises(NotFound):
        press(web, failed_work_button("drop", item_id))
    with web.database.reading() as db:
        noted = select(AuditEvent.actor_id).where(AuditEvent.action == "queue.retried")
        assert list(db.scalars(noted)) == [IRENE.user_id]


def test_failed_work_is_dropped(web, item_id):
    press(web, failed_work_button("drop", item_id))
    assert state_of(web, item_id) is None


@pytest.mark.parametrize("button", [failed_work_button("burn", 1), failed_work_button("drop", "x")])
def test_a_button_that_is_not_ours_does_nothing(web, item_id, button):
    with pytest.raises(NotFound):
        press(web, button)
    assert state_of(web, item_id) == "dead"


def test_nobody_else_retries_or_drops_failed_work(web, item_id, alice, admin):
    for viewer in (alice, admin):
        with pytest.raises(Forbidden):
            press(web, failed_work_button("drop", item_id), viewer)
