"""Someone takes the data of a fleet away: says which, follows it, downloads it, opens it again."""

import hashlib
import zipfile

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from components.exports import Ids
from components.pces import Ids as Pces
from data.identity.accounts.models import User
from data.metering.consumption import files
from data.metering.pces.models import Pce, PceGrant
from tests.journeys.visitor import SCREENS

MANAGER = "camille@tilleuls.example"
READER = "nadia@thermia.example"
NEWCOMER = "victor@novembre.example"
LIST = f"#{Ids.LIST}"
ESTIMATE = f"#{Ids.ESTIMATE}"


def chosen(page, words):
    page.locator("label.segment", has_text=words).first.click()


def granted_to(portal, email):
    """Numbers of the PCE that a right opens to the organisation of *email*."""
    query = select(Pce.number).join(PceGrant, PceGrant.pce_id == Pce.id)
    query = query.join(User, User.organisation_id == PceGrant.organisation_id)
    with portal.database.reading() as db:
        return list(db.scalars(query.where(User.email == email)))


def made(visitor):
    """Ask for what the form says and wait for its line to be ready."""
    page = visitor.page
    lines = page.locator(f"{LIST} li")
    before = lines.count()
    page.locator(f"#{Ids.ASK}").click()
    expect(lines).to_have_count(before + 1)  # else an older one is ready at once
    line = lines.first
    expect(line).to_contain_text("Prêt", timeout=40_000)
    return line


def downloaded(page, line):
    with page.expect_download() as waited:
        line.get_by_role("link", name="Télécharger").click()
    return waited.value


@pytest.mark.daily
def test_an_export_is_made_downloaded_and_opened_again(visit, portal, tmp_path):
    visitor = visit(MANAGER)
    page = visitor.open("/exports")
    expect(page.locator(ESTIMATE)).to_contain_text("PCE choisis")
    line = made(visitor)
    file = downloaded(page, line)
    path = tmp_path / file.suggested_filename
    file.save_as(path)
    read = files.read(path.name, path.read_bytes())
    numbers = {one.pce for one in read.deliveries}
    assert numbers
    assert numbers <= {*portal.held_by(MANAGER), *granted_to(portal, MANAGER)}
    line.get_by_role("link", name="Relevés quotidiens").click()
    page.wait_for_url("**export=*")
    visitor.settle()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    expect(page.locator(f"#{Ids.DETAIL}")).to_contain_text(digest)
    visitor.has_no_axe_violation()


def test_a_list_of_numbers_gives_a_zip_of_a_file_each(visit, portal, tmp_path):
    visitor = visit(MANAGER)
    page = visitor.open("/exports")
    numbers = portal.held_by(MANAGER)[:2]
    page.select_option(f"#{Ids.WHICH}", "numbers")
    page.locator(f"#{Ids.NUMBERS}").fill("\n".join([*numbers, "09999999000000"]))
    page.locator(f"#{Ids.NUMBERS}").blur()
    expect(page.locator(ESTIMATE)).to_contain_text("1 numéro n’est pas un PCE visible pour vous")
    chosen(page, "Un par PCE")
    visitor.settle()
    path = tmp_path / "two.zip"
    downloaded(page, made(visitor)).save_as(path)
    with zipfile.ZipFile(path) as archive:
        found = {name.split("-")[0] for name in archive.namelist()}
    assert found == set(numbers)


def test_what_is_missing_is_said_and_nothing_may_be_asked(visit):
    visitor = visit(MANAGER)
    page = visitor.open("/exports")
    page.select_option(f"#{Ids.WHICH}", "numbers")
    expect(page.locator(ESTIMATE)).to_contain_text("Collez au moins un numéro")
    expect(page.locator(f"#{Ids.ASK}")).to_be_disabled()
    chosen(page, "Technique")
    expect(page.locator(f"#{Ids.PERIOD_BOX}")).to_be_hidden()


def test_an_export_of_each_month_is_scheduled_and_stopped(visit):
    visitor = visit(READER)
    page = visitor.open("/exports")
    page.locator(f"#{Ids.SCHEDULE}").click()
    expect(page.locator(f"#{Ids.SCHEDULES}")).to_contain_text("le 10 de chaque mois")
    visitor.has_no_axe_violation()
    page.locator(f"#{Ids.SCHEDULES}").get_by_role("button", name="Arrêter").click()
    expect(page.locator(f"#{Ids.SCHEDULES}")).to_contain_text("Aucun export programmé")


def test_erased_from_its_line_it_may_be_made_again(visit):
    visitor = visit(READER)
    page = visitor.open("/exports")
    chosen(page, "Contrat")
    visitor.settle()
    line = made(visitor)
    line.get_by_role("button", name="Supprimer").click()
    expect(page.locator(f"{LIST} li").first).to_contain_text("Supprimé", timeout=15_000)
    page.locator(f"{LIST} li").first.get_by_role("link", name="Données contractuelles").click()
    page.wait_for_url("**export=*")
    first = page.url
    page.locator(f"#{Ids.DETAIL}").get_by_role("button", name="Refaire").click()
    page.wait_for_url(lambda url: "export=" in url and url != first)
    expect(page.locator(f"#{Ids.DETAIL}")).to_contain_text("SHA-256", timeout=40_000)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_state_is_accessible_and_fits(visit, screen):
    visitor = visit(MANAGER, **screen)
    page = visitor.open("/exports?q=zzz")
    visitor.has_no_axe_violation()
    page.select_option(f"#{Ids.WHICH}", "numbers")
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    visitor.open("/exports")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def test_who_sees_no_pce_is_told_so(visit):
    visitor = visit(NEWCOMER, phone=True)
    visitor.open("/exports")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def test_the_list_of_pce_opens_the_form_on_what_it_shows(visit):
    visitor = visit(MANAGER)
    page = visitor.open("/pces?q=lycée")
    page.locator(f"#{Pces.EXPORT}").click()
    page.wait_for_url("**/exports?q=*")
    visitor.settle()
    expect(page.locator(f"#{Ids.TEXT}")).to_have_value("lycée")
    expect(page.locator(ESTIMATE)).to_contain_text("PCE choisis")


def test_ticked_lines_open_the_form_on_exactly_them(visit):
    visitor = visit(MANAGER)
    page = visitor.open("/pces")
    boxes = page.locator(f"#{Pces.GRID} .ag-selection-checkbox")
    for place in range(2):
        boxes.nth(place).click()
    expect(page.locator(f"#{Pces.SELECTED}")).to_have_text("2 PCE cochés")
    page.locator(f"#{Pces.EXPORT_TICKED}").click()
    page.wait_for_url("**/exports?picked=*")
    visitor.settle()
    expect(page.locator(f"#{Ids.WHICH} option:checked")).to_have_text("2 PCE choisis")
