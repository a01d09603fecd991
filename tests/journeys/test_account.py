"""Getting in, staying in, being put out."""

import re

import pytest
from playwright.sync_api import expect

CLIENT = "louise@fournil.example"
MANAGER = "karim@habitat.example"


def test_a_wrong_password_and_an_unknown_person_are_told_the_same(visit):
    visitor = visit()
    visitor.expect("status of 401", "status of 403", "status of 400", "status of 422")
    said = []
    for email in (CLIENT, "nobody@tilleuls.example"):
        page = visitor.page
        page.goto(f"{visitor.portal.url}/connexion")
        page.locator("input[name=email]").fill(email)
        page.locator("input[name=password]").fill("not the password at all")
        page.locator("form:has(input[name=password]) [type=submit]").first.click()
        expect(page.locator("[role=alert]").first).to_be_visible()
        said.append(page.locator("[role=alert]").first.inner_text())
    assert said[0] == said[1]


def test_a_page_asked_for_before_signing_in_opens_after(visit, portal):
    visitor = visit()
    page = visitor.page
    page.goto(f"{portal.url}/pces")
    assert "/connexion" in page.url
    page.locator("input[name=email]").fill(CLIENT)
    page.locator("input[name=password]").fill(portal.password)
    page.locator("form:has(input[name=password]) [type=submit]").first.click()
    page.wait_for_url("**/pces")
    visitor.settle()


def test_a_disabled_person_is_cut_at_once(visit, portal):
    visitor = visit(MANAGER)
    visitor.open("/pces")
    visitor.expect("status of 401")
    portal.disable(MANAGER)
    try:
        visitor.page.goto(f"{portal.url}/pces")
        expect(visitor.page.locator("input[name=password]")).to_be_visible()
    finally:
        portal.enable(MANAGER)


def test_other_sessions_are_listed_and_closed(visit):
    here = visit(CLIENT)
    there = visit(CLIENT)
    page = here.open("/compte")
    there.expect("status of 401")
    close = page.get_by_role("button", name=re.compile("Fermer|Close", re.IGNORECASE))
    assert close.count() >= 1
    for _session in range(close.count()):
        close.first.click()
        here.settle()
    there.page.goto(f"{there.portal.url}/compte")
    expect(there.page.locator("input[name=password]")).to_be_visible()
    here.open("/compte")  # this one stays


def test_signing_out_ends_copies_of_the_cookie_too(visit, portal):
    visitor = visit(CLIENT)
    cookies = visitor.context.cookies()
    page = visitor.open("/")
    page.locator("[data-opens=frame-user]").click()
    page.locator("form[action='/deconnexion'] button[type=submit]").click()
    page.wait_for_url("**/connexion*")
    thief = visit()
    thief.context.add_cookies(cookies)
    thief.page.goto(f"{portal.url}/pces")
    expect(thief.page.locator("input[name=password]")).to_be_visible()


@pytest.mark.daily
def test_language_and_theme_follow_the_person(visit, portal):
    portal.prefer(CLIENT, "fr", "light")
    page = (visitor := visit(CLIENT)).open("/")
    for name, value, attribute in (
        ("theme", "dark", "data-bs-theme"),
        ("language", "en", "lang"),
    ):
        page.locator("[data-opens=frame-user]").click()
        page.locator(f"form[action='/preferences'] button[name={name}][value={value}]").click()
        visitor.settle()
        expect(page.locator("html")).to_have_attribute(attribute, value)
    elsewhere = visit()
    elsewhere.sign_in(CLIENT)
    expect(elsewhere.page.locator("html")).to_have_attribute("lang", "en")
    portal.prefer(CLIENT, "fr", "light")


@pytest.mark.parametrize("path", ["/pces", "/consommations", "/operations", "/compte"])
def test_an_address_that_leads_nowhere_says_so(visit, path):
    visitor = visit("camille@tilleuls.example")
    visitor.expect("status of 404")
    page = visitor.open(f"{path}/rien-du-tout")
    expect(page.locator("main")).to_contain_text(re.compile("introuvable", re.IGNORECASE))
