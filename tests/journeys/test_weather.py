"""Who runs the portal gives the days of a station, attaches a PCE, and sees how it stands."""

import pytest
from playwright.sync_api import expect

from components.sheets import Ids as Sheets
from components.weather.ids import Ids
from tests.journeys.visitor import SCREENS

WHO = "irene@reseau.example"


@pytest.mark.parametrize("screen", SCREENS)
def test_days_are_given_with_a_bad_line_and_a_pce_is_attached(visit, portal, screen, tmp_path):
    visitor = visit(WHO, **screen)
    code = f"J{screen['language']}{screen['theme']}{screen['phone']:d}"
    sheet = tmp_path / "meteo.csv"
    sheet.write_text(f"station;jour;moyenne\n{code};01/11/2026;5,4\n{code};demain;5\n")
    page = visitor.open("/admin?part=weather")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    visitor.moves(page.locator("a[href*='sheet=meteo']").first.click)
    page.locator(f"#{Sheets.FILE}-input").set_input_files(sheet)
    page.locator("[data-kit=files] [data-does=send]").click()
    expect(page.locator(f"#{Sheets.CONFIRM}")).to_be_enabled()
    expect(page.locator(f"#{Sheets.PREVIEW}")).to_contain_text("demain")
    page.locator(f"#{Sheets.CONFIRM}").click()
    expect(page.locator(f"#{Sheets.PREVIEW} a")).to_be_visible()
    with page.expect_download() as told:
        page.locator(f"#{Sheets.REJECTS}").click()
    assert "demain" in told.value.path().read_text("utf-8-sig")
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.moves(page.locator(f"#{Sheets.PREVIEW} a").click)
    visitor.moves(page.get_by_role("link", name=code, exact=True).click)
    expect(page.locator("#weather-station")).to_contain_text("01/11/2026")
    page.locator(f"#{Ids.PCE}").fill("12")
    page.locator(f"#{Ids.ATTACH}").click()
    expect(page.locator(f"#{Ids.PCE}-error")).not_to_be_empty()
    number = portal.held_by("camille@tilleuls.example")[0]
    page.locator(f"#{Ids.PCE}").fill(number)
    page.locator(f"#{Ids.ATTACH}").click()
    expect(page.locator("#weather-station table")).to_contain_text(number)
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator("#weather-station table button").click()
    expect(page.locator("#weather-station .empty")).to_be_visible()
    visitor.settle()
