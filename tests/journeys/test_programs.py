"""A program is made on screen, its client lists rights, and hears of what is revoked on screen."""

import json
import re

import pytest
import requests
from playwright.sync_api import expect
from sqlalchemy import delete, select, update

from components.rights.ids import Ids
from core.access import Role
from data.identity.accounts.models import ApiCredential, User
from data.rights.models import AccessRight
from data.rights.types import RightRole, RightState
from tests.journeys.test_second_factor import sent
from tests.journeys.visitor import SCREENS

NADIA = "nadia@thermia.example"
LONG = "É" * 80  # a name that no line breaks by itself


@pytest.fixture
def administered(portal):
    """Nadia administers her organisation, while the journey lasts."""
    hers = update(User).where(User.email == NADIA)
    with portal.database.transaction() as db:
        db.execute(hers.values(role=Role.ADMINISTRATOR))
    yield portal
    with portal.database.transaction() as db:
        db.execute(hers.values(role=Role.FACILITY_MANAGER))
        db.execute(delete(ApiCredential))


def an_active_right(portal):
    """One of Nadia's organisation, that no other journey needs: the last declared."""
    hers = select(User.organisation_id).where(User.email == NADIA).scalar_subquery()
    query = select(AccessRight.uid).where(
        AccessRight.organisation_id == hers,
        AccessRight.state == RightState.ACTIVE,
        AccessRight.role == RightRole.AUTHORISED_SUPPLY,
        AccessRight.proof_state.is_(None),
    )
    with portal.database.reading() as db:
        return db.scalars(query.order_by(AccessRight.id.desc())).first()


def state_of(portal, token, uid):
    """What the client reads of a right."""
    head = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{portal.url}/adict/v2/droits_acces", headers=head, timeout=30)
    *lines, last = [json.loads(line) for line in answer.text.splitlines()]
    assert last["code_statut_traitement"] == "0000000000"
    return {line["id_droit_acces"]: line["etat_droit_acces"] for line in lines}[uid]


def copied(visitor, page, what, text):
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(f"[data-copies={what}]").click()
    expect(page.locator(".door-told")).not_to_be_empty()
    assert page.evaluate("navigator.clipboard.readText()") == text


@pytest.mark.parametrize("screen", SCREENS)
def test_a_client_lists_its_rights_and_hears_of_a_revocation(visit, administered, screen):
    portal = administered
    visitor = visit(NADIA, **screen)
    page = visitor.open("/admin")
    page.locator("a[href='/admin?part=programs']").click()
    typed = page.locator(".kit-typed")
    expect(typed).to_have_count(3)
    expect(typed.first).to_contain_text(f"{portal.url}/oauth2/token")
    typed.nth(1).locator("button").press("Enter")
    expect(typed.nth(1).locator("[role=status]")).not_to_be_empty()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator("a[href^='/compte/api/nouveau?']").first.click()
    page.locator("#name").fill(LONG)
    for scope in ("rights.read", "rights.write", "consumption.read", "controls.write"):
        page.locator(f"[value='{scope}']").check()
    page.locator("#current").fill(portal.password)
    sent(visitor)
    visitor.fits_the_screen()
    copied(visitor, page, "client-id", page.locator("#client-id").inner_text())
    shown = [page.locator(f"#client-{one}").inner_text() for one in ("id", "secret")]
    form = {"grant_type": "client_credentials", "scope": "/adict/v2"}
    form |= dict(zip(("client_id", "client_secret"), shown, strict=True))
    token = requests.post(f"{portal.url}/oauth2/token", data=form, timeout=30).json()
    uid = an_active_right(portal)
    assert state_of(portal, token["access_token"], uid) == "Active"
    page = visitor.open(f"/droits?open={uid}")
    drawer = page.locator(f"#{Ids.DRAWER}")
    drawer.locator("[data-act=revoke]").click()
    expect(drawer).to_contain_text(re.compile("définitivement|permanently"))
    drawer.locator("[data-act=revoke]").click()
    expect(drawer.locator("[data-act=revoke]")).to_have_count(0)
    assert state_of(portal, token["access_token"], uid) == "Révoquée"
    page = visitor.open("/admin?part=programs")
    expect(page.locator("main")).to_contain_text(LONG)
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


@pytest.fixture
def thermia(portal):
    """The organisation of Nadia, whose program of this name is taken away again."""
    with portal.database.reading() as db:
        yield db.scalars(select(User.organisation_id).where(User.email == NADIA)).one()
    with portal.database.transaction() as db:
        db.execute(delete(ApiCredential).where(ApiCredential.name == THEIRS))


THEIRS = "Relève de nuit"


@pytest.mark.parametrize("screen", SCREENS)
def test_the_distributor_makes_one_for_another_organisation_and_ends_it(
    visit, portal, thermia, screen
):
    visitor = visit("irene@reseau.example", **screen)
    page = visitor.open(f"/admin?organisation={thermia}")
    page.locator(f"a[href='/admin?part=programs&organisation={thermia}']").click()
    new = page.locator(f"a[href='/compte/api/nouveau?organisation={thermia}']").first
    expect(new).to_be_visible()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    new.click()
    page.locator("#name").fill(THEIRS)
    page.locator("[value='consumption.read']").check()
    page.locator("#current").fill(portal.password)
    visitor.has_no_axe_violation()
    sent(visitor)
    assert len(page.locator("#client-secret").inner_text()) > 40
    visitor.moves(lambda: page.locator(".door-after .btn-primary").click())
    row = page.locator("tr", has_text=THEIRS)
    row.locator("a[href*='/revocation?']").click()
    page.locator("main .btn-danger").click()
    expect(page.locator("tr", has_text=THEIRS)).to_contain_text(re.compile("Révoqué|Revoked"))
    visitor.has_no_axe_violation()
