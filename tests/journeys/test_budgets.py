"""A budget is typed or comes by a sheet; the chart is held against it, a list follows it."""

import re

import pytest
from playwright.sync_api import expect

from components.budgets import Ids
from components.consumption import Ids as Consumption
from components.sheets import Ids as Sheets
from tests.journeys.visitor import SCREENS

WHO = "camille@tilleuls.example"


@pytest.mark.daily
@pytest.mark.parametrize("screen", SCREENS[:2])
def test_a_budget_is_entered_drawn_and_followed(visit, portal, screen, tmp_path):
    visitor = visit(WHO, **screen)
    at = 2 if screen["phone"] else 4
    number, other = portal.held_by(WHO)[at : at + 2]
    page = visitor.open(f"/budgets?new=1&pce={number}")
    page.locator(f"#{Ids.AMOUNT}").fill("cher")
    page.locator(f"#{Ids.SAVE}").click()
    expect(page.locator(f"#{Ids.AMOUNT}-error")).not_to_be_empty()
    expect(page.locator(f"#{Ids.PCE}")).to_have_value(re.compile(number))
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.AMOUNT}").fill("120 000")
    page.locator(f"#{Ids.FIRST}").fill("2026")
    page.locator(f"#{Ids.SAVE}").click()
    page.wait_for_url("**/budgets?budget=*")
    visitor.settle()
    rows = page.locator("#budgets-page tbody tr")
    expect(rows).to_have_count(12 + 3)  # months, head, so far, total
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()

    page = visitor.open(f"/consommations?pce={number}")
    expect(page.locator(f"#{Consumption.LEGEND} .swatch-budget")).to_have_count(1)
    expect(page.locator(".consumption-budget")).to_contain_text("budget")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()

    sheet = tmp_path / "budgets.csv"
    lines = f"07/2026;90000;{other}\n2026;cher;{other}\n"
    sheet.write_text(f"Premier mois;Budget;PCE\n{lines}", encoding="utf-8-sig")
    page = visitor.open("/budgets?sheet=1")
    page.locator(f"#{Sheets.FILE}-input").set_input_files(sheet)
    page.locator("[data-does=send]").click()
    expect(page.locator(f"#{Sheets.CONFIRM}")).to_be_enabled()
    expect(page.locator(f"#{Sheets.PREVIEW}")).to_contain_text("cher")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Sheets.CONFIRM}").click()
    page.locator(f"#{Sheets.PREVIEW} a").click()
    page.wait_for_url("**/budgets")
    visitor.settle()
    expect(page.locator("#budgets-page tbody")).to_contain_text(other)
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
