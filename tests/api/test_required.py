"""Roles that must have a second factor: nothing else answers them before it is on."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import update

from core.access import Role
from data.identity.accounts import actions
from data.identity.accounts.models import User
from tests.api.test_guard import TOKENS, paths_of
from tests.api.test_second import HERE, PASSWORD, begun, code
from tests.factories import make_people
from tests.web import Web

ADICT = (
    *("/droits_acces", "/droit_acces/<uid>", "/droit_acces/<uid>/preuves"),
    *(f"/pce/<number>/{what}" for what in ("droit_acces", "donnees_contractuelles")),
    *(f"/pce/<number>/donnees_{what}" for what in ("techniques", "consos_informatives")),
    *(f"/pce/<number>/donnees_{what}_publiees" for what in ("consos", "injections")),
)
FREE = {
    "/compte/second-facteur",
    "/compte/second-facteur/activation",
    "/compte/second-facteur/codes",
    "/compte/second-facteur/arret",
    "/compte/cles-acces",
    "/compte/cles-acces/ajout",
    "/compte/cles-acces/codes",
    "/deconnexion",
}
PUBLIC = {
    "/accessibilite",
    "/confidentialite",
    "/mentions-legales",
    "/documentation-api",
    "/adict/v2/openapi.json",
    "/connexion",
    "/connexion/code",
    "/connexion/cle",
    "/connexion/cle/demande",
    "/connexion/code/cle",
    "/connexion/unique",
    "/connexion/unique/retour",
    "/connexion/unique/fin",
    "/mot-de-passe-oublie",
    "/mot-de-passe/<token>",
    "/preferences",
    "/health",
    "/metrics",
    "/avis/<token>",
    "/courriels/<token>",
    "/calendrier/<token>.ics",
    "/consentement/<token>",
    "/partage/<token>",
    "/invitation/<token>",
    *(f"/adict/v2{path}" for path in ADICT),  # by the token of a program, and nothing else
    *TOKENS,
    "/static/bootstrap/<path:name>",
    "/static/scripts.js",
    "/assets/<path:filename>",
}


@pytest.fixture
def strict(sqlite_database, tmp_path):
    with sqlite_database.transaction() as db:
        make_people(db)
        hashed = actions.hash_password(PASSWORD)
        db.execute(update(User).values(password_hash=hashed))
    return Web(sqlite_database, tmp_path / "var", second_factor="required")


def become(web, role, **more):
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(role=role, **more))


@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.ADMINISTRATOR])
def test_nothing_but_the_page_of_the_second_factor_answers(strict, role):
    become(strict, role)
    browser = strict.browser(1)
    seen = 0
    for rule, path in paths_of(strict):
        if rule.rule in FREE | PUBLIC:
            continue
        for method in rule.methods - {"OPTIONS", "HEAD"}:
            answer = browser.client.open(path, method=method, headers=browser.head())
            assert answer.status_code == 403, (method, path, answer.status_code)
            assert "Votre rôle demande la double authentification" in answer.json["error"]
            if method == "GET" and not path.startswith("/_"):
                assert browser.get(path).location == HERE, path
            seen += 1
    assert seen > 15
    assert browser.get("/assets/login.css").status_code == 200


@pytest.mark.parametrize("role", [Role.CLIENT, Role.FACILITY_MANAGER])
def test_other_roles_may_do_without(strict, role):
    become(strict, role)
    assert strict.browser(1).get("/compte").status_code == 200


def test_the_public_pages_do_not_take_such_a_person_for_signed_in(strict):
    become(strict, Role.ADMINISTRATOR)
    browser = strict.browser(1)
    assert 'name="password"' in browser.get("/connexion").text
    assert browser.post("/compte/second-facteur/codes", {"current": PASSWORD}).status_code == 403
    assert browser.post("/compte/mot-de-passe", {"current": PASSWORD}).status_code == 403


def test_once_it_is_on_they_come_to_the_page_they_asked_for(strict):
    become(strict, Role.ADMINISTRATOR)
    browser = strict.browser()
    browser.get("/connexion")
    form = {"email": "alice@tilleuls.example", "password": PASSWORD, "next": "/pces?q=lycee"}
    assert browser.post("/connexion", form).location == "/pces?q=lycee"
    assert browser.get("/pces?q=lycee").location == HERE
    page = browser.get(HERE).text
    assert "Votre rôle demande un second facteur" in page
    assert "Me déconnecter" in page
    assert 'href="/compte"' not in page
    secret = begun(browser)
    done = browser.post(f"{HERE}/activation", {"code": code(strict, secret)})
    assert len(re.findall(r"<code>([^<]+)</code>", done.text)) == 10
    assert 'href="/pces?q=lycee"' in done.text
    assert browser.get("/pces?q=lycee").status_code == 200


def test_they_may_sign_out_or_change_language_instead(strict):
    become(strict, Role.ADMINISTRATOR)
    browser = strict.browser(1)
    browser.get(HERE)
    assert browser.post("/preferences", {"language": "en", "next": HERE}).location == HERE
    assert "Your role requires a second factor" in browser.get(HERE).text
    assert browser.post("/deconnexion").location == "/connexion"
    assert browser.get(HERE).location.startswith("/connexion?")


def test_who_changes_application_is_led_to_the_other_one(strict):
    become(strict, Role.ADMINISTRATOR)
    browser = strict.browser(1)
    secret = begun(browser)
    browser.post(f"{HERE}/activation", {"code": code(strict, secret)})
    strict.clock.now += timedelta(minutes=1)
    page = browser.get(HERE).text
    assert "Changer d’application" in page
    assert "Désactiver" not in page
    form = {"current": PASSWORD, "code": pyotp.TOTP(secret).at(strict.clock())}
    assert browser.post(f"{HERE}/arret", form).location == HERE
    assert browser.get("/compte").location == HERE
    assert "Commencer" in browser.get(HERE).text


def test_a_promotion_is_felt_at_the_next_request(strict):
    browser = strict.browser(1)
    assert browser.get("/compte").status_code == 200
    become(strict, Role.ADMINISTRATOR)
    assert browser.get("/compte").location == HERE


def test_the_password_of_the_demo_does_without_until_it_changes(strict):
    become(strict, Role.ADMINISTRATOR, demo_password=True)
    browser = strict.browser(1)
    assert "le mot de passe de la démonstration en dispense" in browser.open("/compte").text
    new = "violon torrent papier"
    form = {"current": PASSWORD, "new": new, "again": new}
    assert browser.post("/compte/mot-de-passe", form).status_code == 303
    assert browser.get("/compte").location == HERE


def test_it_does_not_where_the_portal_is_no_demo(strict, tmp_path):
    become(strict, Role.ADMINISTRATOR, demo_password=True)
    real = Web(strict.database, tmp_path / "var", second_factor="required", demo=False)
    assert real.browser(1).get("/compte").location == HERE


def test_an_operator_may_ask_it_of_nobody(strict, tmp_path):
    become(strict, Role.ADMINISTRATOR)
    lax = Web(strict.database, tmp_path / "var", second_factor="optional", demo=False)
    assert lax.browser(1).get("/compte").status_code == 200
