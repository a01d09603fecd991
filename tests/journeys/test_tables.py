"""A table under the keys: one stop of Tab, arrows inside; its shadow says what is out of sight."""

import pytest
from playwright.sync_api import expect

from components.consumption.ids import Ids
from components.pces.ids import Ids as Pces

OWNER = "camille@tilleuls.example"
BEFORE = """table => {
    const stops = [...document.querySelectorAll('a[href], button, input, select, [tabindex="0"]')];
    stops.filter(stop => stop.getClientRects().length && stop.tabIndex >= 0 && !stop.disabled
        && table.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_PRECEDING).at(-1).focus();
}"""
INSIDE = "table => table.contains(document.activeElement)"
PLACE = """() => {
    const cell = document.activeElement.closest('[col-id]');
    const row = cell && cell.closest('[row-index]');
    return cell && [row && Number(row.getAttribute('row-index')), cell.getAttribute('col-id')];
}"""

CUT = """table => [...table.querySelectorAll(
    '.ag-header-cell-text, .ag-header-cell-label, .ag-cell-value, .cell-words'
)].filter(part => part.offsetParent && part.clientWidth > 1 && (
    part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 2
)).map(part => part.textContent)"""
LONG = "Logement de fonction de la Fontaine – Faubourg"


@pytest.fixture(params=["consumption", "pces"])
def table(request, visit, portal):
    """The table of a page that has one; what stands before it has the focus."""
    visitor = visit(OWNER)
    number = portal.held_by(OWNER)[0]
    path, id_ = {
        "consumption": (f"/consommations?pce={number}&period=30d&step=day", Ids.TABLE),
        "pces": ("/pces", Pces.GRID),
    }[request.param]
    found = visitor.open(path).locator(f"#{id_}")
    expect(found.locator(".ag-center-cols-container .ag-cell").first).to_be_visible()
    found.evaluate(BEFORE)
    return found


def press(table, *keys):
    """As a hand does, not at once: the grid gives its focus again when it has drawn."""
    for key in keys:
        table.page.keyboard.press(key)
        table.page.wait_for_timeout(80)


def place(table):
    return table.page.evaluate(PLACE)


@pytest.mark.daily
def test_tab_enters_a_table_once_and_leaves_it(table):
    press(table, "Tab")
    assert table.evaluate(INSIDE)
    press(table, "Tab")
    assert not table.evaluate(INSIDE)
    press(table, "Shift+Tab")
    assert table.evaluate(INSIDE)
    press(table, "Shift+Tab")
    assert not table.evaluate(INSIDE)


def test_tab_leaves_from_any_cell_and_comes_back_to_it(table):
    press(table, "Tab", "ArrowDown", "ArrowDown", "ArrowRight")
    left = place(table)
    assert left[0] == 1
    press(table, "Tab")
    assert not table.evaluate(INSIDE)
    press(table, "Shift+Tab")
    assert place(table) == left
    press(table, "Shift+Tab")
    assert not table.evaluate(INSIDE)
    press(table, "Tab")
    assert place(table) == left


def test_a_cell_left_far_below_is_found_again(visit):
    visitor = visit(OWNER)
    page = visitor.open("/consommations?period=3y&step=day")
    table = page.locator(f"#{Ids.TABLE}")
    expect(table.locator(".ag-center-cols-container .ag-cell").first).to_be_visible()
    table.evaluate(BEFORE)
    press(table, "Tab", "ArrowDown", "PageDown")
    page.wait_for_function(f"() => (({PLACE})() || [0])[0] > 10")
    left = place(table)
    page.wait_for_timeout(500)  # the grid gives its focus again once the page down is drawn
    press(table, "Shift+Tab")  # to what stands before: nothing of the page does after
    assert not table.evaluate(INSIDE)
    table.locator(".ag-body-viewport").evaluate("view => { view.scrollTop = 0; }")
    expect(table.locator("[row-index='0'] .ag-cell").first).to_be_in_viewport()
    press(table, "Tab")
    page.wait_for_function(f"left => String(({PLACE})()) === String(left)", arg=left)
    expect(table.locator(".ag-cell:focus")).to_be_in_viewport()


def test_a_table_is_sorted_by_the_keys_alone(visit):
    visitor = visit(OWNER)
    table = visitor.open("/pces").locator(f"#{Pces.GRID}")
    head = table.locator("[role=columnheader][col-id=alias]")
    expect(table.locator(".ag-center-cols-container .ag-cell").first).to_be_visible()
    table.evaluate(BEFORE)
    press(table, "Tab", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowUp", "Enter")
    expect(head).to_be_focused()
    expect(head).to_have_attribute("aria-sort", "ascending")
    press(table, "Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    visitor.settle()
    visitor.has_no_axe_violation()


def test_a_table_has_a_shadow_only_while_columns_are_out_of_sight(visit, portal):
    visitor = visit(OWNER)
    number = portal.held_by(OWNER)[0]
    page = visitor.open(f"/consommations?pce={number}&period=3y&step=month")
    box = page.locator(f"#{Ids.TABLE}-box")
    shadow = "box => getComputedStyle(box, '::after').opacity"
    expect(box.locator(".ag-center-cols-container .ag-cell").first).to_be_visible()
    for width, wanted in ((1440, "0"), (600, "1"), (1440, "0")):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(
            f"([box, wanted]) => ({shadow})(box) === wanted", arg=[box.element_handle(), wanted]
        )
    page.set_viewport_size({"width": 600, "height": 900})
    view = box.locator(".ag-center-cols-viewport")
    expect(box).to_have_attribute("data-goes-on", "")
    view.evaluate("view => { view.scrollLeft = view.scrollWidth; }")
    expect(box).not_to_have_attribute("data-goes-on", "")


@pytest.mark.parametrize("query", ["", "&unit=m3&compare=1,2", "&period=3y&step=week&compare=1,2"])
def test_no_unit_nor_figure_is_cut_on_a_wide_screen(visit, portal, query):
    visitor = visit(OWNER)
    number = portal.held_by(OWNER)[0]
    table = visitor.open(f"/consommations?pce={number}{query}").locator(f"#{Ids.TABLE}")
    expect(table.locator(".ag-center-cols-container .ag-cell").first).to_be_visible()
    assert table.evaluate(CUT) == []


def test_a_long_name_stands_whole_on_a_phone(visit):
    visitor = visit(OWNER, phone=True)
    table = visitor.open("/pces").locator(f"#{Pces.GRID}")
    name = table.locator(".cell-link").first
    expect(name).to_be_visible()
    name.evaluate("(link, long) => { link.textContent = long; }", LONG)
    assert LONG in table.locator(".cell-words").first.inner_text()
    assert table.evaluate(CUT) == []


def test_a_count_of_thousands_stands_on_one_line_of_the_smallest_phone(visit):
    visitor = visit(OWNER, phone=True)
    visitor.page.set_viewport_size({"width": 320, "height": 800})
    count = visitor.open("/").locator(".home-freshness a").first
    lines = count.evaluate("""link => {
        link.textContent = '1\\u202f800';
        const words = document.createRange();
        words.selectNodeContents(link.firstChild);
        return words.getClientRects().length;
    }""")
    assert lines == 1
    visitor.fits_the_screen()
