"""Recovery codes are shown once: read without a doubt, copied, kept in a file, printed."""

from itertools import pairwise
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect

from tests.journeys.visitor import SCREENS

OWNER = "karim@habitat.example"
HERE = "/compte/second-facteur"
BOXES = """() => [...document.querySelectorAll('.door-codes code')].map(code => {
    const {left, right, top, bottom} = code.getBoundingClientRect();
    return {left, right, top, bottom};
})"""


@pytest.fixture
def codes_of(visit, portal):
    """Visitors who have just turned the second factor on; it is off again in the end."""
    on = []

    def arrive(**screen):
        visitor = visit(OWNER, **screen)
        visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = visitor.open(HERE)
        page.locator("#current").fill(portal.password)
        page.locator("form.door-fields [type=submit]").first.click()
        totp = pyotp.TOTP(page.locator(".door-key").inner_text().replace(" ", ""))
        page.locator("#code").fill(totp.now())
        page.locator("form.door-fields [type=submit]").first.click()
        expect(page.locator(".door-codes code")).to_have_count(10)
        codes = page.locator(".door-codes code").all_inner_texts()
        on.append((visitor, codes))
        return visitor, codes

    yield arrive
    for visitor, codes in on:
        page = visitor.open(HERE)
        page.locator("#current").fill(portal.password)
        page.locator("#code").fill(codes[-1])
        visitor.moves(page.locator(".btn-danger").click)


@pytest.mark.parametrize("screen", SCREENS[:2])
def test_the_codes_stand_under_each_other_clear_of_their_numbers(codes_of, screen):
    visitor, _codes = codes_of(**screen)
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    boxes = visitor.page.evaluate(BOXES)
    frame = visitor.page.locator(".door-codes").bounding_box()
    assert len({box["left"] for box in boxes}) == 1
    assert all(above["bottom"] <= below["top"] for above, below in pairwise(boxes))
    assert all(box["right"] < frame["x"] + frame["width"] for box in boxes)
    assert boxes[0]["left"] - frame["x"] >= 40, "no room for the number of the tenth"


def test_the_codes_are_copied_kept_in_a_file_and_printed(codes_of):
    visitor, codes = codes_of(theme="dark")
    page = visitor.page
    page.get_by_role("button", name="Copier").click()
    expect(page.get_by_role("status").last).to_have_text("Codes copiés")
    assert page.evaluate("navigator.clipboard.readText()").split("\n") == codes

    with page.expect_download() as coming:
        page.get_by_role("link", name="Télécharger").click()
    assert coming.value.suggested_filename == "codes-de-secours.txt"
    kept = Path(coming.value.path()).read_bytes().decode("utf8")
    assert kept == "\r\n".join(["Codes de secours", "Réseau Gaz", "", *codes, ""])

    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Imprimer").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("html").get_attribute("data-bs-theme") == "light"
    expect(page.get_by_role("button", name="Copier")).to_be_hidden()
    expect(page.locator(".door-codes code").first).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_the_codes_are_copied_where_the_browser_has_no_clipboard(codes_of):
    visitor, codes = codes_of()
    page = visitor.page
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_role("button", name="Copier").click()
    expect(page.get_by_role("status").last).to_have_text("Codes copiés")
    assert [line for line in page.evaluate("getSelection().toString()").split() if line] == codes
