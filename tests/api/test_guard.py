"""The door: nothing but the sign-in pages answers the anonymous, nothing answers another site."""

import hashlib
import io
from base64 import urlsafe_b64decode
from uuid import UUID

import pytest
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import IntegerConverter

from api.guard import safe_next
from core.access import Role
from tests.factories import make_user
from tests.web import DISPATCH, HTML, Web, fresh_database

TOKENS = {
    "/oauth2/token",
    "/oauth2/<server>/v1/token",
    "/openam/oauth2/realms/<realm>/access_token",
}
PUBLIC = {
    "/connexion",
    "/connexion/code",
    "/connexion/cle",
    "/connexion/cle/demande",
    "/connexion/code/cle",
    "/connexion/unique",
    "/connexion/unique/retour",
    "/connexion/unique/fin",
    "/deconnexion",
    "/mot-de-passe-oublie",
    "/mot-de-passe/<token>",
    "/preferences",
    "/health",
    "/confidentialite",  # what is kept, why and how long: for anybody
    "/accessibilite",
    "/mentions-legales",
    "/documentation-api",  # how programs call, for who writes them
    "/adict/v2/openapi.json",
    "/avis/<token>",  # what a signed link opens, and no other
    "/courriels/<token>",  # the same, who wants no more of them
    "/calendrier/<token>.ics",  # deadlines, for a program that shows calendars
    "/consentement/<token>",  # the letter of a holder, who has no account
    "/partage/<token>",  # whoever has the link reads the days it shows
    "/invitation/<token>",  # who is invited, and has no account yet
    *TOKENS,  # what a program shows there is its credential
    *TOKENS,  # what a program shows there is its credential
    "/metrics",
    "/static/bootstrap/<path:name>",
    "/static/scripts.js",
    "/assets/<path:filename>",
}


def paths_of(web):
    for rule in web.server.url_map.iter_rules():
        values = dict.fromkeys(rule.arguments, "1")
        yield rule, web.server.url_map.bind("localhost").build(rule.endpoint, values)


def test_every_route_but_the_public_ones_turns_the_anonymous_away(web):
    seen = 0
    for rule, path in paths_of(web):
        if rule.rule in PUBLIC:
            continue
        for method in rule.methods - {"OPTIONS"}:
            answer = web.browser().client.open(path, method=method)
            assert answer.status_code == 401, (method, path)
            seen += 1
    assert seen > 15


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def readinto(self, _buffer):
        raise AssertionError("the body was read")

    read = readinto


@pytest.mark.parametrize("path", ["/connexion", "/consentement/1", "/preferences", "/oauth2/token"])
@pytest.mark.parametrize(
    "length", [{"CONTENT_LENGTH": "65537"}, {"HTTP_TRANSFER_ENCODING": "chunked"}]
)
def test_no_long_body_is_read_of_who_is_not_signed_in(web, path, length):
    answer = web.browser().client.post(
        path,
        input_stream=Unread(),
        environ_overrides=length,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 413


def test_a_person_is_led_to_the_sign_in_page_and_back(web):
    answer = web.browser().get("/consommations?pce=09999999910001&pas=mois")
    assert answer.location == (
        "/connexion?next=%2Fconsommations%3Fpce%3D09999999910001%26pas%3Dmois"
    )


def test_the_sessions_of_one_person_wait_for_threads_as_one(web):
    people = web.server.config["PEOPLE"]
    for _session in range(2):
        browser = web.browser(1)
        browser.get("/")
        assert people.get(browser.cookies()["session"].rsplit(".", 2)[0]) == 1


TOO_GREAT = (2**31, 2**63, 10**30)  # for the keys of a database, and for what holds them


@pytest.mark.parametrize("number", TOO_GREAT)
def test_no_number_of_an_address_is_too_great_to_be_said_absent(web, number):
    with web.database.transaction() as db:
        named = {"organisation_id": 4, "role": Role.ADMINISTRATOR}
        irene = make_user(db, email="irene@reseau.example", name="Irene", **named).id
    browser, seen = web.browser(irene), 0
    for rule, _path in paths_of(web):
        numbers = {name for name, one in rule._converters.items() if type(one) is IntegerConverter}
        if not numbers:
            continue
        values = dict.fromkeys(rule.arguments, UUID(int=1)) | dict.fromkeys(numbers, number)
        path = web.server.url_map.bind("localhost").build(rule.endpoint, values)
        for method in rule.methods - {"OPTIONS"}:
            answer = browser.client.open(path, method=method, headers=browser.head())
            assert answer.status_code in {404, 422}, (method, path, answer.status_code)
            seen += 1
    assert seen > 10


@pytest.mark.parametrize("path", ["/_dash-layout", "/_dash-dependencies", "/_reload-hash"])
def test_the_insides_never_redirect(web, path):
    answer = web.browser().get(path)
    assert answer.status_code == 401
    assert answer.is_json


@pytest.mark.parametrize(
    "path", ["//_dash-layout", "/assets/../_dash-layout", "/static/../../settings.py", "/./compte"]
)
def test_odd_spellings_of_a_path_open_nothing(web, path):
    answer = web.browser().client.get(path)
    assert answer.status_code in {301, 302, 308, 400, 401, 404}
    assert b"props" not in answer.data


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_another_site_cannot_write(web, headers):
    browser = web.browser(1)
    assert browser.post("/preferences", {"language": "en"}, **headers).status_code == 403
    assert browser.dispatch({}, **headers).status_code == 403
    assert browser.post("/deconnexion", **headers).status_code == 403
    assert browser.get("/compte").status_code == 200


def test_our_own_origin_can(web):
    browser = web.browser(1)
    same = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/preferences", {"language": "en"}, **same).status_code == 303


def test_a_post_without_the_form_token_is_refused(web):
    browser = web.browser(1)
    assert browser.post("/preferences", {"csrf_token": "", "language": "en"}).status_code == 400
    assert browser.dispatch({}, **{"X-CSRFToken": "forged"}).status_code == 400
    assert browser.post("/deconnexion", {"csrf_token": "x"}).status_code == 400


def test_the_token_of_somebody_else_is_refused(web):
    alice, bob = web.browser(1), web.browser(2)
    stolen = bob.cookies()["_csrf_token"]
    assert alice.post("/preferences", {"csrf_token": stolen, "language": "en"}).status_code == 400


def test_cookies_are_signed_with_sha256(web):
    kept = web.browser(1).cookies()
    for name in ("session", "_csrf_token"):
        signature = kept[name].rpartition(".")[2]
        assert len(urlsafe_b64decode(f"{signature}=")) == 32, name


def test_a_session_cookie_signed_with_sha1_opens_nothing(web):
    browser = web.browser(1)
    signed = URLSafeTimedSerializer(
        web.server.secret_key,
        salt="cookie-session",
        serializer=web.server.session_interface.serializer,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha1},
    )
    with browser.client.session_transaction() as session:
        forged = signed.dumps(dict(session))
    assert browser.get("/compte").status_code == 200
    browser.client.set_cookie("session", forged)
    assert browser.get("/compte").status_code == 302


def test_dash_reads_the_token_in_a_cookie(web):
    assert web.browser(1).cookies()["_csrf_token"]


@pytest.mark.parametrize(
    ("target", "led"),
    [
        ("/pces?q=a&b=c", "/pces?q=a&b=c"),
        ("/compte?", "/compte"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\nb", "/"),
        ("pces", "/"),
        ("//[evil", "/"),
        ("http://[", "/"),
    ],
)
def test_only_our_own_pages_come_next(target, led):
    assert safe_next(target) == led


def test_metrics_are_for_this_machine(web):
    client = web.browser().client
    assert client.get("/metrics").status_code == 200
    far = {"REMOTE_ADDR": "192.0.2.1"}
    assert client.get("/metrics", environ_base=far).status_code == 401
    for name, said in (
        ("X-Forwarded-For", "192.0.2.1"),
        ("X-Real-IP", "192.0.2.1"),
        ("Forwarded", "for=192.0.2.1"),
        ("X-Real-IP", ""),
    ):
        assert client.get("/metrics", headers={name: said}).status_code == 401


def test_metrics_may_be_for_the_bearer_of_a_token(sqlite_template, tmp_path):
    web = Web(fresh_database(sqlite_template, tmp_path), tmp_path / "var", metrics_token="jeton")
    client = web.browser().client
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer jeton"}).status_code == 200


def test_a_secure_portal_says_so(sqlite_template, tmp_path):
    web = Web(
        fresh_database(sqlite_template, tmp_path),
        tmp_path / "var",
        base_url="https://gaz.example",
    )
    answer = web.browser().client.get("/connexion", headers=HTML, base_url="https://gaz.example")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("__Host-session"))
    assert "Secure" in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_proxy_is_believed_only_when_it_is_ours(sqlite_template, tmp_path):
    for hops, status in ((0, 200), (1, 401)):
        folder = tmp_path / str(hops)
        folder.mkdir()
        web = Web(fresh_database(sqlite_template, folder), folder, trusted_proxies=hops)
        headers = {"X-Forwarded-Proto": "https"}
        far = {"X-Forwarded-For": "192.0.2.1"} if hops else {}
        answer = web.browser().client.get("/metrics", headers=headers | far)
        assert answer.status_code == status


def test_a_callback_of_a_closed_session_is_401(web):
    assert web.browser().client.post(DISPATCH, json={}).status_code == 401
