"""A manager deposits a file and reads its receipt."""

import re

from playwright.sync_api import expect

from components.runs import Ids
from tests.journeys.states import readings_csv, send

MANAGER = "camille@tilleuls.example"


def test_a_file_is_deposited_and_its_receipt_read(visit, portal):
    visitor = visit(MANAGER)
    send(visitor, "fevrier.csv", readings_csv(portal.held_by(MANAGER)[1]))
    page = visitor.page
    row = page.locator(f"#{Ids.LIST} li", has_text="fevrier.csv").first
    expect(row).to_contain_text("Terminé", timeout=40_000)
    row.locator("a[href*='run=']").click()
    page.wait_for_url("**run=*")
    visitor.settle()
    expect(page.locator("main")).to_contain_text("fevrier.csv")
    expect(page.locator("main")).to_contain_text("29")
    visitor.has_no_axe_violation()


def test_a_file_that_is_not_readings_is_refused_with_a_sentence(visit):
    visitor = visit(MANAGER)
    send(visitor, "photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(2000))
    refused = re.compile("refus|reconnu|illisible", re.IGNORECASE)
    expect(visitor.page.locator("main")).to_contain_text(refused, timeout=40_000)
    visitor.has_no_axe_violation()
