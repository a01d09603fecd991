"""Single sign-on at another maker's conforming provider, with its defaults."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from data.identity.accounts.models import LoginSession, UserIdentity
from tests.conforming import conforming_for, signed_in_there
from tests.factories import make_people
from tests.npm_packages import is_installed
from tests.provider import CLIENT, sent_back
from tests.web import Web, fresh_database

pytestmark = pytest.mark.skipif(not is_installed(), reason="needs `make npm`")
BACK = "http://localhost/connexion/unique/retour"
PERSON = {"sub": "alice", "email": "alice@tilleuls.example", "email_verified": True}
SECRET = "s3cret+of/the:portal%"  # what a header must encode (RFC 6749, 2.3.1)
REGISTERED = {"client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [BACK]}
UNVERIFIED = "n’a pas pu être vérifiée"


@contextmanager
def portal_at(folder, template, **more):
    """A portal that sends people to such a provider."""
    database = fresh_database(template, folder)
    with database.transaction() as session:
        make_people(session)
    with conforming_for(REGISTERED, PERSON, **more) as issuer:
        web = Web(
            database,
            folder / "var",
            base_url="http://localhost",
            oidc_issuer=issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
        )
        web.clock.now = datetime.now(UTC)  # the provider has the machine's clock
        yield web
    database.close()


@pytest.fixture(scope="module")
def web(sqlite_template, tmp_path_factory):
    with portal_at(tmp_path_factory.mktemp("conforming"), sqlite_template) as web:
        yield web


def went(browser):
    """The address at which the provider sends this browser back."""
    address = browser.get("/connexion/unique?next=/pces").location
    assert "code_challenge_method=S256" in address
    return signed_in_there(address, BACK, "alice").removeprefix("http://localhost")


def sessions(web):
    with web.database.reading() as db:
        return db.scalar(select(func.count()).select_from(LoginSession))


def test_an_account_opens_by_the_address_that_userinfo_gives(web):
    browser = web.browser()
    back = went(browser)
    assert sent_back(back)["iss"] == web.settings.oidc_issuer
    assert browser.get(back).location == "/pces"
    with web.database.reading() as db:
        assert db.scalars(select(UserIdentity.subject)).all() == ["alice"]


def test_an_account_opens_by_the_address_in_the_token(sqlite_template, tmp_path):
    with portal_at(tmp_path, sqlite_template, inToken=True) as web:
        browser = web.browser()
        assert browser.get(went(browser)).location == "/pces"


@pytest.mark.parametrize("kept", [0, 1, 2], ids=["state", "nonce", "verifier"])
def test_what_this_browser_did_not_ask_opens_nothing(web, kept):
    browser, before = web.browser(), sessions(web)
    back = went(browser)
    with browser.client.session_transaction() as session:
        session["asked"] = [
            "x" * 43 if place == kept else word for place, word in enumerate(session["asked"])
        ]
    answer = browser.get(back)
    assert (answer.status_code, sessions(web)) == (401, before)
    assert UNVERIFIED in answer.text


def test_an_answer_of_another_provider_opens_nothing(web):
    browser, before = web.browser(), sessions(web)
    back = went(browser)
    answer = browser.get(back.replace("iss=http%3A%2F%2F127.0.0.1", "iss=http%3A%2F%2Fevil"))
    assert (answer.status_code, sessions(web)) == (401, before)
    assert UNVERIFIED in answer.text
