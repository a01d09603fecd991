"""A contract without paper: its dossier, its text, the codes of the mails, both signatures."""

import re
import time
from contextlib import suppress

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from components.contracts import Ids
from data.access import OrganisationKind, Role
from data.accounts.models import User
from data.contracts.models import Contract
from data.contracts.types import ContractState
from tests.factories import make_organisation, make_user
from tests.journeys.test_rights import declare, free_pce

NEWCOMER, STAFF = "nora@janvier.example", "martin@reseau.example"
SIREN, SIRET = "999001076", "99900107600010"
CODE = re.compile(r"(?m)^(\d{6})\r?$")
SIGN = "[data-contracts=sign]"


@pytest.fixture(scope="module", autouse=True)
def newcomer(portal):
    """A company that has no contract, and the only account of it."""
    with portal.database.transaction() as db:
        known = db.scalar(select(User.password_hash).where(User.email == STAFF))
        home = make_organisation(
            db, name="Atelier Janvier", kind=OrganisationKind.THIRD_PARTY, contracted_until=None
        )
        named = {"email": NEWCOMER, "name": "Nora Janvier", "role": Role.ADMINISTRATOR}
        spared = {"password_hash": known, "demo_password": True}  # of the second factor
        make_user(db, organisation_id=home.id, **spared, **named)


def codes(portal, email):
    """Those that came to *email*, the latest last."""
    found = []
    for path in sorted((portal.var / "mail").glob("*.eml"), key=lambda one: one.stat().st_mtime):
        with suppress(FileNotFoundError):
            text = path.read_text("utf8")
            found += CODE.findall(text) if f"To: {email}" in text else []
    return found


def next_code(portal, email, before):
    """The code of the mail that comes after *before* others."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = codes(portal, email)
        if len(found) > before:
            return found[-1]
        time.sleep(0.5)  # the scheduler sends them
    raise AssertionError("no code came")


def filled(visitor):
    """The dossier, step by step; what is wrong is said at its field, and stays."""
    page = visitor.open("/contrats")
    page.locator(f"#{Ids.SIREN}").fill("123456789")
    page.locator(f"#{Ids.KEEP_IDENTITY}").click()
    expect(page.locator(f"#{Ids.SIREN}-error")).to_contain_text("SIREN")
    visitor.has_no_axe_violation()
    typed = {
        Ids.SIREN: SIREN,
        Ids.SIRET: SIRET,
        Ids.LEGAL_FORM: "SARL",
        Ids.STREET: "2 rue du Rabot",
        Ids.POSTAL_CODE: "99123",
        Ids.CITY: "Gazeville",
    }
    for id_, text in typed.items():
        page.locator(f"#{id_}").fill(text)
    visitor.moves(page.locator(f"#{Ids.KEEP_IDENTITY}").click)
    page.locator(f"#{Ids.FUNCTION}").fill("Gérant")
    visitor.moves(page.locator(f"#{Ids.KEEP_REPRESENTATIVE}").click)
    page.locator(f"#{Ids.HIMSELF} label", has_text="Représentant légal").click()
    visitor.moves(page.locator(f"#{Ids.KEEP_POWER}").click)
    page = visitor.open("/contrats")  # left, and taken up again at the step that lacks
    page.get_by_label("Vérifier les factures d’énergie", exact=True).check()
    visitor.moves(page.locator(f"#{Ids.KEEP_USES}").click)
    return visitor.open("/contrats?etape=contract")


def coded(visitor, portal, email):
    """The sentence agreed to, a code asked for, and typed."""
    page, before = visitor.page, len(codes(portal, email))
    page.locator(f"#{Ids.CONSENT}").check()
    page.locator(f"#{Ids.ASK_CODE}").click()
    expect(page.locator(f"#{Ids.CODE}")).to_be_focused()
    expect(page.locator(".contracts-left")).to_contain_text("min")
    page.locator(f"#{Ids.CODE}").fill(next_code(portal, email, before))


def signed(visitor, portal, email):
    coded(visitor, portal, email)
    visitor.moves(visitor.page.locator(SIGN).dblclick)  # twice is once


def refused_then_corrected(client):
    """With a reason; what changed since is then shown word by word."""
    page = client.page
    page.locator("[data-act=refuse]").click()
    page.locator("#contracts-said-reason").fill("La fonction est incomplète.")
    client.moves(page.locator("[data-contracts=confirm]").click)
    expect(page.locator("main")).to_contain_text("La fonction est incomplète.")
    client.open("/contrats?etape=representative")
    page.locator(f"#{Ids.FUNCTION}").fill("Gérant associé")
    client.moves(page.locator(f"#{Ids.KEEP_REPRESENTATIVE}").click)
    client.open("/contrats?etape=contract")
    expect(page.locator(".contracts-changes ins")).to_contain_text("associé")
    client.moves(page.locator(f"#{Ids.SEND}").click)


def signed_at_last(client, portal):
    """No code without the sentence; a wrong one is said, a lost one is asked again."""
    page = client.page
    page.locator(f"#{Ids.ASK_CODE}").click()
    expect(page.locator(f"#{Ids.CONSENT}-error")).to_contain_text("Cochez")
    coded(client, portal, NEWCOMER)
    lost = page.locator(f"#{Ids.CODE}").input_value()
    page.locator(f"#{Ids.CODE}").fill("000000" if lost != "000000" else "111111")
    page.locator(SIGN).click()
    expect(page.locator(f"#{Ids.CODE}-error")).to_contain_text("Essais restants")
    client.has_no_axe_violation()
    signed(client, portal, NEWCOMER)
    expect(page.locator(".lead")).to_contain_text("signé de votre côté")


def countersigned(visit, portal):
    """By an account manager, from home."""
    staff = visit(STAFF)
    desk = staff.open("/")
    desk.get_by_role("link", name="Contresigner").click()
    desk.wait_for_url("**/contrats?contrat=*")
    staff.settle()
    drawer = desk.locator(f"#{Ids.DRAWER}")
    expect(drawer).to_contain_text(SIREN)
    staff.has_no_axe_violation()
    coded(staff, portal, STAFF)
    desk.locator(SIGN).dblclick()
    expect(drawer.locator(".drawer-under")).to_contain_text("Actif")


@pytest.mark.slow
def test_a_newcomer_signs_and_may_then_declare(visit, portal):
    client = visit(NEWCOMER)
    client.expect("status of 422")
    page = client.open("/droits?new=1")
    expect(page.locator("main")).to_contain_text("Un contrat est nécessaire")  # before typing
    page = filled(client)
    expect(page.locator(f"#{Ids.PREVIEW}")).to_contain_text(SIRET)
    client.moves(page.locator(f"#{Ids.SEND}").click)
    expect(page.locator(".contracts-page").first).to_be_visible()
    expect(page.locator(".contracts-page").first).to_have_attribute("alt", re.compile("Page 1 sur"))
    client.has_no_axe_violation()
    refused_then_corrected(client)
    signed_at_last(client, portal)
    countersigned(visit, portal)

    page = client.open("/contrats")
    expect(page.locator(".lead")).to_contain_text("est actif")
    for name in ("PDF", "Dossier de preuve de la signature de Nora Janvier"):
        link = page.get_by_role("link", name=name, exact=True).first.get_attribute("href")
        assert client.context.request.get(f"{portal.url}{link}").ok
    client.has_no_axe_violation()
    with portal.database.reading() as db:
        states = list(db.scalars(select(Contract.state).where(Contract.signer == NEWCOMER)))
    assert states == [ContractState.ACTIVE]
    page = declare(client, portal, free_pce(portal), "Résidence de Janvier")
    expect(page.locator("main")).to_contain_text("Résidence de Janvier")
