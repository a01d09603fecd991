"""What people leave on the chart: a day annotated, changed, taken away, brought back."""

import pytest
from playwright.sync_api import expect

from components.consumption.filters import MORE
from components.consumption.ids import Ids as Shown
from components.consumption.origin import ORIGIN
from components.marks.ids import Ids
from tests.journeys.visitor import SCREENS

OWNER = "camille@tilleuls.example"
WORDS = "Chaudière remplacée"


@pytest.mark.daily
@pytest.mark.parametrize("screen", SCREENS)
def test_an_annotation_is_left_from_the_keyboard_changed_and_taken_away(portal, visit, screen):
    number = portal.held_by(OWNER)[0]
    portal.prefer(OWNER, screen["language"], screen["theme"])
    visitor = visit(OWNER, **screen)
    page = visitor.open(f"/consommations?pce={number}")
    menu, opener = page.locator(f"[data-opens={MORE}]"), page.locator("[data-marks=new]").first
    menu.click()
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{Ids.FIRST}")).to_be_focused()
    visitor.has_no_axe_violation()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.locator(f"#{Ids.SAVE}")).to_have_count(0)

    page.locator(f"#{Shown.CHART_BOX}").focus()
    page.keyboard.press("ArrowLeft")
    row = page.locator(f"#{Shown.TABLE} .ag-row[aria-current=true]").first
    day = row.get_attribute("row-id")
    page.keyboard.press("n")
    expect(page.locator(f"#{Ids.FIRST}")).to_have_value(day)
    page.keyboard.press("Escape")

    menu.click()
    opener.click()
    page.locator(f"#{Ids.SAVE}").click()
    expect(page.locator(f"#{Ids.WORDS}-error")).not_to_be_empty()
    expect(page.locator(f"#{Ids.WORDS}")).to_be_focused()
    visitor.has_no_axe_violation()
    page.keyboard.type(WORDS)
    page.locator(f"#{Ids.SAVE}").click()
    line = page.locator(f"#{Shown.NOTES} li", has_text=WORDS)
    expect(line).to_be_visible()
    expect(page.locator(f"#{Shown.OVER} .consumption-event-note")).to_have_count(1)
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()

    line.locator("[data-marks=edit]").click()
    expect(page.locator(f"#{Ids.WORDS}")).to_have_value(WORDS)
    page.locator(f"#{Ids.WORDS}").fill(f"{WORDS} en une journée")
    page.locator(f"#{Ids.SAVE}").click()
    expect(page.locator(f"#{Shown.NOTES} li", has_text="en une journée")).to_be_visible()

    line.locator("[data-marks=remove]").click()
    expect(line).to_have_count(0)
    page.locator(".toast-foot [data-marks=restore]").click()
    expect(line).to_be_visible()
    line.locator("[data-marks=remove]").click()
    expect(line).to_have_count(0)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_figure_leads_to_where_it_comes_from_by_hand_and_by_keys(portal, visit, screen):
    number = portal.held_by(OWNER)[0]
    same = {"fr": "Identiques", "en": "Identical"}[screen["language"]]
    portal.prefer(OWNER, screen["language"], screen["theme"])
    visitor = visit(OWNER, **screen)
    page = visitor.open(f"/consommations?pce={number}")
    visitor.moves(page.locator(f"#{Shown.KPIS} a.consumption-explained:visible").first.click)
    expect(page.get_by_text(same, exact=True)).to_be_visible()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    visitor.moves(page.go_back)

    chart = page.locator(f"#{Shown.CHART_BOX}")
    chart.focus()
    page.keyboard.press("ArrowLeft")
    visitor.moves(lambda: page.keyboard.press("o"))
    assert ORIGIN in page.url
    expect(page.get_by_text(same, exact=True)).to_be_visible()
    visitor.moves(page.locator(".page-actions a").first.click)

    cell = page.locator(f"#{Shown.TABLE} .ag-row:not(.ag-row-pinned) [col-id=value]").nth(1)
    visitor.moves(cell.click)
    expect(page.get_by_text(same, exact=True)).to_be_visible()
