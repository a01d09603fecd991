"""The page of an invitation, over HTTP."""

import pytest
from sqlalchemy import select, update

from core.access import OrganisationKind, Role, Viewer
from data.administration.people import actions
from data.administration.people.types import NewInvitation
from data.identity.accounts.models import Invitation, User
from data.notifications.models import Notification
from tests.conftest import TODAY
from tests.factories import NOW, make_user
from tests.web import Web

PASSWORD = "trois mots sans rapport aucun"
CHOSEN = {"name": "Zoé", "new": PASSWORD, "again": PASSWORD}


@pytest.fixture
def administrator(web):
    with web.database.transaction() as db:
        return make_user(
            db, organisation_id=1, email="ada@tilleuls.example", role=Role.ADMINISTRATOR
        ).id


@pytest.fixture
def token(web, administrator):
    viewer = Viewer(
        administrator, 1, OrganisationKind.COLLECTIVITY, Role.ADMINISTRATOR, TODAY, name="Ada"
    )
    with web.database.transaction() as db:
        actions.invite(
            db, viewer, NewInvitation("zoe@nouveau.example", "Zoé", Role.CLIENT), now=NOW
        )
        return db.scalars(select(Notification)).one().params["token"]


def test_who_holds_the_link_makes_an_account_and_signs_in(web, token):
    browser = web.browser()
    page = browser.get(f"/invitation/{token}")
    assert page.status_code == 200
    assert "zoe@nouveau.example" in page.text
    assert "Organisation de alice" in page.text
    answer = browser.post(f"/invitation/{token}", CHOSEN)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/compte").status_code == 200
    browser.post("/deconnexion")
    signed = browser.post(
        "/connexion", {"email": "zoe@nouveau.example", "password": PASSWORD, "next": "/"}
    )
    assert signed.status_code == 303


def test_who_must_have_a_second_factor_has_its_picture_at_once_and_nothing_else(
    tmp_path, web, token
):
    with web.database.transaction() as db:
        db.execute(update(Invitation).values(role=Role.ADMINISTRATOR))
    browser = Web(web.database, tmp_path, second_factor="required").browser()
    browser.get(f"/invitation/{token}")
    assert browser.post(f"/invitation/{token}", CHOSEN).location == "/compte/second-facteur"
    page = browser.get("/compte/second-facteur").text
    assert "<svg" in page
    assert 'href="otpauth://totp/' in page
    assert "Mot de passe" not in page
    assert browser.get("/compte").location == "/compte/second-facteur"


def test_a_browser_where_somebody_is_signed_in_stays_theirs(web, token):
    browser = web.browser(1)
    assert browser.post(f"/invitation/{token}", CHOSEN).location == "/connexion?joined"
    assert "alice" in browser.open("/compte").text
    assert "zoe@nouveau.example" not in browser.open("/compte").text


@pytest.mark.parametrize(
    "wrong", [{"again": "x" * 20}, {"new": "court", "again": "court"}, {"name": " "}]
)
def test_what_is_wrong_is_said_and_the_link_stands(web, token, wrong):
    browser = web.browser()
    browser.get(f"/invitation/{token}")
    answer = browser.post(f"/invitation/{token}", CHOSEN | wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert browser.get(f"/invitation/{token}").status_code == 200


def test_a_link_that_is_over_says_so_and_makes_nobody(web, token):
    browser = web.browser()
    browser.get("/connexion")
    browser.post(f"/invitation/{token}", CHOSEN)
    for link in (token, "inconnu"):
        assert browser.get(f"/invitation/{link}").status_code == 404
        assert browser.post(f"/invitation/{link}", CHOSEN).status_code == 404
    with web.database.reading() as db:
        assert len(db.scalars(select(User.id).where(User.email.contains("zoe@"))).all()) == 1
