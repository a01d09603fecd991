"""Errors are sentences for people and JSON for machines, never a trace."""

import psycopg
import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import RequestEntityTooLarge

from core.errors import Busy, Conflict, NotFound, Unavailable
from core.i18n import N_
from tests.api.adict.program import program_of
from tests.web import HTML, Web


@pytest.fixture
def broken(web):
    """A portal with routes that fail in every way."""

    def fail(how):
        errors = {
            "bug": ZeroDivisionError("secret-detail"),
            "absent": NotFound(N_("Rien ici.")),
            "conflict": Conflict(N_("Le PCE {pce} est déjà pris."), pce="X"),
            "large": RequestEntityTooLarge(),
            "busy": Busy(N_("La base est occupée.")),
            "down": Unavailable(N_("L’antivirus ne répond pas.")),
        }
        raise errors[how]

    alone = Web(web.database, web.var, alone=True)
    alone.server._got_first_request = False  # Flask closes its routes after one request
    alone.server.add_url_rule("/casse/<how>", view_func=fail)
    return alone


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("absent", 404, "Rien ici."),
        ("conflict", 409, "Le PCE X est déjà pris."),
        ("large", 413, "Cet envoi est trop volumineux : déposez moins de fichiers à la fois."),
        ("bug", 500, "Une erreur inattendue"),
    ],
)
def test_an_error_is_a_sentence(broken, how, status, words):
    browser = broken.browser(1)
    page = browser.get(f"/casse/{how}")
    assert page.status_code == status
    assert page.mimetype == "text/html"
    assert words in page.text
    data = browser.client.get(f"/casse/{how}", headers={"Accept": "application/json"})
    assert data.status_code == status
    assert words in data.json["error"]


@pytest.mark.parametrize(("how", "seconds"), [("busy", "2"), ("down", "60"), ("absent", None)])
def test_what_may_be_asked_again_says_when(broken, how, seconds):
    said = broken.browser(1).get(f"/casse/{how}")
    assert said.headers.get("Retry-After") == seconds
    assert said.status_code == (503 if seconds else 404)


CUT = psycopg.OperationalError("server closed the connection unexpectedly")
GONE = {
    "cut": CUT,
    "refused": OperationalError("", {}, CUT),
    "stopping": psycopg.errors.AdminShutdown("terminating connection"),
    "full": psycopg.errors.TooManyConnections("sorry, too many clients already"),
}


def test_a_session_that_cannot_be_read_is_a_page_of_the_portal(web, monkeypatch):
    """Who asks is not looked up again for the page that says so: it would fail as well."""

    def refused(*_args):
        raise psycopg.errors.FeatureNotSupported("cached plan must not change result type")

    client = web.browser(1).client
    monkeypatch.setattr("data.identity.accounts.queries.find_open_session", refused)
    answer = client.get("/", headers=HTML)
    assert answer.status_code == 500
    assert "Une erreur inattendue s’est produite" in answer.text
    assert "Référence" in answer.text


@pytest.mark.parametrize("error", GONE.values(), ids=GONE)
@pytest.mark.parametrize("path", ["/", "/connexion", "/adict/v2/droits_acces"])
def test_a_database_that_is_gone_is_a_sentence_and_when_to_ask_again(web, monkeypatch, path, error):
    program, asked = program_of(web), []
    client = (web.browser(1) if path == "/" else web.browser()).client
    head = {"Authorization": f"Bearer {program.token}"} if path.startswith("/adict") else {}

    def gone(**_kind):
        asked.append(path)
        raise error

    for way in ("reading", "transaction"):
        monkeypatch.setattr(web.database, way, gone)
    answer = client.get(path, headers=HTML | head)
    assert asked
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "La base de données du portail ne répond pas" in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_bug_shows_a_number_and_nothing_of_itself(broken, capsys):
    answer = broken.browser(1).client.get("/casse/bug")
    assert "secret-detail" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json["reference"] in capsys.readouterr().out


def test_an_unknown_page_is_404_and_still_the_portal(web):
    answer = web.browser(1).get("/nulle-part")
    assert answer.status_code == 404
    assert "react-entry-point" in answer.text


@pytest.mark.parametrize("path", ["/_nothing", "/_dash-nothing", "/_dash-component-suites/os/x.js"])
def test_an_unknown_inside_is_404_in_json(web, path):
    answer = web.browser(1).client.get(path)
    assert answer.status_code == 404
    assert answer.is_json


def test_a_callback_is_not_got(web):
    assert web.browser(1).client.get("/_dash-update-component").status_code == 405


@pytest.mark.parametrize("path", ["/deconnexion", "/preferences"])
def test_what_is_posted_is_no_page(web, path):
    assert web.browser(1).get(path).status_code == 404


def test_an_error_speaks_english_to_who_reads_english(broken):
    browser = broken.browser(1)
    browser.post("/preferences", {"language": "en"})
    assert '<html lang="en"' in browser.get("/casse/absent").text
