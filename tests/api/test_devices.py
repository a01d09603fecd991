"""A browser that its owner has come in with stays open to them, whoever guesses elsewhere."""

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import update

from data.identity.accounts import actions
from data.identity.accounts.models import User
from data.identity.accounts.rules import KNOWN_FOR
from data.identity.accounts.types import RequestOrigin, SessionLimits
from tests.api.test_password import CHOSEN, link_of
from tests.api.test_second import EMAIL, PASSWORD

ELSEWHERE = "203.0.113.9"  # a network where nobody has come in


@pytest.fixture
def alice_knows(web):
    with web.database.transaction() as db:
        hashed = actions.hash_password(PASSWORD)
        db.execute(update(User).where(User.id == 1).values(password_hash=hashed))


@pytest.fixture
def home(web, alice_knows):
    """The browser that Alice has come in with, and out."""
    browser = web.browser()
    assert tried(browser, address="127.0.0.1").status_code == 303
    browser.post("/deconnexion")
    return browser


def tried(browser, password=PASSWORD, address=ELSEWHERE):
    """An answer to a sign-in from *address*, where nobody has come in unless it says another."""
    browser.client.environ_base["REMOTE_ADDR"] = address
    browser.get("/connexion")
    return browser.post("/connexion", {"email": EMAIL, "password": password})


def guess_from_everywhere(web):
    """A hundred wrong guesses, from a hundred networks."""
    with web.database.transaction() as db:
        for number in range(100):
            origin = RequestOrigin(address=f"198.51.{number}.1")
            actions.try_sign_in(db, EMAIL, origin, web.clock(), SessionLimits())
            db.flush()


def test_guesses_from_everywhere_do_not_stop_the_owner_s_browser_anywhere(web, home):
    web.clock.now += 2 * KNOWN_FOR
    guess_from_everywhere(web)
    assert tried(web.browser()).status_code == 429
    assert tried(home, "non").status_code == 401
    assert tried(home).status_code == 303


def test_guesses_at_the_same_address_do_not_stop_the_owner_s_browser(web, home):
    for _number in range(10):
        tried(web.browser(), "non")
    assert tried(web.browser()).status_code == 429
    assert tried(home).status_code == 303


def test_a_known_browser_has_tries_of_its_own(web, home):
    for _number in range(10):
        assert tried(home, "non").status_code == 401
    assert tried(home).status_code == 429
    assert tried(web.browser()).status_code == 303


def test_a_success_forgets_the_tries_of_a_known_browser(web, home):
    for _number in range(9):
        tried(home, "non")
    assert tried(home).status_code == 303
    home.post("/deconnexion")
    for _number in range(9):
        assert tried(home, "non").status_code == 401


def test_a_browser_is_known_to_who_came_in_with_it_alone(web, home):
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 2).values(email="b@tilleuls.example"))
        for number in range(100):
            origin = RequestOrigin(address=f"198.51.{number}.1")
            actions.try_sign_in(db, "b@tilleuls.example", origin, web.clock(), SessionLimits())
            db.flush()
    home.get("/connexion")
    other = {"email": "b@tilleuls.example", "password": "non"}
    assert home.post("/connexion", other).status_code == 429


@pytest.mark.parametrize("spoilt", ["", "x", "signed by somebody else", "of another browser", "[]"])
def test_a_cookie_that_we_did_not_give_this_browser_is_worth_nothing(web, home, spoilt):
    kept = home.cookies()
    forged = {
        "signed by somebody else": URLSafeSerializer("another").dumps([kept["browser"], [1]]),
        "of another browser": kept["device"],
    }
    stranger = web.browser()
    stranger.client.set_cookie("device", forged.get(spoilt, spoilt))
    if spoilt != "of another browser":
        stranger.client.set_cookie("browser", kept["browser"])
    guess_from_everywhere(web)
    assert tried(stranger).status_code == 429


def test_a_browser_that_several_share_knows_each_of_them(web, home):
    with web.database.transaction() as db:
        hashed = actions.hash_password(PASSWORD)
        bob = db.get(User, 2)
        bob.password_hash = hashed
        email = bob.email
    home.get("/connexion")
    assert home.post("/connexion", {"email": email, "password": PASSWORD}).status_code == 303
    home.post("/deconnexion")
    guess_from_everywhere(web)
    assert tried(home).status_code == 303


def test_a_password_chosen_by_a_mailed_link_makes_the_browser_known(web):
    browser, link = link_of(web)
    assert browser.post(link, CHOSEN).status_code == 303
    guess_from_everywhere(web)
    assert tried(browser, CHOSEN["new"]).status_code == 303


def test_the_cookie_says_no_name_and_no_script_reads_it(home):
    home.get("/connexion")
    answer = tried(home)
    line = next(v for v in answer.headers.getlist("Set-Cookie") if v.startswith("device="))
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    assert EMAIL not in line
