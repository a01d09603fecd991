"""No one waits for the database while a password is hashed."""

import re
import sqlite3

import pytest
from sqlalchemy import select, update

from data.accounts import actions
from data.accounts.actions import passwords
from data.accounts.models import User
from data.notifications.models import Notification

OLD, NEW = "cheval pile agrafe juste", "nuage violon carotte"
EMAIL = "alice@tilleuls.example"
CHOSEN = {"new": NEW, "again": NEW}


@pytest.fixture
def hashed(web, monkeypatch):
    """Passwords hashed since: each while anybody else may write."""
    with web.database.transaction() as db:
        old = actions.hash_password(OLD)
        db.execute(update(User).where(User.id == 1).values(password_hash=old))
    done = []

    def hash_password(password):
        other = sqlite3.connect(web.database.url.database, timeout=0)
        other.execute("BEGIN IMMEDIATE")
        other.close()
        done.append(password)
        return f"hash of {password}"

    monkeypatch.setattr(passwords, "hash_password", hash_password)
    return done


def hash_of_alice(web):
    with web.database.reading() as db:
        return db.scalars(select(User.password_hash).where(User.id == 1)).one()


def link_of(web):
    browser = web.browser()
    browser.get("/mot-de-passe-oublie")
    browser.post("/mot-de-passe-oublie", {"email": EMAIL})
    with web.database.reading() as db:
        return browser, f"/mot-de-passe/{db.scalars(select(Notification.params)).one()['token']}"


def test_a_password_chosen_by_a_link_is_hashed_before_the_transaction(web, hashed):
    browser, link = link_of(web)
    assert browser.post(link, CHOSEN).status_code == 303
    assert hashed == [NEW]
    assert hash_of_alice(web) == f"hash of {NEW}"


def test_a_changed_password_is_hashed_before_the_transaction(web, hashed):
    answer = web.browser(1).post("/compte/mot-de-passe", CHOSEN | {"current": OLD})
    assert answer.status_code == 303
    assert hashed == [NEW]
    assert hash_of_alice(web) == f"hash of {NEW}"


def test_a_link_that_does_not_stand_costs_no_hash(web, hashed):
    browser = web.browser()
    browser.get("/connexion")
    assert browser.post("/mot-de-passe/inconnu", CHOSEN).status_code == 404
    assert hashed == []


@pytest.mark.parametrize("path", ["/connexion", "/compte/mot-de-passe"])
def test_each_password_has_an_eye_that_says_what_it_does(web, path):
    browser = web.browser(1) if path.startswith("/compte") else web.browser()
    page = browser.get(path).text
    fields = re.findall(r'<input[^>]*id="([^"]+)"[^>]*type="password"', page)
    eyes = re.findall(r'<button[^>]*class="[^"]*\beye\b[^>]*>', page)
    assert len(fields) == len(eyes) > 0
    for field, eye in zip(fields, eyes, strict=True):
        assert f'aria-controls="{field}"' in eye
        assert 'aria-pressed="false"' in eye
        assert 'aria-label="Afficher le mot de passe"' in eye
        assert 'type="button"' in eye
    assert '<script src="/assets/login.js" defer></script>' in page


def test_the_sign_in_page_says_the_day_of_the_week(web):
    page = web.browser().get("/connexion").text
    assert "État du service, mardi 24 nov. 2026" in page


def test_a_link_opens_an_account_that_somebody_else_s_tries_had_closed(web):
    for number in range(11):
        other = web.browser()
        origin = {"REMOTE_ADDR": f"192.0.2.{number}"}
        other.client.get("/connexion")
        form = {"email": EMAIL, "password": "non", "csrf_token": other.cookies()["_csrf_token"]}
        answer = other.client.post("/connexion", data=form, environ_base=origin)
    assert answer.status_code == 429
    browser, link = link_of(web)
    assert browser.post(link, CHOSEN).status_code == 303
    browser.get("/connexion")
    assert browser.post("/connexion", {"email": EMAIL, "password": NEW}).location == "/"
