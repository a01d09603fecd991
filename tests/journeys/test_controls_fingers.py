"""A campaign filled by a hurried hand; what fingers press on a phone."""

import pytest
from playwright.sync_api import expect

from components.controls.staff_ids import Ids
from tests.journeys.proofs import mandate, office

THIRD, MANAGER = "nadia@thermia.example", "martin@reseau.example"
FINGER = 44  # px of what is pressed, by the smaller side
SMALL = """([selector, finger]) => [...document.querySelectorAll(selector)]
    .filter(one => one.checkVisibility())
    .map(one => [one.textContent.slice(0, 30), one.getBoundingClientRect().height])
    .filter(([, height]) => height < finger)"""
REACHED = """([selector, finger]) => {
    const one = document.querySelector(selector);
    one.scrollIntoView({block: 'center'});
    const box = one.getBoundingClientRect();
    const far = finger / 2 - 1;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    return [[-far, 0], [far, 0], [0, -far], [0, far]]
        .every(([right, down]) => document.elementFromPoint(x + right, y + down) === one);
}"""


@pytest.fixture
def control(portal):
    here = office(portal, MANAGER, THIRD)
    (uid,) = here.draw(1)
    here.deposit(uid, ("mandat.pdf", mandate()))
    yield uid
    here.close([uid])


def test_what_is_pressed_on_a_phone_is_as_large_as_a_finger(visit, control):
    staff = visit(MANAGER, phone=True)
    page = staff.open(f"/controles?controle={control}")
    page.locator(".desk-step[data-step=queue]").click()
    assert page.evaluate(REACHED, [f"#{Ids.QUEUE} .desk-tick", FINGER])
    page.locator(".desk-step[data-step=check]").click()
    assert page.evaluate(SMALL, [".desk-answer, .desk-side", FINGER]) == []
    page = staff.open("/controles?draw=1")
    assert page.evaluate(SMALL, [".crumbs a, .segments label", FINGER]) == []
    client = visit(THIRD, phone=True)
    page = client.open(f"/controles?controle={control}")
    expect(page.locator(".controls-pieces a").first).to_be_visible()
    pressed = ".segments label, .controls-pieces a, .controls-replace > summary"
    assert page.evaluate(SMALL, [pressed, FINGER]) == []
    client.fits_the_screen()
    page = client.open("/droits/import")
    assert page.evaluate(SMALL, [".crumbs a, .kit-steps a", FINGER]) == []


def test_with_a_mouse_the_same_stays_dense(visit, control):
    page = visit(MANAGER).open(f"/controles?controle={control}")
    small = page.evaluate(SMALL, [".desk-answer", FINGER])
    assert {height for _words, height in small} == {28}


def test_a_campaign_marks_its_wrong_fields_and_gives_lost_zeros_back(visit):
    visitor = visit(MANAGER)
    page = visitor.open("/controles?draw=1")
    rate = page.locator(f"#{Ids.RATE}")
    rate.fill("101")
    page.locator(f"#{Ids.SEED}").fill("-3")
    page.locator(f"#{Ids.SEED}").blur()
    page.locator(f"#{Ids.PREVIEW}").click()
    expect(page.locator(f"#{Ids.RATE}-error")).to_contain_text("par exemple 5 ou 2,5")
    expect(page.locator(f"#{Ids.SEED}-error")).to_contain_text("de 0 à 2147483646")
    expect(rate).to_have_attribute("aria-invalid", "true")
    visitor.has_no_axe_violation()
    rate.fill("5 %")
    rate.blur()
    expect(page.locator(f"#{Ids.RATE}-error")).to_be_empty()
    page.locator(f"#{Ids.WAY} label", has_text="Liste").click()
    listed = page.locator(f"#{Ids.LISTED}")
    listed.fill("9999992580684\nabc")
    listed.blur()
    visitor.settle()
    page.locator(f"#{Ids.PREVIEW}").click()
    shown = page.locator(f"#{Ids.PREVIEWED}")
    expect(shown).to_contain_text("2 lignes à corriger")
    expect(shown).to_contain_text("Ligne 2")
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.ZEROS}").click()
    expect(listed).to_have_value("09999992580684\nabc")
