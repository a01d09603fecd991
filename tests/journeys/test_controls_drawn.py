"""What stands where a piece is being drawn, and the thread beside it."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from components.controls import Ids
from components.controls.staff_ids import Ids as Desk
from data.controls import actions
from tests.journeys.proofs import mandate, office
from tests.journeys.test_controls import choose

THIRD, MANAGER = "nadia@thermia.example", "martin@reseau.example"
SAID = "Le cachet est au verso, voyez la page 2 de la pièce, sous la signature du proviseur."
# Of each point, whether its two answers are above the head of the thread.
CLEAR = """() => {
    const head = document.querySelector('.desk-talk-head').getBoundingClientRect();
    return [...document.querySelectorAll('.desk-answers')]
        .map(one => one.getBoundingClientRect().bottom <= head.top);
}"""


@pytest.fixture
def here(portal):
    return office(portal, MANAGER, THIRD)


@pytest.fixture
def control(here):
    (uid,) = here.draw(1)
    yield uid
    here.close([uid])


@pytest.fixture
def sent(here, control):
    here.deposit(control, ("mandat.pdf", mandate()))
    with here.portal.database.transaction() as db:
        for text in ("Bonjour.", SAID):
            actions.write_message(db, here.third, control, text, now=datetime.now(UTC))
    return control


def held(page):
    """The pages of pieces that are asked for from now on, each until it is let go."""
    asked = []

    def keep(route):
        asked.append(route)

    page.route("**/controles/pieces/**", keep)
    return asked


def let_go(page, asked):
    for route in asked:
        route.continue_()
    page.unroute("**/controles/pieces/**")


@pytest.mark.parametrize(("language", "title"), [("fr", "Échanges"), ("en", "Messages")])
def test_the_thread_begins_in_sight_beside_the_piece_and_the_points(visit, sent, language, title):
    visitor = visit(MANAGER, language=language, theme="dark" if language == "en" else "light")
    page = visitor.open(f"/controles?controle={sent}")
    head, last = page.locator(".desk-talk-head"), page.locator(".controls-thread li").last
    expect(head).to_be_in_viewport(ratio=1)
    expect(head).to_contain_text(title)
    expect(head).to_contain_text(SAID[:30])
    expect(page.locator(".desk-page").first).to_be_in_viewport(ratio=0.3)
    assert page.evaluate(CLEAR) == [True] * 6
    expect(last).not_to_be_in_viewport()
    visitor.has_no_axe_violation()
    head.get_by_role("button").press("Enter")
    expect(last).to_be_in_viewport(ratio=1)
    expect(page.locator(".desk-text")).to_be_in_viewport()


def test_a_piece_that_is_being_drawn_has_a_sheet_in_its_place(visit, sent):
    visitor = visit(MANAGER)
    asked = held(visitor.page)
    page = visitor.page
    page.goto(f"{visitor.portal.url}/controles?controle={sent}")
    box = page.locator(f"#{Desk.PAGES}")
    expect(box.locator(".sheet-awaited")).to_be_in_viewport(ratio=0.3)
    expect(box).to_contain_text("Chargement de la pièce")
    let_go(page, asked)
    expect(box.locator(".desk-page img").first).to_be_visible()
    box.locator(".desk-page").last.scroll_into_view_if_needed()  # it is drawn as one comes to it
    expect(box.locator(".sheet-awaited")).to_have_count(0)


def test_so_has_the_first_page_of_a_proof_that_was_just_imported(visit, control):
    visitor = visit(THIRD, phone=True)
    page = visitor.open(f"/controles?controle={control}")
    asked = held(page)
    choose(page, "controls-files", ("mandat.pdf", mandate()))
    sheet = page.locator(f"#{Ids.DRAWER} .controls-sheet")
    expect(sheet).to_have_class("controls-sheet sheet-awaited")
    tall = sheet.bounding_box()["height"]
    assert tall > 200
    let_go(page, asked)
    expect(sheet).to_have_class("controls-sheet")
    assert sheet.locator("img").evaluate("image => image.naturalWidth") > 100
    assert sheet.bounding_box()["height"] == tall
    visitor.has_no_axe_violation()
