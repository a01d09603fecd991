"""A facility manager looks at all sites at once: what drifts, what is missing, then one of them."""

import re

import pytest
from playwright.sync_api import expect

from components.fleet.ids import Ids
from components.together.ids import Ids as Together
from tests.journeys.drifts import drifting_site
from tests.journeys.visitor import SCREENS

OWNER = "camille@tilleuls.example"


@pytest.fixture
def drifting(portal):
    with drifting_site(portal, OWNER) as name:
        yield name


def lines(page):
    return page.locator(f"#{Ids.GRID} .ag-center-cols-container .ag-row")


def opened(visitor, query=""):
    page = visitor.open(f"/consommations/parc{query or '?view=all'}")
    expect(lines(page).first).to_be_visible()
    return page


@pytest.mark.daily
def test_from_the_menu_to_what_drifts_most_and_to_its_chart(visit, drifting):
    visitor = visit(OWNER)
    page = visitor.open("/")
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Parc").click()
    current = page.locator(".menu-link[aria-current]")
    expect(current).to_have_text("Parc")
    rows = page.locator(".work-table tbody:first-of-type tr")
    site = rows.first.locator(".work-site a")
    name, drifts = site.inner_text(), rows.count()
    rows.last.get_by_role("button", name="Vu").click()
    page.get_by_role("button", name="Données à corriger").last.click(trial=True)  # not hidden
    rows.first.get_by_role("button", name="Vu").click()
    page.get_by_role("button", name="Intervention prévue").first.click()
    expect(page.locator(".work-reviewed")).to_contain_text(name)
    page.get_by_role("button", name="Annuler").click()
    expect(site).to_have_text(name)
    assert rows.count() == drifts
    site.click()
    expect(page).to_have_url(re.compile(r"/consommations\?pce="))
    expect(page.locator("h1")).to_contain_text(name.removesuffix("…"))
    expect(current).to_have_text("Parc")


def test_filters_stay_in_the_address_and_a_step_back_goes_to_the_one_before(visit):
    page = opened(visit(OWNER))
    whole = page.locator(f"#{Ids.COUNT}").inner_text()
    page.locator(f"#{Ids.TAG}").select_option("Écoles")
    expect(page).to_have_url(re.compile("tag=%C3%89coles"))
    expect(page.locator(f"#{Ids.COUNT}")).not_to_have_text(whole)
    page.get_by_text("Mois en cours", exact=True).click()
    expect(page).to_have_url(re.compile("view=all&period=current.*tag=%C3%89coles"))
    expect(page.locator(f"#{Ids.TAG}")).to_have_value("Écoles")
    page.go_back()
    expect(page).not_to_have_url(re.compile("period"))
    page.go_back()
    expect(page.locator(f"#{Ids.COUNT}")).to_have_text(whole)


def test_words_narrow_the_list_at_once_and_are_taken_away_by_a_press(visit):
    page = opened(visit(OWNER))
    search = page.locator(f"#{Ids.SEARCH}")
    search.fill("zzzz")
    expect(page.get_by_text("Aucun PCE ne correspond à ces filtres")).to_be_visible()
    expect(page).to_have_url(re.compile("q=zzzz"))
    page.locator(f"#{Ids.CLEAR}").click()
    expect(lines(page).first).to_be_visible()
    expect(page).not_to_have_url(re.compile("q="))


def test_the_ranking_is_sorted_by_its_heads_and_taken_away(visit):
    page = opened(visit(OWNER))
    for sort in ("equal_gap", "equal"):
        page.locator(f"#{Ids.GRID} [role=columnheader][col-id={sort}]").click()
        expect(page.locator(f"#{Ids.GRID} [col-id={sort}][aria-sort=descending]")).to_be_visible()
    with page.expect_download() as coming:
        page.locator(f"#{Ids.EXPORT} a[href^='/export/']").click()
    assert re.fullmatch(r"parc-\d{4}-\d\d-\d\d\.xlsx", coming.value.suggested_filename)


def test_ticked_sites_are_seen_together_and_one_is_taken_out(visit):
    page = opened(visit(OWNER))
    ticks = page.locator(f"#{Ids.GRID} .ag-selection-checkbox input")
    for place in range(3):
        ticks.nth(place).check()
    page.get_by_role("link", name="Comparer 3 PCE").click()
    expect(page).to_have_url(re.compile(r"/consommations\?pce=\w+,\w+,\w+$"))
    expect(page.locator("h1")).to_have_text("3 PCE ensemble")
    expect(page.locator(".part-legend .part-symbol")).to_have_count(3)
    page.locator(f"#{Together.SHAPE_WORDS}").click()
    page.get_by_text("Additionnés", exact=True).click()
    expect(page).to_have_url(re.compile("shape=sum"))
    expect(page.locator(".part-legend .part-sum")).to_have_count(1)
    page.get_by_role("link", name=re.compile("^Retirer")).first.click()
    expect(page.locator("h1")).to_have_text("2 PCE ensemble")
    expect(page).to_have_url(re.compile("shape=sum"))


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    "query", ["tag=Écoles", "tag=Écoles&shape=sum&step=day&period=30d", "tag=Écoles&unit=co2"]
)
def test_several_sites_are_for_everybody_on_any_screen(visit, screen, query):
    visitor = visit(OWNER, **screen)
    page = visitor.open(f"/consommations?{query}")
    expect(page.locator(f"#{Together.CHART} .main-svg").first).to_be_visible()
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    "query", ["", "?view=all", "?view=missing", "?view=freshness", "?view=groups", "?q=zzzz"]
)
def test_all_parts_are_for_everybody_on_any_screen(visit, screen, query):
    visitor = visit(OWNER, **screen)
    page = visitor.open(f"/consommations/parc{query}")
    if query in {"?view=all", "?view=freshness"}:
        expect(lines(page).first).to_be_visible()
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()


def test_no_number_of_a_pce_is_cut_on_a_wide_screen(visit):
    page = opened(visit(OWNER))
    cut = """cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth + 1).length"""
    numbers = page.locator(f"#{Ids.GRID} .ag-cell[col-id=number]")
    assert numbers.evaluate_all(cut) == 0


@pytest.mark.parametrize("screen", [{}, {"phone": True}])
def test_names_of_sites_stand_whole(visit, screen):
    page = opened(visit(OWNER, **screen))
    cut = """links => links.filter(link => link.scrollHeight > link.clientHeight + 1
        || link.scrollWidth > link.clientWidth + 1).map(link => link.innerText)"""
    assert page.locator(f"#{Ids.GRID} [col-id=alias] .cell-words").evaluate_all(cut) == []


def test_a_phone_shows_the_first_drift_as_a_card_above_the_fold(visit, drifting):
    page = visit(OWNER, phone=True).open("/consommations/parc")
    card = page.locator(".work-table tbody tr").first
    expect(card).to_be_visible()
    assert card.bounding_box()["y"] <= 336
    for part in (".work-site", ".work-figure", ".work-acts"):
        expect(card.locator(part)).to_be_in_viewport(ratio=1)
