"""An account manager opens the queue at nine, and works through it with the keyboard."""

import pytest

from components.controls.staff_ids import Ids
from tests.data.controls.files.pieces import png
from tests.journeys.proofs import mandate, office

MANAGER = "martin@reseau.example"
THIRD = "nadia@thermia.example"
QUEUE, PIECE, CHECK = f"#{Ids.QUEUE}", f"#{Ids.PIECE}", f"#{Ids.CHECK}"


@pytest.fixture(scope="module")
def desk(portal):
    """Eight controls: six with a proof to check, two awaited."""
    here = office(portal, MANAGER, THIRD)
    uids = here.draw(8)
    assert len(uids) == 8
    for uid in uids[:6]:
        here.deposit(uid, ("mandat.pdf", mandate()), ("tampon.png", png()))
    return here, uids


def opened(page):
    return page.locator(f"{QUEUE} .desk-open[aria-current]")


def test_look(visit, desk):
    visitor = visit(MANAGER)
    page = visitor.open("/controles")
    page.wait_for_timeout(1200)
    page.screenshot(path="/tmp/w/stf-1.png", full_page=True)
    visitor.has_no_axe_violation()
    visitor.open("/controles?draw=1")
    page.screenshot(path="/tmp/w/stf-2.png", full_page=True)
    visitor.has_no_axe_violation()
    visitor.open("/controles?view=figures")
    page.screenshot(path="/tmp/w/stf-3.png", full_page=True)
    visitor.has_no_axe_violation()
    visitor = visit(MANAGER, phone=True, theme="dark")
    page = visitor.open("/controles")
    page.screenshot(path="/tmp/w/stf-4.png", full_page=True)
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
