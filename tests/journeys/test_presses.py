"""Count the presses after sign-in of the tasks that people came for, and print them."""

from playwright.sync_api import expect

from components.bills import Ids as Bills
from components.consumption import Ids as Consumption
from components.fleet.ids import Ids as Fleet
from components.prices import Ids as Prices
from components.runs import Ids as Runs
from components.together.ids import Ids as Together
from tests.data.money.bills.e_invoices import cii, pdf
from tests.journeys.screen import drill
from tests.journeys.states import readings_csv

WHO = "camille@tilleuls.example"
COUNTER = """
if (!window.countsPresses) for (const kind of ['pointerdown', 'keydown'])
    document.addEventListener(kind, event => {
        if (event.isTrusted && (kind === 'pointerdown' || event.key === 'Enter'
                || event.key === ' ' && !event.target.matches('.form-control')))
            sessionStorage.presses = Number(sessionStorage.presses || 0) + 1;
    }, true);
window.countsPresses = true;  // a profile that is lent again runs this twice
"""


def counted(visit):
    """Return a visitor on its home page, whose presses are counted."""
    visitor = visit(WHO)
    visitor.context.add_init_script(COUNTER)
    visitor.open("/")
    return visitor


def begin(visitor):
    """Go home and count from there."""
    visitor.open("/")
    visitor.page.evaluate("sessionStorage.presses = 0")


def search(visitor, words):
    """Type words in the search, and press on what it finds."""
    page = visitor.page
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.get_by_role("option").filter(has_text=words).first.wait_for()
    visitor.moves(lambda: page.keyboard.press("Enter"))


def presses(visitor, task, most):
    count = visitor.page.evaluate("Number(sessionStorage.presses || 0)")
    print(f"{task}: {count} presses, {most} at most")
    assert count <= most, f"{task}: {count} presses"


def test_home_compares_the_last_month_without_a_press(visit):
    visitor = counted(visit)
    figures = visitor.page.locator("main")
    expect(figures).to_contain_text("À jours égaux")
    presses(visitor, "last month against last year", 0)
    expect(visitor.page.locator(".home-visits .item").first).to_contain_text("/an")
    presses(visitor, "the worst site", 0)


def test_a_site_is_found_watched_compared_priced_and_its_bill_checked(visit, portal, tmp_path):
    visitor = counted(visit)
    page, number = visitor.page, portal.held_by(WHO)[1]
    search(visitor, number)
    presses(visitor, "a site by its number", 1)
    page.evaluate("sessionStorage.presses = 0")
    drill(visitor)
    presses(visitor, "the days of a month", 1)
    page.evaluate("sessionStorage.presses = 0")
    with page.expect_download():
        page.locator(f"#{Consumption.TABLE_FILES} a").first.click()
    presses(visitor, "the table of the chart as a file", 1)
    page.evaluate("sessionStorage.presses = 0")
    visitor.moves(page.get_by_role("link", name="Me prévenir").click)
    page.get_by_role("button", name="Enregistrer").first.click()
    page.wait_for_url(lambda url: "new=1" not in url)
    presses(visitor, "a threshold from the chart", 2)
    begin(visitor)
    compare_three_sites(visitor)
    presses(visitor, "three sites as curves", 4)
    begin(visitor)
    enter_a_tariff(visitor)
    presses(visitor, "a whole tariff", 2)
    begin(visitor)
    check_a_bill(visitor, portal.held_by(WHO)[4], tmp_path)
    presses(visitor, "a bill by its file", 2)


def compare_three_sites(visitor):
    page = visitor.page
    search(visitor, "Comparer des sites")
    ticks = page.locator(f"#{Fleet.GRID} .ag-selection-checkbox input")
    ticks.first.click()
    ticks.nth(2).click(modifiers=["Shift"])
    visitor.moves(page.get_by_role("link", name="Comparer 3 PCE").click)
    expect(page.locator("h1")).to_have_text("3 PCE ensemble")
    expect(page.locator(f"#{Together.SHAPE_WORDS}")).to_have_text("Courbes")


def test_a_file_of_readings_is_deposited_without_typing_its_pce(visit, portal):
    visitor = counted(visit)
    page = visitor.page
    visitor.moves(page.get_by_role("link", name="Déposer des relevés").first.click)
    name, content = "fevrier.csv", readings_csv(portal.held_by(WHO)[5])
    page.locator(f"#{Runs.FILES}-input").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    confirm = page.locator(f"#{Runs.CONFIRM}")
    expect(confirm).to_be_enabled(timeout=40_000)
    confirm.click()
    expect(page.locator(f"#{Runs.RECEIPT}")).to_contain_text("ajoutées", timeout=40_000)
    presses(visitor, "a file of readings", 2)


def enter_a_tariff(visitor):
    page = visitor.page
    search(visitor, "Saisir un tarif")
    for field, value in ((Prices.SUBSCRIPTION, "214"), (Prices.ENERGY, "45,1")):
        page.locator(f"#{field}").fill(value)
    page.locator(f"#{Prices.FIRST}").fill("2026-12-01")
    page.locator(f"#{Prices.ENTER}").click()
    page.wait_for_url(lambda url: "new=1" not in url)


def check_a_bill(visitor, number, folder):
    page = visitor.page
    search(visitor, "Vérifier une facture")
    bill = folder / "facture.pdf"
    bill.write_bytes(pdf(cii(pce=number)))
    page.locator(f"#{Bills.FILE}-input").set_input_files(bill)
    expect(page.locator(f"#{Bills.NUMBER}")).to_have_value("F-2026-01")
    page.locator(f"#{Bills.SAVE}").click()
    page.wait_for_url("**/factures?bill=**")
