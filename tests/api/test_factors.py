"""A telephone is lost: the administrator resets, the person is told, and turns it on again."""

import pytest
from sqlalchemy import select, update

from core.access import Role
from data.identity.accounts import actions
from data.identity.accounts.models import User
from data.identity.accounts.queries import has_second_factor
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from tests.api.test_second import EMAIL, HERE, PASSWORD, begun, code
from tests.factories import make_user

PAGE = "/compte/collegues/1/second-facteur"


@pytest.fixture
def ada(web):
    """An administrator of Alice's organisation, who has a second factor herself, as Alice has."""
    hashed = actions.hash_password(PASSWORD)
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(password_hash=hashed))
        ada = make_user(
            db, organisation_id=1, email="ada@tilleuls.example", name="Ada",
            role=Role.ADMINISTRATOR, password_hash=hashed,
        )  # fmt: skip
        ada_id = ada.id
    alice = web.browser(1)
    alice.post(f"{HERE}/activation", {"code": code(web, begun(alice))})
    return web.browser(ada_id)


def is_on(web):
    with web.database.reading() as db:
        return has_second_factor(db, 1)


def test_the_telephone_of_a_colleague_is_reset_and_the_colleague_told(web, ada):
    assert PAGE in str(ada.open("/compte/collegues").json)
    assert EMAIL in ada.get(PAGE).text
    done = ada.post(PAGE, {"current": PASSWORD})
    assert done.location == "/compte/collegues?fait=remise-a-zero"
    assert "est remise à zéro" in str(ada.open("/compte/collegues", "?fait=remise-a-zero").json)
    assert not is_on(web)
    with web.database.reading() as db:
        mail = db.scalars(select(Notification).order_by(Notification.id.desc())).first()
        assert (mail.kind, mail.user_id) == (NotificationKind.SECOND_FACTOR_RESET, 1)
        assert mail.params == {"author": "Ada"}
    browser = web.browser()
    browser.get("/connexion")
    form = {"email": EMAIL, "password": PASSWORD, "next": "/pces"}
    assert browser.post("/connexion", form).location == "/pces"
    assert "remise à zéro" in str(browser.open("/compte/journal").json)
    assert ada.get(PAGE).status_code == 404


def test_a_wrong_password_resets_nothing(web, ada):
    answer = ada.post(PAGE, {"current": "non"})
    assert answer.status_code == 422
    assert "Le mot de passe actuel est incorrect." in answer.text
    assert is_on(web)


def test_nobody_else_resets_it(web, ada):
    for user, expected in ((1, 403), (2, 403), (4, 404)):  # Dora is staff: Ada can do it
        browser = web.browser(user)
        assert browser.get(PAGE).status_code == expected
        assert browser.post(PAGE, {"current": PASSWORD}).status_code == expected
    assert is_on(web)
    for odd in ("0", "99999999999999999999999"):
        assert ada.get(PAGE.replace("/1/", f"/{odd}/")).status_code == 404


def test_staff_does_for_the_last_administrator(web, ada):
    with web.database.transaction() as db:
        hashed = actions.hash_password(PASSWORD)
        db.execute(update(User).where(User.id == 4).values(password_hash=hashed))
        db.execute(update(User).where(User.id == 1).values(role=Role.ADMINISTRATOR))
        db.execute(
            update(User).where(User.email == "ada@tilleuls.example").values(role=Role.CLIENT)
        )
    dora = web.browser(4)
    assert PAGE in str(dora.open("/compte/collegues").json)
    assert dora.post(PAGE, {"current": PASSWORD}).status_code == 303
    assert not is_on(web)
