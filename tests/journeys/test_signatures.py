"""A facility manager asks which site to visit, why, and what its signature says."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, text, update

from core.i18n import PARIS
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.types import Cause
from data.metering.consumption.models import FleetStanding
from data.metering.consumption.types import FleetPeriod
from data.metering.pces.models import Pce
from jobs.signatures import judge_sites, look_again
from tests.journeys.visitor import SCREENS

OWNER = "camille@tilleuls.example"


# The scheduler judges sites too, and may store at any moment what it read before this one drifted.
STAYS = """CREATE TRIGGER stays BEFORE UPDATE ON signature_verdicts WHEN OLD.pce_id = {pce}
    BEGIN SELECT RAISE(IGNORE); END"""


@pytest.fixture
def drifting(portal):
    """The dearest drift of hers, whose base load rose, whoever judges it again."""
    now = datetime.now(UTC)
    look_again(portal.database, now)
    judge_sites(portal.database, now)
    today = now.astimezone(PARIS).date()
    with portal.database.transaction() as db:
        query = select(FleetStanding).join(Pce, Pce.id == FleetStanding.pce_id)
        query = query.where(FleetStanding.period == FleetPeriod.YEAR, FleetStanding.equal > 0.05)
        query = query.where(Pce.number.in_(portal.held_by(OWNER)))
        row = db.scalars(query.order_by(FleetStanding.equal_wh.desc())).first()
        pce = db.get_one(Pce, row.pce_id)
        told = {"cause": Cause.BASELOAD, "since": today - timedelta(days=60)}
        db.execute(update(VerdictRow).where(VerdictRow.pce_id == pce.id).values(told))
        db.execute(text(STAYS.format(pce=pce.id)))
        name = pce.alias or pce.number
    yield name
    with portal.database.transaction() as db:
        db.execute(text("DROP TRIGGER stays"))


@pytest.mark.daily
@pytest.mark.parametrize("screen", SCREENS)
def test_from_home_to_the_site_to_visit_and_to_its_signature(visit, screen, drifting):
    visitor = visit(OWNER, **screen)
    page = visitor.open("/?tableau=1")
    expect(page.locator(".home-visits .item").first).to_contain_text(drifting)
    drift = page.locator(".home-visits .item").first.get_by_text("kWh/an").inner_text()
    page.locator(".home-visits .item").first.get_by_role("link", name="Voir").click()
    expect(page.locator("h1")).to_contain_text(drifting)
    expect(page.locator("main")).to_contain_text(drift.removesuffix("/an"))
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator("main a[href*='x=dju']").first.click()
    expect(page).to_have_url(re.compile("x=dju"))
    page.get_by_role("link", name="COSTIC", exact=True).click()
    expect(page).to_have_url(re.compile("method=costic"))
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
