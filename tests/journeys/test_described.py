"""How programs call is read by whoever writes them, all of it open, on every screen."""

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import SCREENS


@pytest.mark.parametrize("screen", SCREENS)
def test_the_documentation_of_the_api_is_read_by_anybody(visit, screen):
    visitor = visit(**screen)
    page = visitor.open("/documentation-api")
    visitor.has_no_axe_violation()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copies=command-2]").press("Enter")
    told = page.locator(".described-command").nth(1)
    expect(told.locator(".door-told")).not_to_be_empty()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl ")
    entries = page.locator(".described-entry")
    expect(entries).to_have_count(12)
    for entry in entries.all():
        entry.locator("summary").click()
        expect(entry.locator("pre").first).to_be_visible()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    address = page.locator("a[href$='openapi.json']").get_attribute("href")
    told = page.evaluate("address => fetch(address).then(one => one.json())", address)
    assert told["openapi"] == "3.1.0"


def test_whoever_makes_a_credential_is_led_to_it(visit):
    visitor = visit("irene@reseau.example")
    page = visitor.open("/compte/api")
    page.locator("a[href='/documentation-api']").click()
    expect(page.locator("h1")).to_have_text("API des programmes")
    page.locator("a[href='/compte/api']").click()
    expect(page.locator("h1")).to_contain_text("Accès API")
