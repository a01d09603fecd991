"""A person reads their gas: finds a PCE, turns the view, drills, exports, passes the link on."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from components.consumption.ids import Ids
from components.frame import Ids as Frame
from jobs.request_sender import busy_answer
from tests.journeys.screen import bars, choose, drill, lead, open_day, pick, query, reveal
from tests.journeys.visitor import SCREENS

OWNER = "camille@tilleuls.example"
COLLEAGUE = "hugo@tilleuls.example"
STRANGER = "sofia@armoise.example"
DISPATCH = "**/_dash-update-component*"


@pytest.fixture
def number(portal):
    return portal.held_by(OWNER)[0]


@pytest.mark.daily
@pytest.mark.parametrize("screen", SCREENS)
def test_from_signing_in_to_the_link_in_other_hands(portal, visit, number, screen):
    language = screen["language"]
    visitor = visit(**screen)
    portal.prefer(OWNER, language, screen["theme"])
    visitor.sign_in(OWNER)
    page = visitor.open("/consommations")
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("data-bs-theme") == screen["theme"]
    assert page.locator(f"#{Ids.OVER} .consumption-tick").count() > 11  # words, from the first view

    pick(visitor, number.lstrip("0")[:9], number)
    assert f"pce={number}" in query(page)
    assert bars(page) > 11
    monthly = lead(page)
    visitor.fits_the_screen()

    choose(visitor, Ids.PRESET, "3y")
    assert "period=3y" in query(page)
    assert bars(page) > 30
    choose(visitor, Ids.STEP, "year")
    assert "step=year" in query(page)
    choose(visitor, Ids.UNIT, "m3")
    assert "unit=m3" in query(page)
    assert "m³" in lead(page)
    choose(visitor, Ids.COMPARE, "1")
    assert "compare=none" in query(page)
    assert lead(page) != monthly

    choose(visitor, Ids.PRESET, "12m")
    choose(visitor, Ids.STEP, "month")
    drill(visitor)
    page.wait_for_url(re.compile(r"from=.*to="))
    visitor.settle()
    assert "unit=m3" in query(page)  # unit and comparison stay while drilling
    assert bars(page) >= 20
    expect(page.locator(f"#{Ids.DAY_PANEL}")).to_be_hidden()  # a month opened is no day opened
    days = bars(page)

    open_day(visitor)
    expect(page.locator(f"#{Ids.DAY_PANEL}")).to_be_focused()
    link = page.url
    assert "day=" in link
    seen = lead(page), page.locator(f"#{Ids.DAY_PANEL}").inner_text()

    colleague = visit(COLLEAGUE, **screen)
    there = colleague.open(link.removeprefix(portal.url))
    expect(there.locator(f"#{Ids.DAY_PANEL}")).to_be_visible()
    assert (lead(there), there.locator(f"#{Ids.DAY_PANEL}").inner_text()) == seen
    assert bars(there) == days
    assert there.url == link

    stranger = visit(STRANGER, **screen)
    there = stranger.open(link.removeprefix(portal.url))
    refused = {"fr": "introuvable", "en": "not found"}[language]
    expect(there.locator("main")).to_contain_text(re.compile(refused, re.IGNORECASE))
    assert number not in there.locator("main").inner_text()
    assert portal.name_of(number) not in there.locator("main").inner_text()


def test_an_open_day_is_in_the_address_and_closes_where_it_was_opened(visit, number):
    visitor = visit(OWNER)
    page = visitor.open(f"/consommations?pce={number}&period=30d")
    panel, chart = page.locator(f"#{Ids.DAY_PANEL}"), page.locator(f"#{Ids.CHART_BOX}")
    chart.focus()
    for key in ("End", "ArrowLeft"):
        page.keyboard.press(key)
    visitor.moves(lambda: page.keyboard.press("Enter"))
    expect(panel).to_be_focused()
    said = panel.inner_text()
    opened = query(page)
    choose(visitor, Ids.UNIT, "m3")
    assert "day=" in query(page)  # the same bars in another unit: the day stays
    expect(panel).to_be_visible()

    panel.focus()
    visitor.moves(lambda: page.keyboard.press("Escape"))
    expect(panel).to_be_hidden()
    expect(chart).to_be_focused()
    assert "day=" not in query(page)

    for _step in range(2):
        visitor.moves(page.go_back)
    assert query(page) == opened
    expect(panel).to_be_visible()
    assert panel.inner_text() == said
    choose(visitor, Ids.PRESET, "12m")
    expect(panel).to_be_hidden()
    assert "day=" not in query(page)


def test_the_tab_is_named_after_what_it_shows(visit, portal, number):
    visitor = visit(OWNER)
    page = visitor.open("/consommations")
    pick(visitor, number, number)
    expect(page).to_have_title(f"Consommations · {portal.name_of(number)} · Réseau Gaz")
    page.reload()
    visitor.settle()
    expect(page).to_have_title(f"Consommations · {portal.name_of(number)} · Réseau Gaz")
    visitor.open("/pces")
    expect(page).to_have_title("Points de livraison · Réseau Gaz")


def test_a_number_that_lost_its_zero_leads_to_its_pce(visit):
    visitor = visit(OWNER)
    page = visitor.open("/consommations?pce=9999999900001&unit=m3")
    assert query(page) == "pce=09999999900001&unit=m3"
    page = visitor.open("/consommations?pce=09999999900011")
    page.get_by_role("link", name="09999999900001").click()
    page.wait_for_url("**pce=09999999900001*")


def test_a_phone_shows_period_figure_and_change_without_scrolling(visit, number):
    visitor = visit(OWNER, phone=True)
    for step in ("week", "month"):
        page = visitor.open(f"/consommations?pce={number}&period=3y&step={step}")
        table = page.locator(f"#{Ids.TABLE}")
        for column in ("period", "value", "g1"):
            cell = table.locator(f"[role=columnheader][col-id={column}]")
            box = cell.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390 - 16
        expect(page.locator(f"#{Ids.TABLE}-box")).to_have_attribute("data-goes-on", "")
        period = table.locator("[role=gridcell][col-id=period]").first
        assert "…" not in period.inner_text()
        assert period.evaluate("cell => cell.scrollWidth <= cell.clientWidth")


def test_no_word_of_the_table_is_cut_on_a_wide_screen(visit, number):
    visitor = visit(OWNER)
    page = visitor.open(f"/consommations?pce={number}&period=3y&step=week")
    cut = page.locator(f"#{Ids.TABLE}").evaluate(
        """table => [...table.querySelectorAll('.ag-cell')]
            .filter(cell => cell.scrollWidth > cell.clientWidth + 1)
            .map(cell => cell.textContent)"""
    )
    assert cut == []


def test_what_is_exported_is_what_is_seen(visit, number, tmp_path):
    visitor = visit(OWNER)
    page = visitor.open(f"/consommations?pce={number}&period=30d&step=day")
    kept = {}
    for ending in ("csv", "xlsx"):
        link = page.locator(f"#{Ids.TABLE_FILES} a[href*='{ending}']")
        with page.expect_download() as coming:
            link.click()
        path = tmp_path / f"export.{ending}"
        coming.value.save_as(path)
        kept[ending] = path
    text = kept["csv"].read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    sheet = load_workbook(kept["xlsx"]).worksheets[0]
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert any(number in row for row in rows)
    assert any(number in [str(cell) for cell in row] for row in cells)
    table = page.locator(f"#{Ids.TABLE}")
    said = table.get_by_text("Total, ").inner_text()
    heads = table.locator(".head-words").evaluate_all("all => all.map(h => h.firstChild.data)")
    heads = [head.replace("\u2011", "-") for head in heads]  # the screen does not break N-1
    assert len(heads) > 5
    assert rows[0] == cells[0]
    assert len(rows) == len(cells) == 1 + int(re.search(r"\d+", said)[0])
    assert [title for title in heads if not any(title in head for head in rows[0])] == []


def test_the_back_button_undoes_one_step(visit, number):
    visitor = visit(OWNER)
    page = visitor.open(f"/consommations?pce={number}")
    first = lead(page), bars(page)
    choose(visitor, Ids.PRESET, "30d")
    second = lead(page), bars(page)
    choose(visitor, Ids.UNIT, "m3")
    page.go_back()
    visitor.settle()
    expect(page.locator(f"#{Ids.LEAD}")).to_have_text(second[0])
    page.go_back()
    visitor.settle()
    expect(page.locator(f"#{Ids.LEAD}")).to_have_text(first[0])
    assert bars(page) == first[1]
    page.go_forward()
    visitor.settle()
    expect(page.locator(f"#{Ids.LEAD}")).to_have_text(second[0])


def test_a_reload_shows_the_same_view(visit, number):
    visitor = visit(OWNER)
    page = visitor.open(f"/consommations?pce={number}")
    choose(visitor, Ids.PRESET, "3y")
    choose(visitor, Ids.UNIT, "m3")
    before = lead(page), bars(page), page.url
    page.reload()
    visitor.settle()
    assert (lead(page), bars(page), page.url) == before


@pytest.mark.daily
def test_the_whole_way_by_keyboard(portal, visit, number):
    visitor = visit()
    page = visitor.page
    page.goto(f"{portal.url}/connexion")
    page.locator("input[name=email]").focus()
    page.keyboard.type(OWNER)
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.name") != "password":
        page.keyboard.press("Tab")
    page.keyboard.type(portal.password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    visitor.settle()

    page.keyboard.press("Tab")  # the first stop skips the menu
    assert page.evaluate("document.activeElement.getAttribute('href')") == f"#{Frame.CONTENT}"
    visitor.open("/consommations")

    reach(page, f"#{Ids.PICKER}")
    page.keyboard.press("Control+A")
    page.keyboard.type(number, delay=20)
    first = page.locator(f"#{Ids.PICKER_LIST} [data-value]").first
    expect(first).to_have_attribute("data-value", number)  # not a suggestion made before typing
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**pce={number}*")
    visitor.settle()

    reach(page, f"[data-opens='{Ids.PERIOD_WORDS}-panel']")
    before = bars(page)
    page.keyboard.press("Enter")  # the focus goes to the period shown
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**period=3y*")
    visitor.settle()
    assert bars(page) > before

    reach(page, f"#{Ids.OVERVIEW_FIRST}")
    before = bars(page)
    for _month in range(2):
        page.keyboard.press("ArrowRight")  # the strip begins two months later
    page.wait_for_url("**from=*")
    visitor.settle()
    assert bars(page) < before
    expect(page.locator(f"#{Ids.OVERVIEW_FIRST}")).to_be_focused()


def reach(page, selector: str) -> None:
    """Tab until *selector* has the focus, and see that it can be seen."""
    for _press in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_period_of_ones_own_is_kept_in_the_address(visit, number):
    visitor = visit(OWNER)
    page = visitor.open(f"/consommations?pce={number}")
    choose(visitor, Ids.PRESET, "free")
    reveal(visitor, Ids.FIRST)
    page.locator(f"#{Ids.FIRST}").fill("2025-01-01")
    page.locator(f"#{Ids.FIRST}").press("Tab")
    page.wait_for_url("**from=2025-01-01*")
    page.locator(f"#{Ids.LAST}").fill("2025-12-31")
    page.locator(f"#{Ids.LAST}").press("Tab")
    page.wait_for_url("**to=2025-12-31*")
    visitor.settle()
    assert bars(page) >= 12


@pytest.mark.daily
def test_a_click_without_network_says_so_until_an_answer_comes(visit, number):
    visitor = visit(OWNER)
    visitor.expect("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "Callback ")
    page = visitor.open(f"/consommations?pce={number}")
    visitor.context.set_offline(True)
    reveal(visitor, Ids.PRESET)
    page.locator(f"#{Ids.PRESET} label", has_text="3 ans").click()
    expect(page.locator("#trouble")).to_contain_text("vérifiez votre connexion")
    visitor.has_no_axe_violation()
    visitor.context.set_offline(False)
    reveal(visitor, Ids.PRESET)
    page.locator(f"#{Ids.PRESET} label", has_text="30").click()
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_click_with_too_many_requests_under_way_says_when_to_repeat_it(visit, number):
    visitor = visit(OWNER)
    visitor.expect("503", "Callback ")
    page = visitor.open(f"/consommations?pce={number}")
    answer = busy_answer(b"POST ").decode().split("\r\n")
    sent = dict(line.split(": ", 1) for line in answer[1:] if line)
    busy = {"status": int(answer[0].split()[1]), "headers": sent, "body": ""}
    page.route(DISPATCH, lambda route: route.fulfill(**busy))
    reveal(visitor, Ids.PRESET)
    page.locator(f"#{Ids.PRESET} label", has_text="3 ans").click()
    expect(page.locator("#trouble")).to_contain_text("Pas encore fait")
    expect(page.locator("#trouble")).to_contain_text("Recommencez-la dans 3 secondes")
    page.unroute(DISPATCH)
    reveal(visitor, Ids.PRESET)
    page.locator(f"#{Ids.PRESET} label", has_text="30").click()
    expect(page.locator("#trouble")).to_be_hidden()
