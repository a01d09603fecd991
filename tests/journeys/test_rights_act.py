"""Many declarations are cancelled at once, followed to their receipt, and put back."""

import os
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from components.rights import Ids
from data.identity.accounts.models import User
from tests.data.rights.large_letter import make_letter

NADIA, CAMILLE = "nadia@thermia.example", "camille@tilleuls.example"
COUNT = int(os.environ.get("PORTAL_RIGHTS", "60"))
DONE = 60_000 + COUNT * 10  # milliseconds until the job has done it


@pytest.fixture(scope="module")
def many(portal):
    """Declarations of Nadia's that wait, of sites that Camille's city holds."""
    with portal.database.transaction() as db:
        who = {row.email: row for row in db.scalars(select(User))}
        asker = who[NADIA].organisation_id, who[NADIA].id
        make_letter(db, COUNT, holder=who[CAMILLE].organisation_id, asker=asker, first=50_000_000)


@pytest.mark.daily
def test_a_whole_filter_is_cancelled_followed_and_restored(portal, visit, many):
    visitor = visit(NADIA)
    page = visitor.open("/droits?q=099777")
    page.locator(f"#{Ids.EVERY}").click()
    page.locator("[data-rights=ask][data-act=cancel]").first.click()
    press = page.locator("[data-rights=confirm][data-act=cancel]")
    expect(press).to_have_text(re.compile(rf"Annuler {COUNT}|Annuler \d+.\d+ déclarations"))
    visitor.has_no_axe_violation()
    press.click()
    page.get_by_role("link", name="Suivre l’opération").click()
    restore = page.locator(f"#{Ids.ACT_UNDO}")
    expect(restore).to_be_enabled(timeout=DONE)
    expect(page.locator(f"#{Ids.ACT}")).to_contain_text("déclarations annulées, 0 ignoré")
    visitor.has_no_axe_violation()
    restore.click()
    expect(page.locator(f"#{Ids.ACT}")).to_contain_text("droits rétablis", timeout=DONE)
