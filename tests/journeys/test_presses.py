"""Count the presses after sign-in of the tasks that people came for, and print them."""

from playwright.sync_api import expect

from components.runs import Ids as Runs
from tests.journeys.screen import drill
from tests.journeys.states import readings_csv

WHO = "camille@tilleuls.example"
COUNTER = """
for (const kind of ['pointerdown', 'keydown'])
    document.addEventListener(kind, event => {
        if (event.isTrusted && (kind === 'pointerdown' || ['Enter', ' '].includes(event.key)))
            sessionStorage.presses = Number(sessionStorage.presses || 0) + 1;
    }, true);
"""


def counted(visit):
    """Return a visitor on its home page, whose presses are counted."""
    visitor = visit(WHO)
    visitor.context.add_init_script(COUNTER)
    visitor.open("/")
    return visitor


def presses(visitor, task, most):
    count = visitor.page.evaluate("Number(sessionStorage.presses || 0)")
    print(f"{task}: {count} presses, {most} at most")
    assert count <= most, f"{task}: {count} presses"


def test_home_compares_the_last_month_without_a_press(visit):
    visitor = counted(visit)
    figures = visitor.page.locator("main")
    expect(figures).to_contain_text("À jours égaux")
    presses(visitor, "last month against last year", 0)


def test_a_site_is_found_drilled_into_watched_and_exported(visit, portal):
    visitor = counted(visit)
    page, number = visitor.page, portal.held_by(WHO)[1]
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.get_by_role("option").filter(has_text=number).first.wait_for()
    visitor.moves(lambda: page.keyboard.press("Enter"))
    presses(visitor, "a site by its number", 1)
    page.evaluate("sessionStorage.presses = 0")
    drill(visitor)
    presses(visitor, "the days of a month", 1)
    page.evaluate("sessionStorage.presses = 0")
    visitor.moves(page.get_by_role("link", name="Me prévenir").click)
    page.get_by_role("button", name="Enregistrer").first.click()
    page.wait_for_url(lambda url: "new=1" not in url)
    presses(visitor, "a threshold from the chart", 2)


def test_a_file_of_readings_is_deposited_without_typing_its_pce(visit, portal):
    visitor = counted(visit)
    page = visitor.page
    visitor.moves(page.get_by_role("link", name="Déposer des relevés").first.click)
    name, content = "fevrier.csv", readings_csv(portal.held_by(WHO)[5])
    page.locator(f"#{Runs.FILES}-input").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    confirm = page.locator(f"#{Runs.CONFIRM}")
    send = page.locator("[data-does=send]")
    send.or_(confirm).first.wait_for()
    if send.is_visible():
        send.click()
    expect(confirm).to_be_enabled(timeout=40_000)
    confirm.click()
    expect(page.locator(f"#{Runs.RECEIPT}")).to_contain_text("ajoutées", timeout=40_000)
    presses(visitor, "a file of readings", 3)
