"""Temperatures: given of a station by who runs the portal, or come with the readings of a PCE."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from components.consumption.ids import Ids as Consumption
from components.runs import Ids as Runs
from components.sheets import Ids as Sheets
from components.weather.ids import Ids
from data.metering.consumption.models import Reading
from data.metering.pces.models import Pce
from tests.journeys.states import confirm, send
from tests.journeys.visitor import SCREENS

WHO = "irene@reseau.example"
MANAGER = "camille@tilleuls.example"
DEGREES = 21.5  # of no autumn day


@pytest.fixture
def silent(portal):
    """A PCE whose readings say no temperature any more, and their last day."""
    number = portal.held_by(MANAGER)[3]
    with portal.database.transaction() as db:
        pce = db.scalars(select(Pce).where(Pce.number == number)).one()
        mine = update(Reading).where(Reading.pce_id == pce.id)
        db.execute(mine.values(temperature_c100=None))
        return number, pce.data_until


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


@pytest.mark.parametrize("screen", SCREENS)
def test_temperatures_that_come_with_readings_are_deposited_and_drawn(visit, screen, silent):
    number, until = silent
    days = [until - timedelta(days=back) for back in range(4)]
    said = {day.isoformat(): DEGREES for day in days} | {"2024-01-01": None}
    visitor = visit(MANAGER, **screen)
    send(visitor, "meteo.json", json.dumps(said, indent=1).encode())
    page = visitor.page
    page.locator(f"#{Runs.MISSING_PCE}").fill(number, timeout=40_000)
    page.keyboard.press("Enter")
    page.locator(f"#{Runs.RESUME}").click()
    confirm(visitor)
    receipt = page.locator(f"#{Runs.RECEIPT}")
    expect(receipt.locator(".receipt-lines li")).to_contain_text("2024-01-01", timeout=40_000)
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    span = f"from={days[-1]}&to={days[0]}&step=day&day={days[0]}"
    visitor.open(f"/consommations?pce={number}&{span}")
    drawn = page.locator("main .js-plotly-plot").first.evaluate(
        "plot => plot.data.find(one => one.name === 'temperature').y"
    )
    assert drawn == [DEGREES] * len(days)
    told = "21.5" if screen["language"] == "en" else "21,5"
    expect(page.locator(f"#{Consumption.DAY_PANEL}")).to_contain_text(told)
    visitor.open(f"/consommations/signature?pce={number}")
    expect(page.locator("main dl").first).to_contain_text(re.compile("4.(jours|days)"))
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
