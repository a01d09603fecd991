"""axe finds nothing on any page in any state; nothing sticks out of the screen."""

import re

import pytest

from components.contracts.steps import CONTRACT
from data.contracts.types import DossierStep
from pages import PAGES
from tests.journeys.states import READERS, last_contract, states
from tests.journeys.visitor import PHONE, SCREENS

EXTREMES = SCREENS[:2]
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"


@pytest.mark.parametrize("screen", EXTREMES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_accessible_in_every_state(visit, portal, receipt, page, screen):
    reader = READERS.get(page.name, "camille@tilleuls.example")
    visitor = visit(reader, **screen)
    for state in states(portal, page, reader):
        visitor.open(state)
        visitor.has_no_axe_violation()
        visitor.fits_the_screen()
        if screen["phone"]:
            zooms(visitor)


def zooms(visitor):
    """A screen of 320 px is what a 1280 px one becomes at 400 %: nothing is lost."""
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    visitor.page.wait_for_function(FITS)  # charts are drawn anew
    visitor.page.set_viewport_size(PHONE["viewport"])


@pytest.mark.parametrize("screen", EXTREMES)
@pytest.mark.parametrize(
    "path",
    [
        "/connexion",
        "/connexion?ended=1",
        "/confidentialite",
        "/accessibilite",
        "/mentions-legales",
        "/mot-de-passe-oublie",
        "/mot-de-passe/nothing",
    ],
)
def test_the_pages_before_signing_in_are_accessible(visit, path, screen):
    visitor = visit(**screen)
    visitor.expect("status of 404", "status of 410", "status of 400", "status of 422")
    visitor.open(path)
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


@pytest.mark.parametrize("screen", EXTREMES)
def test_someone_with_nothing_yet_reads_accessible_pages(visit, screen):
    visitor = visit("victor@novembre.example", **screen)
    steps = [f"/contrats?etape={step}" for step in (*DossierStep, CONTRACT)]
    for path in ("/", "/pces", "/consommations", "/compte", *steps, "/droits?new=1", "/exports"):
        visitor.open(path)
        visitor.has_no_axe_violation()
        visitor.fits_the_screen()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("who", ["camille@tilleuls.example", "martin@reseau.example"])
def test_the_menu_fits_every_width_of_a_desktop(visit, who, language):
    visitor = visit(who, language=language)
    visitor.open("/compte")
    for width in (992, 1100, 1200, 1280, 1440):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        visitor.fits_the_screen()


@pytest.mark.parametrize("screen", EXTREMES)
def test_the_distributors_staff_reads_accessible_pages(visit, portal, screen):
    staff = "martin@reseau.example"
    visitor = visit(staff, **screen)
    number = portal.held_by("camille@tilleuls.example")[0]
    for path in (
        "/",
        "/pces",
        f"/pces?pce={number}",
        f"/consommations?pce={number}",
        "/operations",
        "/contrats",
        "/contrats?q=zzzz",
        f"/contrats?contrat={last_contract(portal, 'camille@tilleuls.example')}",
    ):
        visitor.open(path)
        visitor.has_no_axe_violation()


@pytest.mark.daily
@pytest.mark.parametrize("phone", [False, True])
def test_panels_opened_over_a_page_are_accessible(visit, portal, phone):
    visitor = visit("camille@tilleuls.example", phone=phone)
    number = portal.held_by("camille@tilleuls.example")[0]
    page = visitor.open(f"/consommations?pce={number}")
    openers = page.locator("[data-opens]")
    for index in range(openers.count()):
        if openers.nth(index).is_visible():
            openers.nth(index).click()
            visitor.has_no_axe_violation(without=".bar-opener")
            page.keyboard.press("Escape")


@pytest.mark.parametrize("phone", [False, True])
def test_the_story_of_a_day_is_accessible(visit, portal, phone):
    from tests.journeys.screen import drill

    visitor = visit("camille@tilleuls.example", phone=phone)
    number = portal.held_by("camille@tilleuls.example")[0]
    page = visitor.open(f"/consommations?pce={number}&period=30d&step=day")
    drill(visitor)
    visitor.settle()
    page.locator("#consumption-day-close").wait_for(state="visible")
    visitor.has_no_axe_violation()


@pytest.mark.parametrize("screen", EXTREMES)
def test_a_refusal_is_accessible(visit, screen):
    visitor = visit("louise@fournil.example", **screen)
    visitor.expect("status of 404", "status of 403")
    for path in ("/rien", "/pces?pce=09999999999999", "/consommations?pce=09999999999999"):
        page = visitor.open(path)
        said = page.locator("main").inner_text()
        assert re.search("introuvable|not found", said, re.IGNORECASE)
        visitor.has_no_axe_violation()
