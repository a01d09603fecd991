"""A session that opens in a browser its owner has not used lately is told by mail."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from data.identity.accounts import actions
from data.identity.accounts.models import User
from data.identity.audit.models import AuditEvent
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from tests.api.test_second import EMAIL, PASSWORD

COOKIE = "browser"


@pytest.fixture
def home(web):
    """The browser that Alice comes in with, for the first time."""
    with web.database.transaction() as db:
        hashed = actions.hash_password(PASSWORD)
        db.execute(update(User).where(User.id == 1).values(password_hash=hashed))
    return came(web.browser())


def came(browser, password=PASSWORD):
    browser.get("/connexion")
    browser.answer = browser.post("/connexion", {"email": EMAIL, "password": password})
    return browser


def told(web):
    with web.database.reading() as db:
        query = select(Notification).where(Notification.kind == NotificationKind.NEW_BROWSER)
        return [mail.params for mail in db.scalars(query)]


def test_the_first_one_of_an_account_is_told_to_nobody(web, home):
    assert home.answer.status_code == 303
    assert told(web) == []


def test_another_one_is_told_once(web, home):
    agent = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}
    other = web.browser()
    other.get("/connexion")
    other.post("/connexion", {"email": EMAIL, "password": PASSWORD}, **agent)
    assert told(web) == [{"device": "Firefox · Windows", "place": "127.0.0.1"}]
    other.post("/deconnexion")
    came(other)
    assert len(told(web)) == 1


def test_its_cookie_outlives_the_session_and_is_no_door(web, home):
    kept = home.cookies()[COOKIE]
    home.post("/deconnexion")
    assert home.cookies()[COOKIE] == kept
    came(home)
    assert home.cookies()[COOKIE] == kept
    assert told(web) == []
    stranger = web.browser()
    stranger.client.set_cookie(COOKIE, kept)
    assert stranger.get("/compte").status_code == 302


def test_its_cookie_is_read_by_no_script_and_crosses_no_site(home):
    said = next(v for v in home.answer.headers.getlist("Set-Cookie") if v.startswith(COOKIE))
    assert "HttpOnly" in said
    assert "SameSite=Lax" in said


@pytest.mark.parametrize("odd", ["", "x", "é" * 32, "a" * 33, "a" * 31 + ";"])
def test_a_cookie_that_is_not_ours_is_made_anew(web, home, odd):
    other = web.browser()
    other.client.set_cookie(COOKIE, odd)
    came(other)
    assert len(other.cookies()[COOKIE]) == 32
    assert len(told(web)) == 1


def test_an_old_account_is_told_of_its_first_one_in_a_month(web, home):
    web.clock.now += timedelta(days=31)
    came(home)
    assert len(told(web)) == 1


def test_a_wrong_password_is_written_down_and_opens_nothing(web, home):
    came(web.browser(), "non")
    browser = web.browser()
    browser.get("/connexion")
    browser.post("/connexion", {"email": "nobody@tilleuls.example", "password": "non"})
    with web.database.reading() as db:
        query = select(AuditEvent).where(AuditEvent.action == "accounts.sign_in_failed")
        assert [row.object_id for row in db.scalars(query)] == ["1", "0"]
    assert "Mot de passe incorrect" in str(home.open("/compte/journal").json)
    assert told(web) == []
