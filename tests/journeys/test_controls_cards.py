"""The client's controls on a phone: each a card that shows all without being pushed aside."""

import pytest
from playwright.sync_api import expect

from components.controls import Ids
from data.controls.types import ControlSort
from data.metering.pces.rules import folded
from tests.journeys.proofs import office
from tests.journeys.visitor import SCREENS

THIRD, MANAGER = "nadia@thermia.example", "martin@reseau.example"
FINGER = 44  # px of what is pressed, by the smaller side
CELLS = ("ag-Grid-SelectionColumn", *(
    one.value for one in (ControlSort.SITE, ControlSort.NUMBER, ControlSort.HOLDER,
                          ControlSort.STATE, ControlSort.DUE)), "proof")  # fmt: skip
# Of each card whose lines have come: the columns that show whole inside it, and on the screen.
WHOLE = """grid => [...grid.querySelectorAll('.ag-row:has(button)')].map(row => {
    const card = row.getBoundingClientRect();
    return [...row.children].filter(cell => {
        const box = cell.getBoundingClientRect();
        return box.width && box.height && (cell.textContent.trim() || cell.querySelector('input'))
            && box.left >= 0 && box.right <= Math.min(card.right, window.innerWidth)
            && box.top >= card.top && box.bottom <= card.bottom + 0.5;
    }).map(cell => cell.getAttribute('col-id'));
})"""
SMALL = """(grid, finger) => [
    ...grid.querySelectorAll('button, .ag-row input, .ag-header-cell-sortable')
].map(one => one.getBoundingClientRect())
    .filter(box => Math.min(box.width, box.height) < finger).length"""
ASIDE = """grid => {
    const view = grid.querySelector('.ag-center-cols-viewport');
    return view.scrollWidth - view.clientWidth;
}"""


@pytest.fixture
def asked(portal):
    here = office(portal, MANAGER, THIRD)
    uids = here.draw(3)
    yield uids
    here.close(uids)


@pytest.mark.parametrize("look", [one for one in SCREENS if one.values[0]["phone"]])
def test_each_control_is_a_card_on_a_phone(visit, asked, look):
    visitor = visit(THIRD, **look)
    page = visitor.open("/controles")
    grid = page.locator(f"#{Ids.GRID}")
    expect(grid.locator(".ag-row button").first).to_be_visible()
    whole = grid.evaluate(WHOLE)
    assert len(whole) >= len(asked)
    assert {tuple(cells) for cells in whole} == {CELLS}
    assert grid.evaluate(ASIDE) == 0
    assert grid.evaluate(SMALL, FINGER) == 0
    visitor.fits_the_screen()
    visitor.has_no_axe_violation()


def test_a_card_is_ticked_sorted_and_opened(visit, asked):
    visitor = visit(THIRD, phone=True)
    page = visitor.open("/controles")
    grid = page.locator(f"#{Ids.GRID}")
    grid.locator(".ag-row input").first.tap()
    expect(page.locator(f"#{Ids.SELECTED}")).to_contain_text("1 contrôle choisi")
    grid.get_by_role("columnheader", name="Libellé du site").tap()
    page.wait_for_url("**sort=site*")
    visitor.settle()
    sites = grid.locator(".ag-row:has(button) [col-id=site]").all_text_contents()
    assert sites == sorted(sites, key=folded)
    grid.locator(".ag-row button", has_text="Importer").first.tap()
    expect(page.locator(f"#{Ids.DRAWER}")).to_contain_text("Envoyez la preuve")


def test_cards_are_gone_through_by_the_keyboard_where_letters_are_large(visit, asked):
    """A wide screen at 400 % is as narrow as a phone."""
    visitor = visit(THIRD)
    visitor.page.set_viewport_size({"width": 360, "height": 640})
    page = visitor.open("/controles")
    grid = page.locator(f"#{Ids.GRID}")
    grid.get_by_role("columnheader", name="Libellé du site").focus()
    page.keyboard.press("ArrowDown")
    site = grid.locator("[role=gridcell]:focus")
    expect(site).to_have_attribute("col-id", ControlSort.SITE.value)
    for _turn in range(len(CELLS) - 2):
        page.keyboard.press("ArrowRight")
    expect(grid.locator("[role=gridcell]:focus")).to_have_attribute("col-id", "proof")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{Ids.DRAWER}")).to_be_visible()
    assert grid.evaluate(ASIDE) == 0


def test_a_wide_screen_has_the_table(visit, asked):
    page = visit(THIRD).open("/controles")
    box = page.locator(f"#{Ids.GRID}-box")
    expect(box.locator(".ag-row button").first).to_be_visible()
    expect(box).not_to_have_attribute("data-as-cards", "")
    rows = box.locator(".ag-center-cols-container .ag-row").first
    assert rows.bounding_box()["height"] < FINGER
