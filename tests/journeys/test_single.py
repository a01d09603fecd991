"""Single sign-on in a browser: there, back, and out; a provider that is down."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.portal import free_port, started
from tests.journeys.profiles import Profiles
from tests.journeys.visitor import SCREENS
from tests.provider import CLIENT, SECRET, provider_for

OWNER = "sofia@armoise.example"


@pytest.fixture(scope="module")
def there():
    back = f"http://127.0.0.1:{free_port()}/connexion/unique/retour"
    with provider_for(back) as provider:
        provider.person = {"sub": "sofia", "email": OWNER, "email_verified": True}
        provider.waits = True
        yield provider


@pytest.fixture(scope="module")
def portal(tmp_path_factory, there):
    """A portal of its own: its settings are those of a provider that only it knows."""
    said = {
        "PORTAL_OIDC_ISSUER": there.issuer,
        "PORTAL_OIDC_CLIENT_ID": CLIENT,
        "PORTAL_OIDC_CLIENT_SECRET": SECRET,
        "PORTAL_OIDC_NAME": "Mairie",
    }
    var = tmp_path_factory.mktemp("single") / "var"
    port = urlsplit(there.back).port
    with started(var, pces=4, years=1, port=port, **said) as running:
        yield running


@pytest.fixture(scope="module")
def profiles(browser, portal):
    return Profiles(browser, portal)


@pytest.mark.parametrize("screen", SCREENS[:2])
def test_one_comes_in_by_the_provider_and_goes_out(visit, portal, there, screen):
    visitor = visit(**screen)
    visitor.also.add(there.issuer.removeprefix("http://"))
    portal.prefer(OWNER, screen["language"], screen["theme"])
    page = visitor.page
    page.goto(f"{portal.url}/connexion?next=%2Fpces")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator("a[href^='/connexion/unique']").click()
    expect(page.locator("h1")).to_have_text("Sign in there")
    page.locator("button").click()
    page.wait_for_url(f"{portal.url}/pces")
    visitor.settle()
    page.locator("[data-opens=frame-user]").click()
    page.locator("form[action='/deconnexion'] [type=submit]").click()
    page.wait_for_url(f"{portal.url}/connexion?sso")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator("a[href='/connexion/unique/fin']").click()
    page.wait_for_url(f"{portal.url}/connexion")


def test_who_has_no_account_reads_a_sentence_and_keeps_the_password(visit, portal, there):
    visitor = visit()
    visitor.also.add(there.issuer.removeprefix("http://"))
    visitor.expect("status of 403", "status of 503")
    person, there.person = there.person, {"sub": "x", "email": "x@ailleurs.example"}
    page = visitor.page
    page.goto(f"{portal.url}/connexion")
    page.locator("a[href^='/connexion/unique']").click()
    page.locator("button").click()
    expect(page.locator("[role=alert]")).to_contain_text("Aucun compte actif")
    visitor.has_no_axe_violation()
    there.person, there.broken = person, "/token"
    page.locator("a[href^='/connexion/unique']").click()
    page.locator("button").click()
    expect(page.locator("[role=alert]")).to_contain_text("Mairie ne répond pas")
    there.broken = ""
    visitor.sign_in(OWNER)
    visitor.has_no_axe_violation()
