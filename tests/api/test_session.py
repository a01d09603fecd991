"""Signing in and out through the pages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from data.identity.accounts import actions
from data.identity.accounts.models import LoginSession, User
from data.notifications.models import Notification
from tests.factories import make_people
from tests.web import Web, fresh_database

PASSWORD = "cheval pile agrafe juste"
EMAIL = "alice@tilleuls.example"


@pytest.fixture
def alice_knows(web):
    """Alice has a password."""
    with web.database.transaction() as db:
        db.execute(
            update(User).where(User.id == 1).values(password_hash=actions.hash_password(PASSWORD))
        )


def entered(web, password=PASSWORD, email=EMAIL, target="/"):
    browser = web.browser()
    browser.get("/connexion")
    return browser, browser.post(
        "/connexion", {"email": email, "password": password, "next": target}
    )


def test_the_right_password_leads_to_the_page_asked_for(web, alice_knows):
    browser, answer = entered(web, target="/pces?q=lycee")
    assert answer.status_code == 303
    assert answer.location == "/pces?q=lycee"
    assert browser.get("/compte").status_code == 200


def test_a_wrong_password_and_an_unknown_user_read_the_same(web, alice_knows):
    pages = []
    for email in (EMAIL, "personne@tilleuls.example"):
        _browser, answer = entered(web, "ce n’est pas lui", email)
        assert answer.status_code == 401
        text = answer.text.replace(email, "")
        pages.append(re.sub(r'csrf_token" value="[^"]+"', "", text))
    assert "Adresse électronique ou mot de passe incorrect." in pages[0]
    assert pages[0] == pages[1]


def test_after_ten_tries_one_waits(web):
    for number in range(10):
        _browser, answer = entered(web, "non", f"u{number}@tilleuls.example")
        assert answer.status_code == 401
    _browser, answer = entered(web, "non", "u11@tilleuls.example")
    assert answer.status_code == 429
    web.clock.now += timedelta(minutes=15)
    assert entered(web, "non", "u12@tilleuls.example")[1].status_code == 401


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\tx",
        "/connexion",
        "/_dash-layout",
        "",
    ],
)
def test_signing_in_never_leads_elsewhere(web, alice_knows, target):
    _browser, answer = entered(web, target=target)
    assert answer.location == "/"


def test_signing_in_changes_the_session_and_the_form_token(web, alice_knows):
    browser = web.browser()
    browser.get("/connexion")
    before = browser.cookies()
    browser.post("/connexion", {"email": EMAIL, "password": PASSWORD})
    after = browser.cookies()
    assert before["session"] != after["session"]
    assert before["_csrf_token"] != after["_csrf_token"]


def test_signing_out_ends_a_copied_cookie(web):
    browser = web.browser(1)
    thief = web.browser()
    thief.client._cookies.update(browser.client._cookies)
    assert thief.get("/compte").status_code == 200
    assert browser.post("/deconnexion").location == "/connexion"
    assert thief.get("/compte").status_code == 302
    assert browser.get("/compte").status_code == 302


def test_a_disabled_user_is_cut_at_the_next_request(web):
    browser = web.browser(1)
    with web.database.transaction() as db:
        actions.disable_user(db, 1, web.clock())
    assert browser.get("/compte").status_code == 302
    assert browser.open("/compte").status_code == 401


def test_a_session_ends_after_thirty_idle_minutes(web):
    browser = web.browser(1)
    web.clock.now += timedelta(minutes=29)
    assert browser.get("/compte").status_code == 200
    web.clock.now += timedelta(minutes=29)
    assert browser.get("/compte").status_code == 200
    web.clock.now += timedelta(minutes=30)
    assert browser.get("/compte").status_code == 302


def test_the_sign_of_life_is_written_once_a_minute(web):
    browser = web.browser(1)

    def seen():
        with web.database.reading() as db:
            return db.scalars(select(LoginSession.last_seen_at)).one()

    first = seen()
    web.clock.now += timedelta(seconds=59)
    browser.get("/compte")
    assert seen() == first
    web.clock.now += timedelta(seconds=1)
    browser.get("/compte")
    assert seen() == web.clock.now


def test_cookies_are_closed_to_scripts_and_other_sites(web):
    answer = web.browser().get("/connexion")
    session = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("session="))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session


def test_a_language_and_a_theme_can_be_chosen_before_signing_in(web):
    browser = web.browser()
    browser.get("/connexion")
    answer = browser.post(
        "/preferences", {"language": "en", "theme": "dark", "next": "/connexion?next=%2Fpces"}
    )
    assert answer.status_code == 303
    page = browser.get("/connexion").text
    assert '<html lang="en" data-bs-theme="dark">' in page


def test_before_anybody_is_known_the_browser_says_its_language_and_its_theme(web):
    browser = web.browser()
    english = browser.get("/connexion", **{"Accept-Language": "en-GB,en;q=0.9,fr;q=0.5"}).text
    assert '<html lang="en"' in english
    assert "data-follows" in english
    assert "theme.js" in english
    assert '<html lang="fr"' in browser.get("/connexion", **{"Accept-Language": "de"}).text
    browser.post("/preferences", {"language": "fr", "theme": "light"})
    chosen = browser.get("/connexion", **{"Accept-Language": "en"}).text
    assert '<html lang="fr"' in chosen
    assert "data-follows" not in chosen
    assert "theme.js" not in chosen


def test_a_language_is_kept_with_the_account(web):
    browser = web.browser(1)
    browser.post("/preferences", {"language": "en"})
    other = web.browser(1)
    assert '<html lang="en"' in other.get("/compte").text


def test_what_was_chosen_at_the_door_is_kept_by_the_account_that_comes_in(web, alice_knows):
    browser = web.browser()
    browser.get("/connexion")
    browser.post("/preferences", {"language": "en", "next": "/connexion"})
    browser.post("/preferences", {"theme": "dark", "next": "/connexion"})
    browser.post("/connexion", {"email": EMAIL, "password": PASSWORD})
    assert '<html lang="en" data-bs-theme="dark"' in browser.get("/compte").text
    other, _answer = entered(web)
    assert '<html lang="en" data-bs-theme="dark"' in other.get("/compte").text


def test_an_unknown_preference_is_refused(web):
    assert web.browser(1).post("/preferences", {"theme": "neon"}).status_code == 422


def test_whoever_is_signed_in_does_not_sign_in_again(web):
    assert web.browser(1).get("/connexion?next=/pces").location == "/pces"


def test_a_forgotten_password_answers_the_same_to_everyone(web):
    pages = []
    for email in (EMAIL, "personne@tilleuls.example"):
        browser = web.browser()
        browser.get("/mot-de-passe-oublie")
        answer = browser.post("/mot-de-passe-oublie", {"email": email})
        pages.append((answer.status_code, re.sub(r'csrf_token" value="[^"]+"', "", answer.text)))
    assert pages[0] == pages[1]
    with web.database.reading() as db:
        assert len(list(db.scalars(select(Notification)))) == 1


def link_of(web):
    browser = web.browser()
    browser.get("/mot-de-passe-oublie")
    browser.post("/mot-de-passe-oublie", {"email": EMAIL})
    with web.database.reading() as db:
        token = db.scalars(select(Notification.params)).one()["token"]
    return browser, f"/mot-de-passe/{token}"


def test_the_link_gives_a_new_password_once(web):
    browser, link = link_of(web)
    assert browser.get(link).status_code == 200
    chosen = {"new": "nuage violon carotte", "again": "nuage violon carotte"}
    assert browser.post(link, chosen).location == "/connexion?changed"
    assert browser.get(link).status_code == 404
    assert browser.post(link, chosen).status_code == 404
    assert entered(web, "nuage violon carotte")[1].status_code == 303


def test_a_poor_choice_can_be_made_again(web):
    browser, link = link_of(web)
    assert browser.post(link, {"new": "court", "again": "court"}).status_code == 422
    assert browser.post(link, {"new": "un deux", "again": "trois"}).status_code == 422
    assert browser.get(link).status_code == 200


def test_an_unknown_link_is_not_found(web):
    answer = web.browser().get("/mot-de-passe/inconnu")
    assert answer.status_code == 404
    assert "plus valable" in answer.text


def test_a_password_is_changed_with_the_current_one(web, alice_knows):
    browser, other = web.browser(1), web.browser(1)
    chosen = {"new": "nuage violon carotte", "again": "nuage violon carotte"}
    wrong = browser.post("/compte/mot-de-passe", chosen | {"current": "non"})
    assert wrong.status_code == 422
    answer = browser.post("/compte/mot-de-passe", chosen | {"current": PASSWORD})
    assert answer.location == "/compte?fait=mot-de-passe"
    assert browser.get("/compte").status_code == 200
    assert other.get("/compte").status_code == 302


def test_guesses_of_the_current_password_are_limited(web, alice_knows):
    browser = web.browser(1)
    chosen = {"new": "nuage violon carotte", "again": "nuage violon carotte", "current": "non"}
    answers = [browser.post("/compte/mot-de-passe", chosen).status_code for _n in range(11)]
    assert answers == [422] * 10 + [429]


def test_the_sign_in_page_tells_the_state_of_the_service(web):
    page = web.browser().get("/connexion").text
    assert "24 nov. 2026" in page
    assert "à l’arrêt" in page
    web.var.mkdir(exist_ok=True)
    (web.var / "heartbeat").write_text(web.clock().isoformat())
    assert "à l’arrêt" not in web.browser().get("/connexion").text


def test_the_password_comes_right_after_the_address_on_the_keyboard(web):
    page = web.browser().get("/connexion").text
    forms = "".join(page.split("<form")[1:3])  # by password, by passkey
    stops = re.findall(r'<(?:input|a|button)[^>]*?(?:name|href)="([^"]+)"', forms)
    unseen = {"csrf_token", "next", "credential"}  # the answer of a passkey is one
    shown = [stop for stop in stops if stop not in unseen]
    legal = ["/confidentialite", "/accessibilite", "/mentions-legales"]
    assert shown == ["email", "password", "/mot-de-passe-oublie", *legal]


def test_a_portal_that_is_busy_says_so_and_takes_the_same_again(
    sqlite_template, tmp_path, monkeypatch
):
    monkeypatch.setattr("core.engines.PATIENCE", 0)
    database = fresh_database(sqlite_template, tmp_path)
    with database.transaction() as db:
        make_people(db)
        password = actions.hash_password(PASSWORD)
        db.execute(update(User).where(User.id == 1).values(password_hash=password))
    web = Web(database, tmp_path)
    with database.transaction():
        _browser, answer = entered(web)
    assert answer.status_code == 503
    assert "Le portail est occupé, recommencez dans un instant." in answer.text
    assert entered(web)[1].status_code == 303
    database.close()
