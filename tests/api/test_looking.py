"""Over HTTP: the banner and the way out, every write of every route and callback refused."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
import structlog
from sqlalchemy import select
from werkzeug.routing import UUIDConverter

from api.adict.errors import is_for_programs
from core.access import Role
from core.database import Base
from data.identity.audit.models import AuditEvent
from data.rights import actions as rights
from tests.factories import NOW, make_pce, make_user
from tests.test_isolation import asked
from tests.web import HTML

ALICE = 1
KEPT_APART = {"audit_events", "login_sessions", "looks"}


@pytest.fixture
def irene(web):
    with web.database.transaction() as db:
        make_pce(db, holder_id=1)
        named = {"organisation_id": 4, "role": Role.ADMINISTRATOR}
        return make_user(db, email="irene@reseau.example", name="Irene", **named).id


@pytest.fixture
def looking(web, irene):
    browser = web.browser(irene)
    answer = browser.post(f"/vue/{ALICE}", {"reason": "ticket 12"})
    assert (answer.status_code, answer.location) == (303, "/")
    return browser


def everything(web):
    with web.database.reading() as db:
        return {
            table.name: db.execute(select(table)).all()
            for table in Base.metadata.sorted_tables
            if table.name not in KEPT_APART
        }


def has_banner(browser, path="/"):
    """The frame comes inside the page, as JSON."""
    page = browser.get(path)
    assert page.status_code == 200
    return "/vue/fin" in page.text.replace("\\u002f", "/")


def test_the_banner_is_on_every_page_with_the_way_out(web, looking, irene):
    assert all(has_banner(looking, path) for path in ("/", "/pces", "/droits", "/seuils"))
    answer = looking.post("/vue/fin")
    assert (answer.status_code, answer.location) == (303, f"/admin?user={ALICE}")
    assert not has_banner(looking)
    assert "Irene" in looking.get("/compte").text


def test_it_ends_by_itself(web, looking):
    for minutes in (14, 15):  # the session does not: its owner is there
        web.clock.now += timedelta(minutes=minutes)
        assert has_banner(looking)
    web.clock.now += timedelta(minutes=1)
    assert not has_banner(looking)


@pytest.mark.parametrize(
    "path",
    [
        "/compte",
        "/compte/mot-de-passe",
        "/compte/second-facteur",
        "/admin",
        "/export/operat",
    ],
)
def test_secrets_and_files_are_not_for_who_looks(looking, path):
    assert looking.client.get(path, headers={"Accept": "application/json"}).status_code == 403


@pytest.mark.parametrize("path", ["/compte", "/admin"])
def test_a_page_refused_to_who_looks_has_the_way_out_too(looking, path):
    answer = looking.get(path)
    assert answer.status_code == 403
    assert 'action="/vue/fin"' in answer.text
    assert "à la place de Alice" in answer.text
    assert looking.post("/vue/fin").status_code == 303


def test_every_route_that_writes_is_refused(web, looking):
    before = everything(web)
    map_ = web.server.url_map.bind("localhost")
    asked_of = 0
    for rule in web.server.url_map.iter_rules():
        methods = (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
        if not methods or rule.endpoint in {"looking.stop", "session.sign_out"}:
            continue
        path = map_.build(rule.endpoint, dict.fromkeys(rule.arguments, 1))
        if path == "/_dash-update-component":
            continue
        for _method in methods:
            answer = looking.post(path, {"language": "en", "theme": "dark", "reason": "x"})
            refused = {400, 401} if is_for_programs(path) else {403, 405}
            assert answer.status_code in refused, (path, answer.status_code)
            asked_of += 1
    assert asked_of > 15
    assert everything(web) == before


@pytest.mark.parametrize("value", [1, "alice", {"uid": "x", "id": 1, "version": 1}])
def test_no_callback_changes_anything(web, looking, value):
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    before = everything(web)
    for output, declared in web.dash.callback_map.items():
        if "_pages_content.children" in output or "callback" not in declared:
            continue
        looking.dispatch(asked(output, declared, {"n_clicks": 1}, value).body)
    assert everything(web) == before


def test_a_view_is_not_kept_although_its_owner_could(web, looking, alice):
    """What only needs a right to read is refused as well: it writes."""
    output = next(one for one in web.dash.callback_map if "rights-views.children" in one)
    declared = web.dash.callback_map[output]
    before = everything(web)
    body = asked(output, declared, {"n_clicks": 1, "n_submit": 1}, None).body
    answer = looking.dispatch(body)
    assert "ni rien changer" in json.dumps(answer.json, ensure_ascii=False)
    assert everything(web) == before
    with web.database.transaction() as db:
        rights.keep_view(db, alice, "Vue", "?q=a", now=NOW)  # hers to keep


def test_what_is_seen_is_in_the_journal(web, looking, irene):
    looking.client.get("/pces?q=quelqu-un", headers=HTML)
    with web.database.reading() as db:
        query = select(AuditEvent).where(AuditEvent.action == "people.looked")
        events = db.scalars(query).all()
    assert {"path": "/pces"} in [one.detail for one in events]
    assert {one.actor_id for one in events} == {irene}
    assert "quelqu-un" not in str([one.detail for one in events])


def test_signing_out_ends_the_session_of_who_looks(web, looking, irene):
    assert looking.post("/deconnexion").status_code == 303
    assert looking.client.get("/pces").status_code == 401
    with web.database.reading() as db:
        out = select(AuditEvent.actor_id).where(AuditEvent.action == "accounts.signed_out")
        assert db.scalars(out).all() == [irene]


def test_nobody_else_begins_a_look(web, irene):
    assert web.browser(ALICE).post("/vue/2", {"reason": "x"}).status_code == 403
    assert web.browser(4).post("/vue/2", {"reason": "x"}).status_code == 403
    assert web.browser(irene).post("/vue/4", {"reason": "x"}).status_code == 422
    assert web.browser(irene).post("/vue/1", {"reason": ""}).status_code == 422


DOCUMENTS = {  # what is read in the page, and written; all other routes of ours are refused
    "pieces.piece",
    "pieces.page",
    "pieces.marks",
    "contracts.pdf",
    "contracts.page",
    "contracts.power",
    "contracts.power_page",
}
PUBLIC = {
    *("session.show_sign_in", "session.show_code", "password.show_request", "password.show_reset"),
    *("single.begin", "single.come_back", "single.end", "invitation.show", "health.health"),
    *("health.metrics", "subjects.privacy", "notices.show_link", "consent.show", "letters.show"),
    *("legal.notice", "legal.accessibility", "described.show", "described.give_document"),
    *("calendars.feed", "shared.show"),
    *("adict_rights.list_all", "adict_data.informative", "adict_data.published"),
    *("adict_data.injected", "adict_data.contractual", "adict_data.technical"),
}
FILES = {"_dash_assets.static", "static_files.bootstrap", "scripts.scripts"}


def _value(rule, name):
    """Something of the type that the route asks for, of nobody."""
    return UUID(int=1) if type(rule._converters[name]) is UUIDConverter else 1


def test_every_route_of_ours_is_public_a_document_or_refused(web, looking):
    map_, refused = web.server.url_map.bind("localhost"), set()
    for rule in web.server.url_map.iter_rules():
        if "." not in rule.endpoint or rule.endpoint in FILES or "GET" not in (rule.methods or ()):
            continue
        named = {name: _value(rule, name) for name in rule.arguments}
        path = map_.build(rule.endpoint, named)
        status = looking.client.get(path).status_code
        read = rule.endpoint in DOCUMENTS | PUBLIC
        assert (status != 403) if read else (status == 403), (rule.endpoint, status)
        refused |= set() if read else {rule.endpoint}
    assert {"controls.export_controls", "pieces.packed", "contracts.proof"} <= refused
    assert {"imports.rejects", "imports.lines"} <= refused
