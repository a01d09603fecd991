"""A code after the password: turned on by camera or key, asked, replaced by a recovery code."""

import pyotp
import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import SCREENS

OWNER = "sofia@armoise.example"
HERE = "/compte/second-facteur"


def sent(visitor, selector="form.door-fields [type=submit]"):
    """Send the form and look at what comes."""
    with visitor.page.expect_navigation():
        visitor.page.locator(selector).first.click()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


@pytest.mark.parametrize("screen", SCREENS[:2])
def test_a_code_is_asked_after_the_password(visit, portal, screen):
    visitor = visit(OWNER, **screen)
    visitor.expect("status of 422", "status of 401")
    page = visitor.open("/compte")
    page.locator(f"a[href='{HERE}']").click()
    page.locator("#current").fill(portal.password)
    sent(visitor)
    totp = pyotp.TOTP(page.locator(".door-key").inner_text().replace(" ", ""))
    expect(page.locator(".door-picture svg")).to_be_visible()
    page.locator("#code").fill(totp.now())
    sent(visitor)
    codes = page.locator(".door-codes code").all_inner_texts()
    assert len(codes) == 10

    other = visit(**screen)
    other.expect("status of 422")
    page = other.page
    page.goto(f"{portal.url}/connexion?next=%2Fpces")
    page.locator("input[name=email]").fill(OWNER)
    page.locator("input[name=password]").fill(portal.password)
    sent(other)
    page.locator("#code").fill("000000")
    sent(other)
    expect(page.locator("[role=alert]").first).to_be_visible()
    page.locator("#code").fill(codes[0])
    other.moves(lambda: page.locator("form.door-fields [type=submit]").click())
    assert page.url.endswith("/pces")

    page.goto(f"{portal.url}{HERE}")
    other.has_no_axe_violation()
    page.locator("#current").fill(portal.password)
    page.locator("#code").fill(codes[1])
    other.moves(lambda: page.locator(".btn-danger").click())
    assert "fait=second-facteur" in page.url


def test_a_password_is_seen_while_its_eye_is_pressed_and_hidden_once_sent(visit, portal):
    visitor = visit()
    page = visitor.page
    page.goto(f"{portal.url}/connexion")
    secret, eye = page.locator("#password"), page.locator(".eye")
    expect(eye).to_have_attribute("aria-pressed", "false")
    secret.fill("lanterne velours")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(eye).to_have_attribute("aria-pressed", "true")
    expect(secret).to_have_attribute("type", "text")
    visitor.has_no_axe_violation()
    page.evaluate("document.forms[0].dispatchEvent(new Event('submit', {bubbles: true}))")
    expect(secret).to_have_attribute("type", "password")
    expect(eye).to_have_attribute("aria-pressed", "false")
