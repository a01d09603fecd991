"""What a site feeds into the network is read by its holder and by a right of injection alone."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from components.consumption.ids import Ids
from data.metering.consumption.models import InjectionPeriod
from data.metering.pces.models import Pce
from tests.journeys.visitor import SCREENS

HOLDER, THIRD, STRANGER = (
    "paul@armoise.example",
    "nadia@thermia.example",
    "camille@tilleuls.example",
)
HELD, GIVEN = "/consommations?pce=GI999150", "/consommations?pce=GI999602"
TITLE = {"fr": "Gaz injecté", "en": "Injected gas"}


@pytest.mark.parametrize("screen", SCREENS)
def test_a_holder_reads_what_its_site_feeds_in(portal, visit, screen):
    visitor = visit(HOLDER, **screen)
    page = visitor.open(HELD)
    place = page.locator(f"#{Ids.INJECTED}")
    expect(place.get_by_role("heading", name=TITLE[screen["language"]], exact=True)).to_be_visible()
    with portal.database.reading() as db:  # last month is published some days after its end
        number = HELD.partition("=")[2]
        pce_id = select(Pce.id).where(Pce.number == number).scalar_subquery()
        months = select(func.count()).where(InjectionPeriod.pce_id == pce_id)
        published = db.scalar(months)
    assert published in {23, 24}
    expect(place.locator("tbody tr")).to_have_count(published)
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def test_a_right_of_injection_opens_it_and_nothing_opens_it_to_others(visit):
    visitor = visit(THIRD)
    page = visitor.open(GIVEN)
    expect(page.locator(f"#{Ids.INJECTED} tbody tr").first).to_be_visible()
    visitor.has_no_axe_violation()
    page = visitor.open(HELD)
    expect(page.locator(f"#{Ids.INJECTED}")).to_have_count(0)
    page = visit(STRANGER).open(GIVEN)
    expect(page.locator(f"#{Ids.INJECTED}")).to_have_count(0)
