"""A facility manager asks which site to visit, why, and what its signature says."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, text, update

from core.i18n import PARIS
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.types import Cause
from data.metering.pces.models import Pce
from jobs.signatures import judge_sites, look_again
from tests.journeys.visitor import SCREENS

OWNER = "camille@tilleuls.example"


# The scheduler judges sites too, and may store at any moment what it read before this one drifted.
STAYS = """CREATE TRIGGER stays BEFORE UPDATE ON signature_verdicts WHEN OLD.pce_id = {pce}
    BEGIN SELECT RAISE(IGNORE); END"""


@pytest.fixture
def drifting(portal):
    """A site of hers whose base load rose, the dearest of all, whoever judges it again."""
    now = datetime.now(UTC)
    look_again(portal.database, now)
    judge_sites(portal.database, now)
    number = portal.held_by(OWNER)[0]
    today = now.astimezone(PARIS).date()
    with portal.database.transaction() as db:
        pce = db.scalars(select(Pce).where(Pce.number == number)).one()
        told = {
            "cause": Cause.BASELOAD, "stake_wh": 10**12, "share": 0.3,
            "since": today - timedelta(days=60), "until": today - timedelta(days=4),
        }  # fmt: skip
        db.execute(update(VerdictRow).where(VerdictRow.pce_id == pce.id).values(told))
        db.execute(text(STAYS.format(pce=pce.id)))
        name = pce.alias or number
    yield name
    with portal.database.transaction() as db:
        db.execute(text("DROP TRIGGER stays"))


@pytest.mark.daily
@pytest.mark.parametrize("screen", SCREENS)
def test_from_home_to_the_site_to_visit_and_to_its_signature(visit, screen, drifting):
    visitor = visit(OWNER, **screen)
    page = visitor.open("/?tableau=1")
    expect(page.locator(".home-visits .item").first).to_contain_text(drifting)
    page.locator(".home-visits a[href*='view=visits']").click()
    expect(page).to_have_url(re.compile("view=visits"))
    first = page.locator("main .item-list .item").first
    expect(first).to_contain_text(drifting)
    expect(first).to_contain_text("kWh")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    first.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text(drifting)
    page.locator("main a[href*='x=dju']").first.click()
    expect(page).to_have_url(re.compile("x=dju"))
    page.get_by_role("link", name="COSTIC", exact=True).click()
    expect(page).to_have_url(re.compile("method=costic"))
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
