"""A contract without paper: its dossier, its text, the codes of the mails, both signatures."""

import re
import time
from contextlib import suppress
from datetime import datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from components.contracts import Ids
from core.access import OrganisationKind, Role
from core.i18n import PARIS
from data.contracts.models import Contract, ContractSignature
from data.contracts.types import ContractState, SigningMethod
from data.identity.accounts.models import User
from tests.factories import make_organisation, make_user
from tests.journeys.states import last_contract
from tests.journeys.test_admin import comes_in
from tests.journeys.test_rights import declare, file_of, free_pces
from tests.journeys.test_story_of_a_right import imported

NEWCOMER, STAFF = "nora@janvier.example", "martin@reseau.example"
GUEST = "gilles.janvier@mairie.example"  # whom the dossier names
CAREFUL = "odile@fevrier.example"  # has an application that gives codes
SIREN, SIRET = "999001076", "99900107600010"
CODE = re.compile(r"(?m)^(\d{6})\r?$")
SIGN = "[data-contracts=sign]"


@pytest.fixture(scope="module", autouse=True)
def newcomers(portal):
    """Two companies that have no contract, and the only account of each."""
    with portal.database.transaction() as db:
        known = db.scalar(select(User.password_hash).where(User.email == STAFF))
        spared = {"password_hash": known, "demo_password": True}  # of the second factor
        for name, email, who, role in (
            ("Atelier Janvier", NEWCOMER, "Nora Janvier", Role.ADMINISTRATOR),
            ("Atelier Février", CAREFUL, "Odile Février", Role.CLIENT),
        ):
            kind = OrganisationKind.THIRD_PARTY
            home = make_organisation(db, name=name, kind=kind, contracted_until=None)
            make_user(db, organisation_id=home.id, email=email, name=who, role=role, **spared)


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


def named(visitor):
    """Somebody to invite once the contract is in force."""
    page = visitor.open("/contrats?etape=invites")
    page.locator(f"#{Ids.READERS}").fill(GUEST)
    visitor.moves(page.locator(f"#{Ids.KEEP_INVITES}").click)
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
    expect(page.locator(".contracts-changes ins").first).to_contain_text("associé")
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
    desk.get_by_role("link", name="Contresigner", exact=True).click()
    desk.wait_for_url("**/contrats?*")  # the contract, or the list if another waits too
    staff.open(f"/contrats?contrat={last_contract(portal, NEWCOMER)}")
    drawer = desk.locator(f"#{Ids.DRAWER}")
    expect(drawer).to_contain_text(SIREN)
    staff.has_no_axe_violation()
    coded(staff, portal, STAFF)
    desk.locator(SIGN).dblclick()
    expect(drawer.locator(".drawer-under")).to_contain_text("Actif")


def sent_until(portal):
    """The last day of the newcomer's contract that waits for a signature."""
    with portal.database.reading() as db:
        home = select(User.organisation_id).where(User.email == NEWCOMER).scalar_subquery()
        return db.scalar(select(Contract.ends_on).where(Contract.organisation_id == home))


@pytest.mark.daily
@pytest.mark.slow
def test_a_newcomer_signs_and_may_then_declare(visit, portal):
    client = visit(NEWCOMER)
    client.expect("status of 422")
    page = client.open("/droits?new=1")
    expect(page.locator("main")).to_contain_text("Un contrat est nécessaire")  # before typing
    filled(client)
    page = named(client)
    expect(page.locator(f"#{Ids.PREVIEW}")).to_contain_text(SIRET)
    ends = datetime.now(PARIS).date() + timedelta(days=400)
    page.locator(f"#{Ids.ENDS}").fill(ends.isoformat())
    client.moves(page.locator(f"#{Ids.SEND}").click)  # at once: the day shown is the day sent
    assert sent_until(portal) == ends
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
    first, *others = free_pces(portal, 3)
    page = declare(client, portal, first, "Résidence de Janvier")
    expect(page.locator("main")).to_contain_text("Résidence de Janvier")

    guest = visit()
    comes_in(guest, portal, GUEST)
    receipt = imported(guest, file_of(portal, others, spoilt=1))
    expect(receipt.locator(".kpi-value").first).to_have_text("2")


def enrolled(visitor, portal):
    """An application turned on from one's account."""
    page = visitor.open("/compte/second-facteur")
    page.locator("#current").fill(portal.password)
    submit = page.locator("form.door-fields [type=submit]").first
    with page.expect_navigation():
        submit.click()
    totp = pyotp.TOTP(page.locator(".door-key").inner_text().replace(" ", ""))
    page.locator("#code").fill(totp.now())
    with page.expect_navigation():
        page.locator("form.door-fields [type=submit]").first.click()
    return totp


@pytest.mark.slow
def test_who_has_an_application_signs_with_both_codes(visit, portal):
    """The only account of a company, a client: it signs, by the code of its mail and its own."""
    client = visit(CAREFUL)
    client.expect("status of 422")
    totp = enrolled(client, portal)
    page = filled(client)
    client.moves(page.locator(f"#{Ids.SEND}").click)
    coded(client, portal, CAREFUL)
    field = page.locator(f"#{Ids.APP_CODE}")
    page.locator(SIGN).click()  # the mail's alone
    expect(page.locator(f"#{Ids.APP_CODE}-error")).to_contain_text("application")
    client.has_no_axe_violation()
    client.fits_the_screen()
    step = int(time.time()) // 30
    known = {totp.generate_otp(step + shift) for shift in range(-3, 4)}
    field.fill("000000" if "000000" not in known else "111111")
    page.locator(SIGN).click()
    expect(page.locator(f"#{Ids.APP_CODE}-error")).to_be_visible()
    expect(page.locator(f"#{Ids.CODE}")).not_to_have_value("")  # kept: it serves still
    field.fill(totp.generate_otp(step + 1))  # the next one: none serves twice
    client.moves(page.locator(SIGN).click)
    expect(page.locator(".lead")).to_contain_text("signé de votre côté")
    expect(page.locator("main")).to_contain_text("code de son application")
    with portal.database.reading() as db:
        methods = select(ContractSignature.method).where(ContractSignature.email == CAREFUL)
        assert db.scalars(methods).all() == [SigningMethod.CODE_TOTP]
