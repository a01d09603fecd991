"""A view is kept and opens first; some days go by a link to somebody without an account."""

import re

import pytest
from playwright.sync_api import expect

from components.marks.ids import Ids
from components.marks.views import DASHBOARD
from tests.journeys.screen import show
from tests.journeys.visitor import SCREENS

OWNER = "camille@tilleuls.example"


@pytest.mark.parametrize("screen", SCREENS)
def test_a_view_opens_first_and_days_go_by_a_link_until_it_is_revoked(portal, visit, screen):
    number = portal.held_by(OWNER)[0]
    portal.prefer(OWNER, screen["language"], screen["theme"])
    visitor = visit(OWNER, **screen)
    page = visitor.open(f"/consommations?pce={number}&period=3y&step=year")
    visitor.moves(show(visitor, "a[href^='/vues?de=']").click)
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.NAME}").fill(f"Trois ans {screen['language']} {screen['theme']}")
    page.locator(f"#{Ids.KEEP}").click()
    page.wait_for_url(re.compile(r"/vues$"))
    visitor.settle()
    page.locator("[data-marks=home]").first.click()
    expect(page.locator("[data-marks=unhome]")).to_be_visible()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()

    page.goto(f"{portal.url}/")
    page.wait_for_url(re.compile(r"/consommations\?.*step=year"))
    visitor.settle()
    visitor.open(DASHBOARD)
    assert page.url.endswith(DASHBOARD)
    visitor.open("/vues")
    page.locator("[data-marks=drop]").first.click()
    expect(page.locator("[data-marks=unhome]")).to_have_count(0)

    visitor.open(f"/partages?pce={number}&from=2026-10-01&to=2026-10-31&step=day")
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.LINK_MAKE}").click()
    address = page.locator(f"#{Ids.LINK_MADE} code").inner_text()
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()

    stranger = visit(**screen)
    there = stranger.page
    there.goto(portal.url + "/partage/" + address.rpartition("/")[2])
    expect(there.locator("svg rect.shared-bar")).to_have_count(31)
    assert there.locator("tbody tr").count() == 31
    assert there.locator("a, form, script").count() == 0
    stranger.fits_the_screen()

    page.locator("[data-marks=revoke]").first.click()
    expect(page.locator("[data-marks=revoke]")).to_have_count(0)
    stranger.expect("404")
    assert there.reload().status == 404
