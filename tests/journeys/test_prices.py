"""Prices are entered once, then a year reads in euros; a year is prepared for OPERAT."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select

from components.consumption import Ids as Consumption
from components.operat.ids import Ids as Operat
from components.prices import Ids
from components.sheets import Ids as Sheets
from core.access import OrganisationKind, Viewer
from data.identity.accounts.models import User
from data.metering.pces.queries import list_pces
from data.metering.pces.types import PceFilter, PceFreshness
from data.metering.surfaces.models import SurfaceRow
from data.money.operat.models import OperatSite
from tests.journeys.visitor import SCREENS

WHO = "camille@tilleuls.example"
READER = "nadia@thermia.example"  # of the demo, one without prices


def readable(portal, place):
    """Return the number of a PCE with recent days that READER may read."""
    with portal.database.reading() as db:
        user = db.scalars(select(User).where(User.email == READER)).one()
        kind = OrganisationKind.THIRD_PARTY
        viewer = Viewer(user.id, user.organisation_id, kind, user.role, datetime.now(UTC).date())
        rows, _total = list_pces(db, viewer, PceFilter(freshness=PceFreshness.FRESH))
    return rows[place].number


@pytest.mark.daily
@pytest.mark.parametrize("screen", SCREENS[:2])
def test_a_price_is_entered_and_the_chart_reads_in_euros(visit, portal, screen):
    visitor = visit(READER, **screen)
    number = readable(portal, 0 if screen["phone"] else 1)
    page = visitor.open(f"/consommations?pce={number}&unit=eur")
    visitor.has_no_axe_violation()
    page.locator(f"#{Consumption.EMPTY} a").click()
    page.wait_for_url("**/prix?new=1**")
    visitor.settle()
    expect(page.locator(f"#{Ids.PCE}")).to_have_value(re.compile(number))
    page.locator(f"#{Ids.SUBSCRIPTION}").fill("214")
    page.locator(f"#{Ids.ENERGY}").fill("cher")
    page.locator(f"#{Ids.FIRST}").fill("2023-01-01")
    page.locator(f"#{Ids.ENTER}").click()
    expect(page.locator(f"#{Ids.ENERGY}-error")).not_to_be_empty()
    expect(page.locator(f"#{Ids.SUBSCRIPTION}")).to_have_value("214")
    visitor.settle()
    page.locator(f"#{Ids.ENERGY}").fill("45,123")
    expect(page.locator(f"#{Ids.LIKELY}")).to_contain_text("c€/kWh")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.ENTER}").click()
    page.wait_for_url("**/prix?pce=**")
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page = visitor.open(f"/consommations?pce={number}&unit=eur")
    expect(page.locator(f"#{Consumption.LEAD}")).to_contain_text("€")
    expect(page.locator(f"#{Consumption.EMPTY}")).to_be_empty()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def test_a_tariff_is_changed_from_its_row_by_keyboard(visit):
    visitor = visit(WHO)
    page = visitor.open("/prix")
    page.locator("a[href*='/prix?tariff=']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/prix?tariff=**")
    visitor.settle()
    expect(page.locator(f"#{Ids.LIKELY}")).to_contain_text("c€/kWh")
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.ENERGY}").fill("53")
    page.locator(f"#{Ids.ENTER}").press("Enter")
    page.wait_for_url("**/prix?changed=**")
    visitor.settle()
    row = page.locator("tr", has=page.locator("[data-returned]"))
    expect(row).to_contain_text("5,300")
    expect(row.locator("[data-returned]")).to_be_focused()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def test_a_sheet_of_sites_prepares_a_year(visit, portal, tmp_path):
    visitor = visit(WHO)
    number = portal.held_by(WHO)[0]
    sheet = tmp_path / "sites.csv"
    head = "PCE;Référence EFA;Dénomination EFA;SIREN;SIRET;Surface (m²)"
    sheet.write_text(f"{head}\n{number};EFA-1;Lycée;;;1250,5\n999;;;;;\n", encoding="utf-8-sig")
    page = visitor.open("/operat?sheet=1")
    page.locator(f"#{Sheets.FILE}-input").set_input_files(sheet)
    page.get_by_role("button", name="Contrôler").click()
    expect(page.locator(f"#{Sheets.CONFIRM}")).to_have_text("Enregistrer 1 ligne")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Sheets.CONFIRM}").click()
    page.get_by_role("link", name="Voir le résultat").click()
    page.wait_for_url("**/operat")
    visitor.settle()
    expect(page.locator("#operat-page")).to_contain_text("SIREN ou SIRET manquant")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def test_a_site_is_described_by_its_form(visit, portal):
    visitor = visit(WHO)
    number = portal.held_by(WHO)[1]
    with portal.database.transaction() as db:
        db.execute(delete(OperatSite))  # of the demo
        db.execute(delete(SurfaceRow))
    page = visitor.open("/operat?new=1")
    page.locator(f"#{Operat.PCE}").fill(number)
    page.locator(f"#{Operat.EFA}").fill("EFA-9")
    page.locator(f"#{Operat.SURFACE}").fill("grande")
    page.locator(f"#{Operat.SAVE}").click()
    expect(page.locator(f"#{Operat.SURFACE}-error")).not_to_be_empty()
    expect(page.locator(f"#{Operat.EFA}")).to_have_value("EFA-9")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Operat.SURFACE}").fill("1250,5")
    page.locator(f"#{Operat.SAVE}").click()
    page.wait_for_url("**/operat")
    visitor.settle()
    expect(page.locator("#operat-page")).to_contain_text("EFA-9")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page = visitor.open(f"/operat?edit={number}")
    page.locator(f"#{Operat.REMOVE}").click()
    page.wait_for_url("**/operat")
    visitor.settle()
    expect(page.locator("#operat-page")).not_to_contain_text("EFA-9")
