"""One asks for one's data, fetches them, closes the account, and changes one's mind."""

import json
import re
import time
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import SCREENS

OWNER = "karim@habitat.example"
STAFF = "irene@reseau.example"


def made(visitor):
    """The page once the archive is there: the worker makes it at once."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        page = visitor.open("/compte/donnees")
        if page.get_by_text("Prête").count():
            return page
        time.sleep(1)
    raise AssertionError("no archive was made")


def submit(page):
    page.locator("form.door-fields [type=submit]").first.click()


def test_data_are_asked_for_fetched_and_an_account_kept_after_all(visit, portal, tmp_path):
    visitor = visit(OWNER)
    page = visitor.open("/compte/donnees")
    visitor.has_no_axe_violation()
    page.get_by_role("link", name="Demander mes données").click()
    page.locator("#current").fill(portal.password)
    visitor.has_no_axe_violation()
    submit(page)
    page.wait_for_url("**/compte/donnees?fait=demande")
    expect(page.get_by_text("Votre archive est demandée")).to_be_visible()
    page = made(visitor)
    with page.expect_download() as fetched:
        page.get_by_role("link", name=re.compile("Télécharger")).first.click()
    fetched.value.save_as(tmp_path / "mine.zip")
    with ZipFile(tmp_path / "mine.zip") as archive:
        assert json.loads(archive.read("account.json"))[0]["email"] == OWNER
    page = visitor.open("/compte/donnees")
    page.get_by_role("link", name="Fermer et effacer").click()
    expect(page.get_by_role("heading", name="Ce qui reste, et pourquoi")).to_be_visible()
    visitor.has_no_axe_violation()
    page.locator("#current").fill(portal.password)
    page.locator("#word").fill("EFFACER")
    submit(page)
    page.wait_for_url("**/compte/donnees?fait=effacement")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.get_by_role("button", name="Annuler et garder mon compte").click()
    page.wait_for_url("**/compte/donnees?fait=annulation")
    expect(page.get_by_text("Votre compte reste ouvert.")).to_be_visible()


def test_who_runs_the_portal_comes_to_the_form_for_who_has_no_account(visit):
    visitor = visit(STAFF)
    page = visitor.open("/admin?part=data")
    page.get_by_role("link", name="Demande d’une personne sans compte").click()
    page.wait_for_url("**/admin/donnees")
    expect(page.locator("input[name=reference]")).to_be_visible()


@pytest.mark.parametrize("screen", SCREENS)
def test_the_privacy_page_is_read_by_anybody_on_any_screen(visit, portal, screen):
    visitor = visit(**screen)
    page = visitor.page
    page.goto(f"{portal.url}/connexion")
    page.locator(".door-privacy a[href='/confidentialite']").click()
    page.wait_for_url("**/confidentialite")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    assert page.locator(".privacy-classes dt").count() > 10
    page.emulate_media(media="print")
    expect(page.locator(".door-foot")).to_be_hidden()


@pytest.mark.parametrize("screen", SCREENS[:2])
def test_who_runs_the_portal_sees_requests_and_the_report(visit, portal, screen):
    visitor = visit(STAFF, **screen)
    page = visitor.open("/admin?part=data")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.goto(f"{portal.url}/admin/donnees")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
