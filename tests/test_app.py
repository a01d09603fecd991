"""The whole portal, put together."""

from dataclasses import replace

import pytest
from dash import html
from psycopg import OperationalError
from sqlalchemy import select, update

import app
from components.frame_search import DESTINATIONS
from core.access import Permission, Role
from core.errors import Busy, Conflict, Unavailable
from core.i18n import N_
from data.identity.accounts.models import User
from data.rights.types import RightState
from pages import PAGES, menu_of
from pages.page import Section
from tests.factories import PCE, make_pce, make_right
from tests.web import Web, fresh_database


def test_every_page_answers_its_address(web):
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(role=Role.ADMINISTRATOR))
    browser = web.browser(1)
    for page in PAGES:
        if "<" in page.path:
            continue
        assert browser.get(page.path).status_code == 200
        answer = browser.open(page.path)
        assert answer.status_code == 200
        assert "exclamation-octagon" not in answer.text, page.path


def test_the_title_of_the_tab_is_the_page(web):
    assert "<title>Mon compte · Réseau Gaz</title>" in web.browser(1).get("/compte").text
    assert web.browser(1).open("/compte").json["response"]["_pages_store"]["data"] == {
        "title": "Mon compte · Réseau Gaz"
    }


def test_the_menu_has_six_words_at_most_and_none_of_the_fleet_for_one_point(alice, dora):
    fleet = ["Accueil", "Parc", "Alertes", "Coûts", "Relevés", "Accès"]
    menu = menu_of(alice, several=True)
    assert [entry.label for entry in menu] == fleet
    assert [entry.label for entry in menu_of(dora, several=False)] == fleet
    one = [entry.label for entry in menu_of(alice, several=False)]
    assert one == ["Accueil", "Consommation", "Alertes", "Coûts", "Accès"]
    access = [entry.label for entry in menu[-1].entries]
    assert access == ["Qui lit vos données", "Droits d’accès", "Contrôles", "Contrats"]
    assert "Qui lit vos données" not in str(menu_of(dora, several=True))


def test_each_destination_that_the_search_finds_is_a_page_with_its_permission():
    permissions = {page.path: page.permission for page in PAGES}
    for destination in DESTINATIONS:
        permission = permissions[destination.href.partition("?")[0]]
        assert destination.is_action or permission is destination.permission, destination.name


def test_each_page_is_of_a_word_of_the_menu_or_of_the_account(alice):
    covered = [path for entry in menu_of(alice, several=True) for path in entry.covers]
    others = {page.path for page in PAGES if page.section is Section.ACCOUNT}
    assert len(covered) == len(set(covered))
    assert set(covered) | others == {page.path for page in PAGES}


def test_an_unknown_address_says_what_to_do(web):
    answer = web.browser(1).open("/nulle-part")
    assert answer.status_code == 200
    assert "Introuvable ou hors de votre périmètre" in answer.get_data(
        as_text=True
    ).encode().decode("unicode_escape", "ignore") or "Introuvable" in str(answer.json)


def words_of(answer):
    return str(answer.json)


def test_the_query_does_not_replace_what_the_portal_gives(web):
    answer = web.browser(1).open("/compte", "?db=1&viewer=2&fait=mot-de-passe&fait=x")
    assert "Votre mot de passe est changé" in words_of(answer)


def test_my_account_shows_who_i_am(web):
    words = words_of(web.browser(1).open("/compte"))
    for expected in ("alice@tilleuls.example", "Organisation de alice", "Gestionnaire de site"):
        assert expected in words
    assert "bob" not in words


def close_request(web, session_id):
    output = next(o for o in web.dash.callback_map if "accounts-sessions.children" in o)
    declared = web.dash.callback_map[output]
    button = {"session": session_id, "type": "accounts-close"}
    return {
        "output": output,
        "outputs": [
            {"id": out.component_id, "property": out.component_property}
            if "@" not in out.component_property
            else {"id": out.component_id, "property": "children"}
            for out in declared["output"]
        ],
        "inputs": [
            [{"id": button, "property": "n_clicks", "value": 1}],
            {"id": "accounts-close-others", "property": "n_clicks"},
        ],
        "changedPropIds": [f'{{"session":{session_id},"type":"accounts-close"}}.n_clicks'],
    }


def test_a_session_is_closed_from_my_account(web):
    first, second = web.browser(1), web.browser(1)
    answer = first.dispatch(close_request(web, 2))
    assert answer.status_code == 200
    assert "1 session fermée" in words_of(answer)
    assert second.get("/compte").status_code == 302


def test_the_session_of_somebody_else_stays_open(web):
    mine, theirs = web.browser(1), web.browser(2)
    answer = mine.dispatch(close_request(web, 2))
    assert answer.status_code == 200
    assert "introuvable" in words_of(answer)
    assert theirs.get("/compte").status_code == 200


def test_two_portals_in_one_process_do_not_mix(web, sqlite_template, tmp_path):
    from tests.factories import make_organisation, make_user

    folder = tmp_path / "other"
    folder.mkdir()
    database = fresh_database(sqlite_template, folder)
    with database.transaction() as db:
        organisation = make_organisation(db, name="Ailleurs")
        make_user(db, organisation_id=organisation.id, name="Zoé")
    other = Web(database, folder)
    assert "Organisation de alice" in words_of(web.browser(1).open("/compte"))
    assert "Ailleurs" in words_of(other.browser(1).open("/compte"))
    database.close()


OWN = next(page for page in PAGES if page.permission is Permission.ACCOUNT)


def raising(error):
    def layout(_request, **_query):
        raise error

    return layout


def test_a_page_that_refuses_shows_its_sentence(web):
    shown = app.render_layout(page_with(OWN, raising(Conflict(N_("Déjà pris.")))))
    with context(web):
        assert "Déjà pris." in str(shown())


def test_a_page_that_breaks_shows_a_number(web, capsys):
    shown = app.render_layout(page_with(OWN, raising(ZeroDivisionError("secret"))))
    with context(web):
        card = str(shown())
    assert "Référence" in card
    assert "secret" not in card
    assert "ZeroDivisionError" in capsys.readouterr().out


GONE = OperationalError("server closed the connection unexpectedly")


def test_a_page_that_the_database_leaves_half_way_says_so(web, capsys):
    shown = app.render_layout(page_with(OWN, raising(GONE)))
    with context(web):
        card = str(shown())
    assert "La base de données du portail ne répond pas" in card
    assert "Référence" not in card
    assert "Traceback" not in capsys.readouterr().out


def test_a_page_asks_for_its_permission(web):
    page = replace(
        page_with(PAGES[-1], lambda *_request, **_q: html.Div("ici")),
        permission=Permission.RUNS_READ,
    )
    with context(web, role=Role.CLIENT):
        assert "Accès refusé" in str(app.render_layout(page)())
    with context(web):
        assert "ici" in str(app.render_layout(page)())


def page_with(page, layout):
    return replace(page, layout=layout)


def context(web, **changes):
    """A request of alice's, for functions that need one."""
    from contextlib import contextmanager

    from flask import g

    from core.access import OrganisationKind, Role, Viewer

    @contextmanager
    def opened():
        with web.server.test_request_context("/"):
            viewer = Viewer(
                1, 1, OrganisationKind.COMPANY, Role.FACILITY_MANAGER, web.clock().date()
            )
            g.viewer = replace(viewer, **changes)
            yield

    return opened()


@pytest.mark.parametrize(
    ("path", "found"),
    [("/", True), ("/compte", True), ("/compte/", True), ("/compte/x", False), ("/x", False)],
)
def test_an_address_leads_to_one_page_or_none(path, found):
    known = {page.path for page in PAGES}
    if path == "/" and "/" not in known:
        pytest.skip("no home page yet")
    assert (app.page_at(path) is not None) is found


def test_a_callback_refusal_is_a_toast_in_the_reader_s_language(web):
    answer = web.browser(1).dispatch(close_request(web, 999))
    side = answer.json["sideUpdate"]["frame-toasts"]["children"]
    assert "introuvable" in str(side)


@pytest.mark.parametrize(
    ("error", "title"),
    [(Unavailable, "Pas encore fait"), (Busy, "Pas encore fait"), (Conflict, "Action refusée")],
)
def test_a_toast_tells_what_may_be_asked_again(web, monkeypatch, error, title):
    def refused(*_args):
        raise error(N_("Une phrase."))

    monkeypatch.setattr("data.identity.accounts.actions.close_session", refused)
    answer = web.browser(1).dispatch(close_request(web, 999))
    assert title in str(answer.json["sideUpdate"]["frame-toasts"]["children"])


def test_a_callback_that_the_database_leaves_half_way_says_so(web, monkeypatch):
    def gone(*_args):
        raise GONE

    monkeypatch.setattr("data.identity.accounts.actions.close_session", gone)
    answer = web.browser(1).dispatch(close_request(web, 999))
    said = str(answer.json["sideUpdate"]["frame-toasts"]["children"])
    assert "Pas encore fait" in said
    assert "ne répond pas" in said


def test_a_callback_bug_is_a_toast_with_a_number(web, monkeypatch, capsys):
    def broken(*_args):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("data.identity.accounts.actions.close_session", broken)
    answer = web.browser(1).dispatch(close_request(web, 999))
    assert answer.status_code == 200
    assert "secret" not in answer.text
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_dev_tools_are_absent(web):
    browser = web.browser(1)
    assert '"ui":false' in browser.get("/compte").text.replace(" ", "")
    assert "props_check" not in str(browser.client.get("/_reload-hash").json)


def test_the_operators_delays_reach_the_pages(sqlite_template, tmp_path):
    database = fresh_database(sqlite_template, tmp_path)
    web = Web(database, tmp_path / "var", rights_answer_days=5, rights_longest_years=1)
    delays = web.server.extensions["portal"].delays
    assert (delays.answer_days, delays.longest_years) == (5, 1)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (RightState.PENDING, "Le titulaire a été sollicité"),
        (RightState.OBSOLETE, "Le droit a expiré"),
        (RightState.ACTIVE, "ne couvrent aucune consommation aujourd’hui"),
    ],
)
def test_who_declared_a_right_is_told_why_it_reads_nothing(web, state, said):
    with web.database.transaction() as db:
        pce = make_pce(db, PCE, holder_id=1)
        right = make_right(db, pce, 2, state=state).uid
    words = words_of(web.browser(2).open("/consommations", f"?pce={PCE}"))
    assert said in words
    assert f"/droits?open={right}" in words
    assert "Ce PCE est introuvable" in words_of(
        web.browser(3).open("/consommations", f"?pce={PCE}")
    )


def test_workers_inherit_no_connection(sqlite_template, tmp_path, monkeypatch):
    database = fresh_database(sqlite_template, tmp_path)
    with database.reading() as db:
        db.execute(select(User.id))
    assert database.engine.pool.checkedin() == 1
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    monkeypatch.setattr(app, "Database", lambda _url: database)
    monkeypatch.setattr(app.log, "configure", lambda _level: None)
    monkeypatch.setattr(app.api.gc_freeze, "settle", lambda: None)
    app.create_server()
    assert database.engine.pool.checkedin() == 0
