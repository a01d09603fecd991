"""A facility manager asks which site to visit, why, and what its signature says."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.drifts import drifting_site
from tests.journeys.visitor import SCREENS

OWNER = "camille@tilleuls.example"


@pytest.fixture
def drifting(portal):
    """The dearest drift of hers."""
    with drifting_site(portal, OWNER) as name:
        yield name


@pytest.mark.parametrize("screen", SCREENS)
def test_from_home_to_the_site_to_visit_and_to_its_signature(visit, screen, drifting):
    visitor = visit(OWNER, **screen)
    page = visitor.open("/?tableau=1")
    expect(page.locator(".home-visits .item").first).to_contain_text(drifting)
    site = page.locator(".home-visits .item").first
    drift = site.get_by_text("kWh").inner_text()
    site.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text(drifting)
    expect(page.locator("main")).to_contain_text(drift.partition("/")[0])
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator("main a[href*='x=dju']").first.click()
    expect(page).to_have_url(re.compile("x=dju"))
    page.get_by_role("link", name="COSTIC", exact=True).click()
    expect(page).to_have_url(re.compile("method=costic"))
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
