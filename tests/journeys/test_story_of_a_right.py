"""The whole life of rights in one story: a file, a yes, its data, a no, a yes taken back."""

import pytest
from playwright.sync_api import expect

from components.exports import Ids as Exports
from components.rights import Ids
from data.metering.consumption import files
from tests.journeys.test_exports import downloaded, made
from tests.journeys.test_rights import (
    ABSENT,
    ASKER,
    UNREAD,
    address_of,
    due_now,
    file_of,
    free_pces,
    link_to,
)

SITE, YEARS = "Histoire", 700


def hidden(visitor, number, why):
    page = visitor.open(f"/consommations?pce={number}")
    expect(page.locator("main")).to_contain_text(why)


def imported(visitor, content):
    """The file, its columns, its check with the one repair it needs, confirmed; its receipt."""
    page = visitor.open("/droits/import")
    page.locator(f"#{Ids.FILE}-input").set_input_files(
        {"name": "histoire.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.locator("[data-kit=files] [data-does=send]").click()
    page.wait_for_url("**step=columns")
    visitor.settle()
    visitor.moves(lambda: page.locator(f"#{Ids.MAP}").click())
    body = page.locator(f"#{Ids.CHECK_BODY}")
    expect(body).to_contain_text("Zéro initial perdu dans le PCE")
    expect(body).to_contain_text("1 est à corriger")
    body.locator("[data-rights=mend]").first.click()
    expect(body.locator("[data-rights=mend][data-on='']")).to_be_visible()
    visitor.moves(lambda: body.locator("a.btn-primary").click())
    visitor.moves(lambda: page.locator(f"#{Ids.CONFIRM_IMPORT}").click())
    receipt = page.locator(f"#{Ids.RECEIPT}")
    expect(receipt.locator(".rights-undo summary")).to_be_visible(timeout=30_000)
    return receipt


def answered(visit, portal, place, number, words):
    """On a phone, by the link of the mail, without an account: about that PCE alone."""
    holder = visit(language="fr", phone=True)
    page = holder.page
    page.goto(portal.url + link_to(portal, address_of(portal, number), f"{SITE} {place}"))
    holder.fits_the_screen()
    holder.has_no_axe_violation()
    for line in page.locator(".consent-lines li", has=page.locator("input[name=right]")).all():
        line.locator("input").set_checked(number in line.inner_text())
    page.get_by_role("button", name=words).click()
    return holder


@pytest.mark.slow
def test_a_right_from_a_file_with_errors_to_data_that_are_gone(visit, portal, tmp_path):
    yes, no = free_pces(portal, 2, lambda address: address != ABSENT)
    asker = visit(ASKER)
    asker.expect("status of 404")
    hidden(asker, yes, UNREAD)

    receipt = imported(asker, file_of(portal, [yes, no], spoilt=1, site=SITE, days=YEARS))
    expect(receipt.locator(".kpi-value").first).to_have_text("2")
    hidden(asker, yes, "À valider")  # nobody answered yet
    due_now(portal)
    holder = answered(visit, portal, 0, yes, "J’accepte")
    expect(holder.page.locator("main")).to_contain_text("Votre accord est enregistré")

    page = asker.open(f"/consommations?pce={yes}")
    expect(page.locator("#consumption-chart")).to_be_visible()
    page = asker.open("/exports")
    page.select_option(f"#{Exports.WHICH}", "numbers")
    page.locator(f"#{Exports.NUMBERS}").fill(yes)
    page.locator(f"#{Exports.NUMBERS}").blur()
    asker.settle()
    line = made(asker)
    file = downloaded(page, line)
    path = tmp_path / file.suggested_filename
    file.save_as(path)
    read = files.read(path.name, path.read_bytes())
    assert {one.pce for one in read.deliveries} == {yes}
    again = line.get_by_role("link", name="Télécharger").get_attribute("href")
    assert asker.context.request.get(f"{portal.url}{again}").ok

    refused = answered(visit, portal, 1, no, "Je refuse")
    expect(refused.page.locator("main")).to_contain_text("rien n’est transmis")
    hidden(asker, no, "Le titulaire a refusé")

    holder.page.reload()
    expect(holder.page.locator("table")).to_contain_text("a exporté les consommations")
    holder.fits_the_screen()
    opened = holder.page.locator(".consent-lines li", has_text=yes).locator("input")
    opened.set_checked(True)
    holder.page.get_by_role("button", name="Retirer mon accord").click()
    holder.page.get_by_role("button", name="Oui, retirer mon accord").click()
    expect(holder.page.locator("main")).to_contain_text("Votre accord est retiré")
    holder.has_no_axe_violation()
    hidden(asker, yes, "Le titulaire a retiré son accord")
    assert not asker.context.request.get(f"{portal.url}{again}").ok
