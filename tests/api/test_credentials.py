"""The pages of programs' credentials: a form that loses nothing, a secret shown once."""

import re

import pytest
from sqlalchemy import select, update

from core.access import Role
from data.identity.accounts import actions
from data.identity.accounts.models import ApiCredential, Organisation, User
from data.identity.audit.models import AuditEvent
from tests.api.test_second import PASSWORD

NEW = "/compte/api/nouveau"
FORM = {"name": "Supervision", "scope": "pces.read", "days": "90", "current": PASSWORD}


@pytest.fixture
def ada(web):
    """Alice as the administrator of her organisation, signed in; she has a password."""
    with web.database.transaction() as db:
        hashed = actions.hash_password(PASSWORD)
        values = {"password_hash": hashed, "role": Role.ADMINISTRATOR}
        db.execute(update(User).where(User.id == 1).values(**values))
    return web.browser(1)


def count(web):
    with web.database.reading() as db:
        return len(db.scalars(select(ApiCredential)).all())


def test_a_secret_is_shown_once_and_opens(web, ada):
    assert "consumption.read" in ada.get(NEW).text
    page = ada.post(NEW, FORM)
    assert page.headers["Cache-Control"] == "no-store"
    client_id, secret = re.findall(r'<code id="client-\w+" translate="no">([^<]+)<', page.text)
    assert 'data-copies="client-secret"' in page.text
    with web.database.transaction() as db:
        assert actions.authenticate_client(db, client_id, secret, web.clock()) is not None
    listed = str(ada.open("/compte/api").json)
    assert client_id in listed
    for answer in (listed, ada.get("/compte/api").text, ada.get(NEW).text):
        assert secret not in answer


def test_a_page_loaded_again_makes_no_second_credential_and_shows_no_secret(web, ada):
    form = re.search(r'name="form" value="([^"]+)"', ada.get(NEW).text)[1]
    secret = re.search(
        r'client-secret" translate="no">([^<]+)<', ada.post(NEW, FORM | {"form": form}).text
    )[1]
    again = ada.post(NEW, FORM | {"form": form})
    assert (again.status_code, again.location) == (303, "/compte/api?fait=deja")
    said = str(ada.open("/compte/api", "?fait=deja").json)
    assert "montré qu’une fois" in said
    assert secret not in again.text + said
    assert count(web) == 1
    assert ada.post(NEW, FORM | {"form": form + "x", "name": "Relève"}).status_code == 200
    assert ada.post(NEW, FORM | {"form": form + "y"}).status_code == 422  # two of one name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Donnez à cet accès le nom"),
        ({"scope": ""}, "Cochez au moins une autorisation"),
        ({"scope": "everything"}, "Cochez au moins une autorisation"),
        ({"scope": "controls.read"}, "Cochez au moins une autorisation"),  # it opens no call
        ({"days": "soon"}, "Choisissez une des durées"),
        ({"days": "99999999999999999999"}, "Choisissez une des durées"),
        ({"current": "non"}, "Le mot de passe actuel est incorrect"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(web, ada, change, said):
    answer = ada.post(NEW, FORM | change)
    assert answer.status_code == 422
    assert said in answer.text
    if "name" not in change:
        assert 'value="Supervision"' in answer.text
    beside = re.search(r'id="(name|current)-error"', answer.text)
    field = beside and beside[1]
    assert field == next(iter({"name", "current"} & set(change)), None)
    assert re.search(rf'id="{field or "name"}" [^>]*autofocus', answer.text)
    if "scope" not in change:
        assert re.search(r'value="pces.read" checked', answer.text)
    assert PASSWORD not in answer.text
    assert count(web) == 0


def test_it_is_revoked_after_a_page_that_says_what_it_does(web, ada):
    ada.post(NEW, FORM)
    page = ada.get("/compte/api/1/revocation")
    assert re.search(r"Supervision ? ?», ec_[0-9a-f]{8}…", page.text)
    assert "Créé le" in page.text
    assert ada.post("/compte/api/1/revocation").location == "/compte/api?fait=revoque"
    assert "est révoqué" in str(ada.open("/compte/api", "?fait=revoque").json)
    assert ada.get("/compte/api/1/revocation").status_code == 404
    assert ada.post("/compte/api/1/revocation").status_code == 404


def test_who_revokes_from_the_programs_of_its_organisation_comes_back_there(web, ada):
    ada.post(NEW, FORM)
    listed = str(ada.open("/admin", "?part=programs").json)
    assert f"{NEW}?organisation=1" in listed
    assert "/compte/api/1/revocation?organisation=1" in listed
    there = "/admin?part=programs&organisation=1"
    for page in (f"{NEW}?organisation=1", "/compte/api/1/revocation?organisation=1"):
        shown = ada.get(page).text
        assert 'name="organisation" value="1"' in shown
        assert f'href="{there.replace("&", "&amp;")}"' in shown
    done = ada.post("/compte/api/1/revocation", {"organisation": "1"})
    assert done.location == f"{there}&fait=revoque"


def test_others_have_none_of_it(web, ada):
    ada.post(NEW, FORM)
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 2).values(role=Role.ADMINISTRATOR))
    for user, expected in ((2, 404), (3, 403)):
        browser = web.browser(user)
        assert browser.get("/compte/api/1/revocation").status_code == expected
        assert browser.post("/compte/api/1/revocation").status_code == expected
    assert web.browser(3).get(NEW).status_code == 403
    assert web.browser(3).post(NEW, FORM).status_code == 403
    assert "Supervision" not in str(web.browser(2).open("/compte/api").json)


@pytest.fixture
def irene(web, ada):
    """Dora as the administrator of the distributor, who runs the portal."""
    with web.database.transaction() as db:
        hashed = actions.hash_password(PASSWORD)
        values = {"password_hash": hashed, "role": Role.ADMINISTRATOR, "name": "Irène"}
        db.execute(update(User).where(User.id == 4).values(**values))
    return web.browser(4)


def test_who_runs_the_portal_makes_one_for_another_organisation(web, ada, irene):
    page = irene.get(f"{NEW}?organisation=1").text
    assert "ses administrateurs verront que vous l’avez créé" in page
    assert 'name="organisation" value="1"' in page
    listed = "/admin?part=programs&organisation=1"
    made = irene.post(NEW, FORM | {"organisation": "1"}).text
    assert f'href="{listed.replace("&", "&amp;")}"' in made
    client_id, secret = re.findall(r'<code id="client-\w+" translate="no">([^<]+)<', made)
    with web.database.transaction() as db:
        found = actions.authenticate_client(db, client_id, secret, web.clock())
        assert found.organisation_id == 1
        noted = select(AuditEvent).where(AuditEvent.action == "accounts.credential_created")
        event = db.scalars(noted).one()
        assert (event.actor_id, event.organisation_id, event.detail["organisation"]) == (4, 4, 1)
    there = str(irene.open("/admin", "?part=programs&organisation=1").json)
    assert client_id in there
    assert secret not in there
    assert f"{NEW}?organisation=1" in there
    assert client_id not in str(irene.open("/admin", "?part=programs").json)


def test_its_administrators_see_who_made_it_and_end_it(web, ada, irene):
    irene.post(NEW, FORM | {"organisation": "1"})
    listed = str(ada.open("/compte/api").json)
    with web.database.reading() as db:
        theirs = db.scalar(select(Organisation.name).where(Organisation.id == 4))
    assert f"Irène, {theirs}" in listed
    assert ada.post("/compte/api/1/revocation").location == "/compte/api?fait=revoque"


def test_who_runs_the_portal_ends_one_of_another_organisation(web, ada, irene):
    ada.post(NEW, FORM)
    assert "Supervision" in irene.get("/compte/api/1/revocation").text
    back = "/admin?part=programs&organisation=1&fait=revoque"
    assert irene.post("/compte/api/1/revocation").location == back
    assert "est révoqué" in str(irene.open("/admin", back.removeprefix("/admin")).json)
    assert irene.post("/compte/api/1/revocation").status_code == 404


@pytest.mark.parametrize("organisation", ["2", "999", "0", "x", "-1", "9" * 30])
def test_nobody_makes_one_for_an_organisation_that_is_not_theirs(web, ada, organisation):
    assert ada.get(f"{NEW}?organisation={organisation}").status_code == 404
    assert ada.post(NEW, FORM | {"organisation": organisation}).status_code == 404
    assert count(web) == 0


def test_nor_by_an_address_of_the_administration(web, ada):
    assert "introuvable" in str(ada.open("/admin", "?part=programs&organisation=2").json)


def test_the_twenty_first_is_refused(web, ada):
    with web.database.transaction() as db:
        for number in range(20):
            db.add(
                ApiCredential(
                    organisation_id=1, name="x", client_id=f"c{number}", secret_hash="x",
                    scopes=[], created_by=1, created_at=web.clock(),
                    expires_at=web.clock().replace(year=2030),
                )
            )  # fmt: skip
    answer = ada.post(NEW, FORM)
    assert answer.status_code == 409
    assert "a déjà 20 accès" in answer.text
    assert NEW not in str(ada.open("/compte/api").json)
