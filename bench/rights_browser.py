"""The grid of rights in a real browser: from the press to the last of the new lines.

A search waits until nobody types any more: it is timed from what it then sends.
"""

import statistics
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import func, select

from bench.many_rights import fill
from bench.report import Line, bound
from components.rights import Ids
from data.identity.accounts.models import Organisation, User
from data.rights.models import AccessRight
from tests.journeys.browser import launch
from tests.journeys.portal import Portal, started
from tests.journeys.visitor import DESKTOP, Visitor

STAFF, LARGEST = "martin@reseau.example", "nadia@thermia.example"
TURNS, GOAL = 5, 300  # milliseconds
WORDS = ("résidence", "gymnase", "piscine", "halle", "atelier", "mairie")
_WATCH = """
(() => {
    const lines = () => [...document.querySelectorAll('#%s .ag-row')]
        .filter(row => !row.classList.contains('ag-row-loading'))
        .map(row => row.getAttribute('row-id') + row.textContent).sort().join('|');
    let turn = 0;
    const watch = () => {
        const [begin, mine] = [performance.now(), ++turn];
        let seen = lines();
        const look = () => {
            const now = lines();
            if (now && now !== seen) {
                seen = now;
                window.__took = performance.now() - begin;
            }
            if (mine === turn) requestAnimationFrame(look);
        };
        look();
    };
    window.__arm = onSend => {
        window.__took = null;
        if (!onSend) {
            document.addEventListener('pointerdown', watch, {once: true, capture: true});
            return;
        }
        const ask = window.fetch;
        window.fetch = (...what) => { window.fetch = ask; watch(); return ask(...what); };
    };
})();
"""


def watch_of(grid: str) -> str:
    """The script that times the lines of a grid, by its id."""
    return _WATCH % grid


def measure(place: Path, size: int) -> list[Line]:
    with started(place, pces=60) as portal, sync_playwright() as playwright:
        _load(portal, size)
        portal.prefer(STAFF, "fr", "light")
        browser = launch(playwright)
        lines = _measured(browser, portal)
        browser.close()
    return lines


def _load(portal: Portal, size: int) -> None:
    with portal.database.reading() as db:
        there = db.scalar(select(func.count(AccessRight.id))) or 0
        largest = db.scalar(select(User.organisation_id).where(User.email == LARGEST))
        others = list(db.scalars(select(Organisation.id).where(Organisation.id != largest)))
    if there < size:
        assert largest
        fill(portal.database, size, largest, others)


def _measured(browser: Browser, portal: Portal) -> list[Line]:
    context = browser.new_context(**DESKTOP)
    context.add_init_script(watch_of(Ids.GRID))
    visitor = Visitor(context, portal)
    visitor.sign_in(STAFF)
    page = visitor.open("/droits")
    chips = page.locator(f"#{Ids.STATE} label")
    heads = page.locator(f"#{Ids.GRID} .ag-header-cell[col-id='number']")
    search = page.locator(f"#{Ids.SEARCH}")
    works: dict[str, Callable[[int], None]] = {
        "sorted": lambda _turn: heads.click(),
        "one state": lambda turn: chips.nth(1 + turn % 3).click(),
        "contains": lambda turn: search.fill(WORDS[turn]),
    }
    lines = []
    for work, press in works.items():
        times = [took(visitor, page, press, turn, work) for turn in range(TURNS + 1)][1:]
        lines.append(bound(f"{work}, at the browser", statistics.median(times), "ms", GOAL))
    context.close()
    return lines


def took(visitor: Visitor, page: Page, press: Callable[[int], None], turn: int, work: str) -> float:
    page.evaluate("onSend => window.__arm(onSend)", work == "contains")
    press(turn)
    page.wait_for_function("() => window.__took !== null", timeout=30_000)
    visitor.settle()
    return float(page.evaluate("window.__took"))
