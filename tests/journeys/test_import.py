"""A manager deposits files, whatever happens on the way, and reads their receipts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from components.runs import Ids
from data.identity.accounts.models import LoginSession
from tests.journeys.states import SEND, confirm, readings_csv, send
from tests.journeys.visitor import SCREENS

MANAGER = "camille@tilleuls.example"
NOVICE = "nadia@thermia.example"  # who has never deposited anything
ENTRY = f"#{Ids.FILES}-input"
CHOSEN = f"#{Ids.FILES}-list li"
PROBLEMS = f"#{Ids.FILES}-error"
ROUTE = "**/operations/depot?*"


def a_file(name, content=b"x;y\n"):
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def posts(route):
    return route.request.method == "POST"


@pytest.mark.daily
def test_a_file_is_checked_confirmed_and_its_receipt_read(visit, portal):
    visitor = visit(MANAGER)
    page = visitor.page
    send(visitor, "fevrier.csv", readings_csv(portal.held_by(MANAGER)[1]))
    body = page.locator(f"#{Ids.CHECK_BODY}")
    expect(body.locator(".kpi-value").first).to_have_text("29", timeout=40_000)
    expect(page.locator(".kit-steps [aria-current=step]")).to_contain_text("Vérification")
    expect(body).to_contain_text("jamais attribuées au distributeur")
    visitor.settle()
    visitor.has_no_axe_violation()
    confirm(visitor)
    receipt = page.locator(f"#{Ids.RECEIPT}")
    expect(receipt).to_contain_text("29 valeurs ajoutées", timeout=40_000)
    expect(receipt).to_contain_text("du 01/02/2020 au 29/02/2020")
    visitor.has_no_axe_violation()
    visitor.moves(receipt.get_by_text("Voir la courbe").click)
    assert "from=2020-02-01" in page.url


@pytest.mark.parametrize("screen", SCREENS)
def test_what_looks_odd_is_kept_before_it_is_confirmed(visit, portal, screen):
    visitor = visit(MANAGER, **screen)
    page = visitor.page
    number = portal.held_by(MANAGER)[3]
    today = datetime.now(UTC).date()
    send(visitor, "odd.csv", readings_csv(number, today - timedelta(days=40), 900_000))
    keep = page.locator("[id*=runs-keep]")
    expect(keep).to_be_visible(timeout=40_000)
    expect(page.locator(f"#{Ids.CONFIRM}")).to_be_disabled()
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    keep.press("Enter")
    expect(page.locator(f"#{Ids.CONFIRM}")).to_be_enabled()
    visitor.moves(page.locator(f"#{Ids.DROP}").click)
    assert page.url.endswith("/operations")


def test_a_file_that_is_not_readings_is_refused_with_a_sentence(visit):
    visitor = visit(MANAGER)
    send(visitor, "photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(2000))
    refused = re.compile("refus|reconnu|illisible|image", re.IGNORECASE)
    expect(visitor.page.locator("main")).to_contain_text(refused, timeout=40_000)
    visitor.has_no_axe_violation()


def test_a_file_that_says_no_pce_is_asked_for_it_and_checked_again(visit, portal):
    visitor = visit(MANAGER)
    number = portal.held_by(MANAGER)[2]
    send(visitor, "sans-pce.csv", readings_csv(number).replace(number.encode(), b""))
    page = visitor.page
    page.locator(f"#{Ids.MISSING_PCE}").fill(number, timeout=40_000)
    page.keyboard.press("Enter")
    page.locator(f"#{Ids.RESUME}").click()
    confirm(visitor)


@pytest.mark.parametrize("screen", SCREENS)
def test_columns_of_a_file_are_said_where_it_is_refused(visit, portal, screen):
    visitor = visit(MANAGER, **screen)
    page = visitor.page
    content = readings_csv(portal.held_by(MANAGER)[4]).decode("utf-8-sig")
    head, *lines = content.splitlines()
    strange = head.replace("Journée gazière", "Date").replace("Énergie (kWh)", "Conso")
    assert strange.count("Date") == strange.count("Conso") == 1
    send(visitor, "a-nous.csv", "\r\n".join([strange, *lines]).encode())
    body = page.locator(f"#{Ids.CHECK_BODY}")
    check = page.locator("[id*=runs-columns]")
    expect(check).to_be_visible(timeout=40_000)
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    for place, use in ((1, "day"), (3, "energy")):
        body.locator("select").nth(place).select_option(use)
    check.click()
    expect(body.locator(".kpi-value").first).to_have_text("29", timeout=40_000)
    expect(body.locator(".column-mapping details")).to_be_visible()
    visitor.settle()
    visitor.has_no_axe_violation()
    visitor.moves(page.locator(f"#{Ids.DROP}").click)


def test_the_first_file_of_an_empty_portal_is_checked_at_once(visit):
    visitor = visit(NOVICE, phone=True)
    page = visitor.open("/operations")
    expect(page.get_by_text("Aucun fichier pour l’instant")).to_be_visible()
    send(visitor, "premier.csv", readings_csv("09999999910001"))
    visitor.fits_the_screen()
    page = visitor.open("/operations")
    expect(page.locator(f"#{Ids.LIST}")).to_contain_text("premier.csv")


@pytest.mark.parametrize("screen", SCREENS)
def test_files_chosen_and_refused_leave_the_page_accessible(visit, screen):
    visitor = visit(MANAGER, **screen)
    page = visitor.open("/operations")
    page.locator(ENTRY).set_input_files(
        [a_file("vide.csv", b""), a_file("../\u202ea😀.csv"), a_file("b.csv")]
    )
    expect(page.locator(CHOSEN)).to_have_count(2)
    expect(page.locator(PROBLEMS)).to_contain_text("vide.csv")
    visitor.has_no_axe_violation()
    visitor.fits_the_screen()
    page.locator(CHOSEN).first.get_by_role("button").press("Enter")
    expect(page.locator(CHOSEN)).to_have_count(1)
    expect(page.locator(CHOSEN)).to_contain_text("b.csv")


def test_what_cannot_be_sent_is_said_before_it_is(visit):
    visitor = visit(MANAGER)
    page = visitor.open("/operations")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(ENTRY).set_input_files(a_file("vide.csv", b""))
    expect(page.locator(PROBLEMS)).to_contain_text("vide.csv\u00a0» est vide.")
    page.locator(ENTRY).set_input_files([a_file(f"{n}.csv") for n in range(60)])
    expect(page.locator(CHOSEN)).to_have_count(50)
    expect(page.locator(PROBLEMS)).to_contain_text("«\u00a050.csv\u00a0», «\u00a051.csv\u00a0»")
    page.evaluate(DROP_LARGE)
    expect(page.locator(PROBLEMS)).to_contain_text("énorme.csv")
    page.evaluate(DROP_FOLDER)
    expect(page.locator(PROBLEMS)).to_contain_text("est un dossier")
    expect(page.locator(CHOSEN)).to_have_count(50)
    assert not [url for url in asked if "/depot" in url]


DROP = """
    const event = new Event('drop', {bubbles: true, cancelable: true});
    Object.defineProperty(event, 'dataTransfer', {value: {types: ['Files'], files: [], items}});
    document.querySelector('[data-kit=files] .drop').dispatchEvent(event);
"""
DROP_FOLDER = f"""() => {{
    const entry = {{isDirectory: true, name: 'Relevés 2026'}};
    const items = [{{kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => null}}];
    {DROP} }}"""
DROP_LARGE = f"""() => {{
    const file = new File([], 'énorme.csv');
    Object.defineProperty(file, 'size', {{value: 200e6}});
    const items = [{{kind: 'file', getAsFile: () => file}}];
    {DROP} }}"""


def test_a_table_of_days_is_read_for_the_site_chosen_before_it(visit, portal):
    visitor = visit(MANAGER)
    number = portal.held_by(MANAGER)[2]
    page = visitor.open(f"/operations?pce={number}")
    expect(page.locator(f"#{Ids.MISSING_PCE}")).to_have_value(re.compile(number))
    lines = "\n".join(f"{day:02d}/02/2020;{100 + day}" for day in range(1, 30))
    file = a_file("jours.csv", f"date;kWh\n{lines}\n".encode())
    visitor.moves(lambda: page.locator(ENTRY).set_input_files(file))
    page.locator("[id*=runs-columns]").click(timeout=40_000)
    confirm(visitor)


def test_a_chosen_file_is_deposited_once(visit):
    visitor = visit(MANAGER)
    page = visitor.open("/operations")
    sent = []
    page.on(
        "request", lambda request: sent.append(request.method) if "/depot" in request.url else 0
    )
    page.locator(ENTRY).set_input_files(a_file("double.csv"))
    page.wait_for_url("**run=*")
    expect(page.locator(f"#{Ids.CHECK_BODY}")).to_contain_text("double.csv")
    assert sent == ["GET", "POST"]


def test_a_lost_connection_keeps_the_files_and_one_may_try_again(visit):
    visitor = visit(MANAGER)
    visitor.expect("ERR_FAILED", "ERR_CONNECTION")
    page = visitor.open("/operations")
    page.route(ROUTE, lambda route: route.abort() if posts(route) else route.continue_())
    page.locator(ENTRY).set_input_files(a_file("perdu.csv"))
    expect(page.locator(PROBLEMS)).to_contain_text("La connexion s’est interrompue")
    expect(page.locator(CHOSEN)).to_have_count(1)
    page.unroute(ROUTE)
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator(f"#{Ids.CHECK_BODY}")).to_contain_text("perdu.csv")


def test_an_upload_shows_its_progress_and_may_be_cancelled(visit):
    visitor = visit(MANAGER, phone=True)
    page = visitor.open("/operations")
    held = []
    page.route(ROUTE, lambda route: held.append(route) if posts(route) else route.continue_())
    page.locator(ENTRY).set_input_files(a_file("annule.csv"))
    bar = page.get_by_role("progressbar", name="Transfert des fichiers")
    expect(bar).to_be_visible()
    expect(page.locator(SEND)).to_be_disabled()
    visitor.has_no_axe_violation()
    page.get_by_role("button", name="Annuler l’envoi").click()
    expect(bar).to_be_hidden()
    expect(page.locator(PROBLEMS)).to_contain_text("Envoi annulé")
    expect(page.locator(CHOSEN)).to_have_count(1)


def test_a_session_that_ends_loses_no_file(visit, portal):
    visitor = visit(MANAGER)
    visitor.expect("401")
    page = visitor.open("/operations")
    with portal.database.transaction() as db:
        open_ones = LoginSession.ended_at.is_(None)
        db.execute(update(LoginSession).where(open_ones).values(ended_at=datetime.now(UTC)))
    page.locator(ENTRY).set_input_files(a_file("session.csv"))
    expect(page.locator(PROBLEMS)).to_contain_text("Votre session est terminée")
    page.evaluate("fetch('/_dash-layout')")  # as any other click on the page would ask
    visitor.settle()
    assert page.url.endswith("/operations")
    with visitor.context.expect_page() as opened:
        page.locator(f"{PROBLEMS} a").click()
    door = opened.value
    door.locator("input[name=email]").fill(MANAGER)
    door.locator("input[name=password]").fill(portal.password)
    door.locator("form:has(input[name=password]) [type=submit]").first.click()
    door.wait_for_url(lambda url: "/connexion" not in url)
    page.bring_to_front()
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator(f"#{Ids.CHECK_BODY}")).to_contain_text("session.csv")
