"""A second factor that a role requires, a telephone lost, a program let in; their journal."""

import re

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select, update

from data.identity.accounts.models import ApiCredential, RecoveryCode, SecondFactor, User
from tests.journeys.test_second_factor import HERE, sent
from tests.journeys.visitor import SCREENS

ADMINISTRATOR = "aurore@tilleuls.example"
COLLEAGUE = "hugo@tilleuls.example"


def mark(portal, email, *, demo):
    """Whether *email* has the password of the demo, or one of their own."""
    with portal.database.transaction() as db:
        db.execute(update(User).where(User.email == email).values(demo_password=demo))


def forget(portal):
    """Leave the two as the demo made them, for the journeys that come after."""
    who = select(User.id).where(User.email.in_((ADMINISTRATOR, COLLEAGUE)))
    with portal.database.transaction() as db:
        for table in (SecondFactor, RecoveryCode):
            db.execute(delete(table).where(table.user_id.in_(who)))
        db.execute(delete(ApiCredential))
    mark(portal, ADMINISTRATOR, demo=True)


@pytest.fixture
def strict(portal):
    mark(portal, ADMINISTRATOR, demo=False)
    yield portal
    forget(portal)


def enrolled(visitor, password):
    """Turn a second factor on, from its page; the codes."""
    page = visitor.page
    page.locator("#current").fill(password)
    sent(visitor)
    totp = pyotp.TOTP(page.locator(".door-key").inner_text().replace(" ", ""))
    page.locator("#code").fill(totp.now())
    sent(visitor)
    return page.locator(".door-codes code").all_inner_texts()


@pytest.mark.daily
@pytest.mark.parametrize("screen", SCREENS[:2])
def test_a_role_that_must_is_led_there_first_and_on_to_its_page(visit, strict, screen):
    visitor = visit(ADMINISTRATOR, **screen)
    page = visitor.page
    page.goto(f"{strict.url}/droits")
    page.wait_for_url(f"{strict.url}{HERE}")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.goto(f"{strict.url}/compte")
    page.wait_for_url(f"{strict.url}{HERE}")
    codes = enrolled(visitor, strict.password)
    assert len(codes) == 10
    visitor.moves(lambda: page.locator(".door-after .btn-primary").click())
    assert page.url.endswith("/compte")
    visitor.has_no_axe_violation()


@pytest.mark.parametrize("screen", SCREENS[:2])
def test_a_telephone_lost_with_its_codes_is_helped_by_an_administrator(visit, portal, screen):
    owner = visit(COLLEAGUE, **screen)
    owner.open(HERE)
    enrolled(owner, portal.password)

    helper = visit(ADMINISTRATOR, **screen)
    page = helper.open("/compte")
    page.locator("a[href='/compte/collegues']").click()
    helper.settle()
    helper.has_no_axe_violation()
    helper.fits_the_screen()
    page.locator("a[href$='/second-facteur'].btn").first.click()
    page.locator("#current").fill(portal.password)
    helper.has_no_axe_violation()
    helper.fits_the_screen()
    helper.moves(lambda: page.locator(".btn-danger").click())
    assert "fait=remise-a-zero" in page.url
    helper.has_no_axe_violation()

    again = visit(**screen)
    again.sign_in(COLLEAGUE)  # the password alone opens it now
    page = again.open("/compte/journal")
    again.has_no_axe_violation()
    again.fits_the_screen()
    expect(page.locator(".plain-table")).to_contain_text("Aurore Belmont")
    forget(portal)


@pytest.mark.parametrize("screen", SCREENS[:2])
def test_a_program_is_let_in_by_a_secret_seen_once_then_shut_out(visit, portal, screen):
    visitor = visit(ADMINISTRATOR, **screen)
    visitor.expect("status of 422")
    page = visitor.open("/compte/api")
    visitor.has_no_axe_violation()
    page.locator("a[href='/compte/api/nouveau']").first.click()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator("#name").fill("Supervision du chauffage")
    page.locator("[value='consumption.read']").check()
    page.locator("#current").fill("pas le bon")
    sent(visitor)
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("#name")).to_have_value("Supervision du chauffage")
    expect(page.locator("[value='consumption.read']")).to_be_checked()
    page.locator("#current").fill(portal.password)
    sent(visitor)
    secret = page.locator("#client-secret").inner_text()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    beyond = page.locator("#client-secret").evaluate("one => one.scrollWidth - one.clientWidth")
    assert beyond <= 0, "the end of the secret is cut"
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copies=client-secret]").click()
    expect(page.locator(".door-told")).to_have_text(re.compile("Secret copié|Secret copied"))
    assert page.evaluate("navigator.clipboard.readText()") == secret
    visitor.moves(lambda: page.locator(".door-after .btn-primary").click())
    assert secret not in page.content()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator("a[href$='/revocation']").first.click()
    visitor.has_no_axe_violation()
    visitor.moves(lambda: page.locator(".btn-danger").click())
    visitor.has_no_axe_violation()
    forget(portal)
