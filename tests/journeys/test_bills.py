"""A bill in hand: it agrees, differs, goes and comes back; a sheet with a bad line."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from components.bills import Ids
from components.sheets import Ids as Sheets
from data.metering.consumption.models import Reading
from data.metering.pces.models import Pce
from tests.data.money.bills.e_invoices import cii, pdf
from tests.journeys.screen import show
from tests.journeys.visitor import SCREENS

WHO = "camille@tilleuls.example"
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def consumed(portal, number):
    """The kWh of March."""
    total = (
        select(func.sum(Reading.energy_wh))
        .join(Pce, Pce.id == Reading.pce_id)
        .where(Pce.number == number, Reading.gas_day.between(FIRST, LAST))
    )
    with portal.database.reading() as db:
        return int(db.scalar(total) or 0) // 1000


def drop_e_invoice(visitor, number, folder):
    """Drop one that fills the form at once; empty what the bill of this test does not say."""
    bill = folder / "facture.pdf"
    bill.write_bytes(pdf(cii(pce=number)))
    page = visitor.page
    page.locator(f"#{Ids.FILE}-input").set_input_files(bill)
    expect(page.locator(f"#{Ids.NUMBER}")).to_have_value("F-2026-01")
    expect(page.locator(f"#{Ids.START}")).to_have_value("1000")
    visitor.has_no_axe_violation()
    for unread in (Ids.START, Ids.END, Ids.COEFFICIENT, Ids.AMOUNT):
        page.locator(f"#{unread}").fill("")


@pytest.mark.daily
@pytest.mark.parametrize("screen", SCREENS)
def test_a_bill_agrees_another_differs_and_comes_back(visit, portal, screen, tmp_path):
    visitor = visit(WHO, **screen)
    place = SCREENS.index(next(one for one in SCREENS if one.values[0] == screen))
    number = portal.held_by(WHO)[place]
    right = consumed(portal, number)
    page = visitor.open(f"/consommations?pce={number}")
    show(visitor, f"a[href='/factures?pce={number}']").click()
    page.wait_for_url("**/factures?pce=**")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f'a[href="/factures?new=1&pce={number}"]').last.click()
    page.wait_for_url("**/factures?new=1**")
    visitor.settle()
    drop_e_invoice(visitor, number, tmp_path)
    page.locator(f"#{Ids.FIRST}").fill(FIRST.isoformat())
    page.locator(f"#{Ids.LAST}").fill(LAST.isoformat())
    page.locator(f"#{Ids.ENERGY}").fill("beaucoup")
    page.locator(f"#{Ids.SAVE}").click()
    expect(page.locator(f"#{Ids.ENERGY}-error")).not_to_be_empty()
    expect(page.locator(f"#{Ids.ENERGY}")).to_be_focused()  # and so in view
    expect(page.locator(f"#{Ids.PCE}")).to_have_value(re.compile(f"{number}$"))
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.ENERGY}").fill(str(right))
    page.locator(f"#{Ids.SAVE}").click()
    page.wait_for_url("**/factures?bill=**")
    expect(page.locator("#bill-page .notice-ok")).to_be_visible()
    visitor.settle()
    page.locator("#bill-page .page-actions .btn-primary").click()
    page.wait_for_url("**/factures?edit=**")
    page.locator(f"#{Ids.ENERGY}").fill(str(2 * right + 1000))
    page.locator(f"#{Ids.SAVE}").click()
    page.wait_for_url("**/factures?bill=**")
    expect(page.locator("#bill-page .notice-bad")).to_be_visible()
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator("#bill-page .page-actions .btn-primary").click()
    page.locator(f"#{Ids.REMOVE}").click()
    page.wait_for_url("**/factures?removed=**")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.RESTORE}").click()
    page.wait_for_url("**/factures?bill=**")
    page = visitor.open(f"/factures?pce={number}&verdict=differs")
    expect(page.locator("#bills-page tbody tr")).to_have_count(1)
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def test_a_sheet_of_bills_keeps_its_good_lines(visit, portal, tmp_path):
    visitor = visit(WHO)
    number = portal.held_by(WHO)[-1]
    sheet = tmp_path / "factures.csv"
    right = consumed(portal, number)
    lines = [
        "PCE;Facture;Du;Au;Énergie (kWh PCS)",
        f"{number};F-1;{FIRST};{LAST};{right}",
        f"{number};F-2;01/04/2026;30/04/2026;beaucoup",
    ]
    sheet.write_text("\n".join(lines), encoding="utf-8-sig")
    page = visitor.open("/factures?sheet=1")
    page.locator(f"#{Sheets.FILE}-input").set_input_files(sheet)
    page.get_by_role("button", name="Contrôler").click()
    expect(page.locator(f"#{Sheets.CONFIRM}")).to_have_text("Enregistrer 1 ligne")
    expect(page.locator(f"#{Sheets.PREVIEW}")).to_contain_text("n’est pas un nombre")
    visitor.settle()
    visitor.has_no_axe_violation()
    page.locator(f"#{Sheets.CONFIRM}").click()
    page.get_by_role("link", name="Voir le résultat").click()
    page.wait_for_url("**/factures")
    visitor.settle()
    expect(page.locator("#bills-page tbody")).to_contain_text("F-1")
    visitor.has_no_axe_violation()
