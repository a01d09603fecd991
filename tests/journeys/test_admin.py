"""An organisation opens an access and closes it; the distributor sees the portal as somebody."""

import email
import re
import time
from email import policy

import pytest
from playwright.sync_api import expect

from components.admin import Ids
from components.pces import Ids as Pces
from components.sheets import Ids as Sheets
from tests.journeys.visitor import SCREENS

ADMINISTRATOR = "aurore@tilleuls.example"
OPERATOR = "irene@reseau.example"
PASSWORD = "quatre mots pour ouvrir demain"
UNTIL_SENT = 90  # s: mails leave each 15 s


def link_sent_to(portal, address):
    """The link of the mail that an address was sent."""
    end = time.monotonic() + UNTIL_SENT
    while time.monotonic() < end:
        for path in (portal.var / "mail").rglob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            text = mail.get_body(("plain",)).get_content()
            found = re.search(r"/invitation/\S+", text)
            if mail["To"] and address in mail["To"] and found:
                return found[0]
        time.sleep(1)
    raise AssertionError(address)


@pytest.mark.daily
@pytest.mark.parametrize("phone", [False, True])
def test_somebody_is_invited_comes_in_and_is_cut(visit, portal, phone):
    address = f"zoe{int(phone)}@tilleuls.example"
    host = visit(ADMINISTRATOR, phone=phone)
    page = host.open("/admin?part=invite")
    page.locator(f"#{Ids.NAME}").fill("Zoé Tilleul")
    page.locator(f"#{Ids.EMAIL}").fill(address)
    page.locator(f"#{Ids.INVITE}").click()
    expect(page.locator(f"#{Ids.INVITATIONS}")).to_contain_text(address)

    guest = visit(phone=phone)
    guest.open(link_sent_to(portal, address))
    guest.has_no_axe_violation()
    guest.fits_the_screen()
    for name in ("new", "again"):
        guest.page.locator(f"input[name={name}]").fill(PASSWORD)
    guest.page.locator("form [type=submit]").last.click()
    guest.page.wait_for_url(f"{portal.url}/")
    guest.open("/compte")
    expect(guest.page.locator("main")).to_contain_text(address)

    page = host.open("/admin")
    page.get_by_role("link", name="Zoé Tilleul").last.click()
    page.wait_for_url("**/admin?user=*")
    host.settle()
    host.has_no_axe_violation()
    page.locator(f"#{Ids.DISABLE}").click()
    expect(page.locator(f"#{Ids.ENABLE}")).to_be_visible()
    guest.expect("status of 401")
    guest.page.goto(f"{portal.url}/pces")
    expect(guest.page.locator("input[name=password]")).to_be_visible()


def comes_in(guest, portal, address):
    """By the link of their mail, then by their password."""
    guest.open(link_sent_to(portal, address))
    for name in ("new", "again"):
        guest.page.locator(f"input[name={name}]").fill(PASSWORD)
    guest.page.locator("form [type=submit]").last.click()
    guest.page.wait_for_url(f"{portal.url}/")
    guest.settle()


def reach_of(host):
    """How many PCE the ticked tags leave, of how many: `Voit 12 PCE sur 2 405`."""
    said = host.page.locator(f"#{Ids.REACH}")
    expect(said).to_contain_text(" sur ")
    return [int(re.sub(r"\D", "", part)) for part in said.inner_text().split(" sur ")]


@pytest.mark.parametrize("phone", [False, True])
def test_somebody_limited_to_a_tag_sees_its_pce_and_no_other(visit, portal, phone):
    address = f"nina{int(phone)}@tilleuls.example"
    host = visit(ADMINISTRATOR, phone=phone)
    page = host.open("/admin?part=invite")
    page.locator(f"#{Ids.NAME}").fill("Nina Frêne")
    page.locator(f"#{Ids.EMAIL}").fill(address)
    page.locator(f"#{Ids.TAGS} input").first.check()
    some, every = reach_of(host)
    assert 0 < some < every
    host.has_no_axe_violation()
    host.fits_the_screen()
    page.locator(f"#{Ids.INVITE}").click()
    expect(page.locator(f"#{Ids.INVITATIONS}")).to_contain_text("limité à")
    expect(page.locator(f"#{Ids.TAGS} input:checked")).to_have_count(0)  # for the next person
    page.locator(f"#{Ids.NAME}").fill("Personne")
    page.locator(f"#{Ids.INVITE}").click()
    expect(page.locator(f"#{Ids.EMAIL}-error")).to_contain_text("adresse")
    expect(page.locator(f"#{Ids.NAME}")).to_have_value("Personne")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("link", name="Administration").last.click()
    assert "part=invite" in page.url
    assert len(asked) == 1
    page.locator(f"#{Ids.NAME}").fill("")
    host.has_no_axe_violation()
    page.once("dialog", lambda dialog: dialog.accept())

    guest = visit(phone=phone)
    comes_in(guest, portal, address)
    seen = guest.open("/pces").locator(f"#{Pces.COUNT}")
    expect(seen).to_contain_text(re.compile(rf"^{some}\D"))
    guest.has_no_axe_violation()
    guest.fits_the_screen()

    page = host.open("/admin")
    page.get_by_role("link", name="Nina Frêne").last.click()
    page.wait_for_url("**/admin?user=*")
    host.settle()
    host.has_no_axe_violation()
    host.fits_the_screen()
    page.locator(f"#{Ids.TAGS} input").first.uncheck()
    page.locator(f"#{Ids.TAGS} input").nth(1).check()
    other, _every = reach_of(host)
    page.locator(f"#{Ids.LIMIT}").click()
    expect(page.locator("#frame-toasts")).to_contain_text(f"Voit {other} PCE")
    guest.open("/pces")
    expect(seen).to_contain_text(re.compile(rf"^{other}\D"))
    guest.open("/compte/journal")
    expect(guest.page.locator("main")).to_contain_text("PCE visibles changés")


SHEET = """Nom;Adresse électronique;Rôle;Langue
Max Durand;max{n}@nouveau.example;Client;
Sans adresse;;;
"""


@pytest.mark.parametrize("screen", SCREENS[:2])
def test_many_are_invited_from_a_sheet_that_is_looked_at_first(visit, screen):
    visitor = visit(ADMINISTRATOR, **screen)
    page = visitor.open("/admin?part=import")
    content = SHEET.format(n=int(screen["phone"])).encode()
    field = page.locator(f"#{Sheets.FILE}-input")
    field.set_input_files({"name": "gens.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("[data-kit=files] [data-does=send]").click()
    expect(page.locator(f"#{Sheets.PREVIEW}")).to_contain_text("max")
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    with page.expect_download() as download:
        page.locator(f"#{Sheets.REJECTS}").click()
    assert "Sans adresse" in download.value.path().read_text("utf-8-sig")
    page.locator(f"#{Sheets.CONFIRM}").click()
    expect(page.locator(f"#{Sheets.PREVIEW} .notice-ok")).to_be_visible()
    visitor.open("/admin")
    expect(page.locator(f"#{Ids.INVITATIONS}")).to_contain_text("max")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


@pytest.mark.parametrize("screen", SCREENS[:2])
def test_the_distributor_reads_accessible_pages(visit, screen):
    visitor = visit(OPERATOR, **screen)
    for path in ("/admin", "/admin?part=people", "/admin?part=new", "/admin?organisation=2"):
        visitor.open(path)
        visitor.has_no_axe_violation()
        visitor.fits_the_screen()


@pytest.mark.parametrize("phone", [False, True])
def test_the_distributor_sees_the_portal_as_somebody_and_changes_nothing(visit, phone):
    visitor = visit(OPERATOR, phone=phone)
    page = visitor.open("/admin?part=people&q=camille")
    page.get_by_role("link", name="Camille Verdier").click()
    page.wait_for_url("**/admin?user=*")
    visitor.settle()
    page.locator(f"#{Ids.REASON}").fill("Demande 12 : un seuil qui ne prévient pas")
    page.locator("form[action^='/vue/'] [type=submit]").click()
    page.wait_for_url(f"{visitor.portal.url}/")
    for path in ("/", "/droits", "/seuils", "/controles", "/notifications"):
        visitor.open(path)
        expect(page.locator(".look")).to_contain_text("Camille Verdier")
        expect(page.locator("#frame-toasts")).to_be_empty()
        visitor.has_no_axe_violation()
        visitor.fits_the_screen()
    page.locator(".look [type=submit]").click()
    page.wait_for_url("**/admin?user=*")
    expect(page.locator(".look")).to_have_count(0)
