"""No one waits for the database while a password is hashed."""

import re
import sqlite3

import pytest
from sqlalchemy import event, select, update

from data.identity.accounts import actions
from data.identity.accounts.actions import passwords
from data.identity.accounts.models import PasswordReset, User
from data.identity.accounts.types import RequestOrigin, SessionLimits
from data.notifications.models import Notification
from tests.web import renewed

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


def test_a_changed_password_gives_the_browser_a_new_session(web, hashed):
    browser = web.browser(1)
    change = CHOSEN | {"current": OLD}
    with renewed(web, browser):
        assert browser.post("/compte/mot-de-passe", change).status_code == 303


def test_a_password_that_was_not_changed_leaves_the_session(web, hashed):
    browser = web.browser(1)
    before = browser.cookies()["session"]
    assert browser.post("/compte/mot-de-passe", CHOSEN | {"current": "non"}).status_code == 422
    assert browser.cookies()["session"] == before
    assert browser.get("/compte").status_code == 200


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


def sent_from(web, address, path, **form):
    """What a form sent from *address* is answered."""
    browser = web.browser()
    browser.client.get(path)
    form |= {"csrf_token": browser.cookies()["_csrf_token"]}
    return browser.client.post(path, data=form, environ_base={"REMOTE_ADDR": address})


def tried_from(web, address, password="non"):
    return sent_from(web, address, "/connexion", email=EMAIL, password=password)


def asked_from(web, address, email=EMAIL):
    return sent_from(web, address, "/mot-de-passe-oublie", email=email)


def count_mails(web):
    with web.database.reading() as db:
        return len(list(db.scalars(select(Notification.id))))


def test_a_stranger_s_tries_do_not_lock_the_owner_out(web, hashed):
    answers = [tried_from(web, f"198.51.100.{number}").status_code for number in range(11)]
    assert answers == [401] * 10 + [429]
    assert tried_from(web, "198.51.100.99", OLD).status_code == 429
    assert tried_from(web, "203.0.113.1", OLD).location == "/"


def test_a_stranger_s_requests_for_a_link_do_not_stop_the_owner_s(web):
    _browser, link = link_of(web)
    answers = [asked_from(web, f"198.51.100.{number}") for number in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert "Trop de demandes de nouveau mot de passe" in answers[-1].text
    assert count_mails(web) == 11
    assert asked_from(web, "203.0.113.1").status_code == 200
    assert count_mails(web) == 12
    assert web.browser().get(link).status_code == 200


def counted(web, email):
    """The statements that an answer to *email* waits for, and how many messages are queued."""
    found = []

    def told(_connection, _cursor, statement, *_rest):
        found.append(" ".join(statement.split()[:3]))

    event.listen(web.database.engine, "before_cursor_execute", told)
    assert asked_from(web, "203.0.113.9", email).status_code == 200
    event.remove(web.database.engine, "before_cursor_execute", told)
    return found, count_mails(web)


def test_an_answer_costs_as_much_for_nobody_as_for_somebody(web):
    """What is written for somebody is written for nobody, and taken back: time tells nothing."""
    unknown, none = counted(web, "personne@tilleuls.example")
    known, one = counted(web, EMAIL)
    assert (none, one) == (0, 1)
    for table in ("password_resets", "audit_events", "notifications"):
        assert f"INSERT INTO {table}" in known
        assert f"INSERT INTO {table}" in unknown
    assert 0 <= len(unknown) - len(known) <= 1
    with web.database.reading() as db:
        assert len(db.scalars(select(PasswordReset.token_hash)).all()) == 1


def test_links_past_their_number_read_the_same_and_send_nothing(web):
    answers = [asked_from(web, f"198.51.{number}.1").text for number in range(21)]
    unknown = asked_from(web, "203.0.113.1", "personne@tilleuls.example").text
    token = re.compile(r'csrf_token" value="[^"]+"')
    assert {token.sub("", text) for text in answers} == {token.sub("", unknown)}
    assert count_mails(web) == 20


def test_a_link_opens_an_account_that_somebody_else_s_tries_had_closed(web):
    with web.database.transaction() as db:
        for number in range(100):
            actions.try_sign_in(
                db, EMAIL, RequestOrigin(address=f"198.51.{number}.1"), web.clock(), SessionLimits()
            )
            db.flush()
    browser = web.browser()
    browser.get("/connexion")
    locked = browser.post("/connexion", {"email": EMAIL, "password": "non"})
    assert locked.status_code == 429
    browser, link = link_of(web)
    assert browser.post(link, CHOSEN).status_code == 303
    browser.get("/connexion")
    assert browser.post("/connexion", {"email": EMAIL, "password": NEW}).location == "/"
