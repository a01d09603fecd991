"""A passkey: added in the account, used to come in alone and after a password, removed."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import SCREENS

OWNER = "sofia@armoise.example"
HERE = "/compte/cles-acces"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def looked_at(visitor):
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def sent(visitor, selector):
    with visitor.page.expect_navigation():
        visitor.page.locator(selector).first.click()
    looked_at(visitor)


def signed_out(page):
    page.context.clear_cookies()
    page.goto(f"{page.url.split('/compte')[0].split('/pces')[0]}/connexion?next=%2Fpces")


def typed_password(visitor, password):
    page = visitor.page
    page.locator("input[name=email]").fill(OWNER)
    page.locator("input[name=password]").fill(password)
    sent(visitor, "form.door-fields [type=submit]")


@pytest.mark.parametrize("screen", SCREENS[:2])
def test_a_passkey_opens_an_account_alone_and_after_a_password(visit, portal, screen):
    """By `localhost`: browsers have no passkeys for an address that is a number."""
    here = replace(portal, url=portal.url.replace("127.0.0.1", "localhost"))
    portal.prefer(OWNER, screen["language"], screen["theme"])
    visitor = visit(**screen)
    visitor.portal = here
    page = visitor.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    added = devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    device = {"authenticatorId": added["authenticatorId"]}
    page.goto(f"{here.url}/connexion?next=%2Fcompte")
    expect(page.locator(".door-passkey button")).to_be_visible()
    typed_password(visitor, portal.password)

    page.goto(f"{here.url}{HERE}")
    looked_at(visitor)
    page.locator("#name").fill("Téléphone")
    page.locator("#current").fill(portal.password)
    sent(visitor, "form.door-fields [type=submit]")
    sent(visitor, "[data-passkey-create] [type=submit]")
    assert page.locator(".door-codes code").count() == 10
    assert len(devices.send("WebAuthn.getCredentials", device)["credentials"]) == 1

    signed_out(page)
    looked_at(visitor)
    devices.send("WebAuthn.setUserVerified", device | {"isUserVerified": False})
    page.locator(".door-passkey button").click()
    expect(page.locator(".door-passkey .door-told")).not_to_be_empty()
    visitor.has_no_axe_violation()
    devices.send("WebAuthn.setUserVerified", device | {"isUserVerified": True})
    visitor.moves(lambda: page.locator(".door-passkey button").click())
    assert page.url.endswith("/pces")

    signed_out(page)
    typed_password(visitor, portal.password)
    assert "/connexion/code" in page.url
    visitor.moves(lambda: page.locator(".door-passkey button").click())
    assert page.url.endswith("/pces")

    page.goto(f"{here.url}{HERE}")
    looked_at(visitor)
    page.locator(".door-list a").click()
    page.locator("#current").fill(portal.password)
    sent(visitor, "form.door-fields [type=submit]")
    expect(page.locator(".door-list")).to_have_count(0)
