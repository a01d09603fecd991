"""In a real browser: a first visit until bars are painted, and a change until the new ones are."""

import contextlib
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from bench.chart import READER
from bench.report import Line, bound, ratio
from bench.servers import gunicorn, serving, streamlit
from components.consumption.ids import Ids
from tests.journeys.portal import Portal
from tests.journeys.visitor import DESKTOP, Visitor

VISITS = 5
CHANGES = 24  # Streamlit answers in one of two times, half and half: few would draw lots
BARS = ".bars .point path"
PAINTED = f"""
(() => {{
    const drawn = () => [...document.querySelectorAll('{BARS}')]
        .filter(bar => bar.getBoundingClientRect().height > 0).map(bar => bar.getAttribute('d'));
    window.__bars = () => drawn().join('|');
    const look = () => {{
        if (drawn().length > 5) {{
            requestAnimationFrame(() => {{ window.__painted = performance.now(); }});
        }} else {{
            requestAnimationFrame(look);
        }}
    }};
    requestAnimationFrame(look);
}})();
"""
ARM = """() => {
    const before = window.__bars();
    window.__changed = null;
    const start = () => {
        const begin = performance.now();
        const look = () => {
            const now = window.__bars();
            if (now && now !== before) {
                requestAnimationFrame(() => { window.__changed = performance.now() - begin; });
            } else {
                requestAnimationFrame(look);
            }
        };
        look();
    };
    document.addEventListener('pointerdown', start, {once: true, capture: true});
}"""


WHOLE = """() => {
    const tables = [...document.querySelectorAll('.kit-grid, #consumption-table-place')];
    const busy = document.querySelector('[aria-busy=true]');
    return !busy && tables.every(table => table.querySelector('.ag-row'));
}"""


def first_visit(browser: Browser, url: str, cookies: Sequence[Any] = ()) -> tuple[float, float]:
    """(milliseconds, megabytes transferred) from an empty profile to bars on the screen."""
    context = browser.new_context(**DESKTOP)
    context.add_cookies(list(cookies))
    context.add_init_script(PAINTED)
    page = context.new_page()
    octets = _count_octets(context, page)
    page.goto(url, wait_until="commit")
    page.wait_for_function("() => window.__painted", timeout=60_000)
    took = float(page.evaluate("window.__painted"))
    page.wait_for_function(WHOLE)  # its weight is that of the whole page, table included
    page.wait_for_load_state("networkidle")
    context.close()
    return took, sum(octets) / 1e6


def _count_octets(context: BrowserContext, page: Page) -> list[float]:
    octets: list[float] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda e: octets.append(e["encodedDataLength"]))
    session.on(
        "Network.webSocketFrameReceived",
        lambda e: octets.append(len(e["response"]["payloadData"])),
    )
    return octets


def change(page: Page, press: Callable[[], None]) -> float:
    """Milliseconds from the press to different bars on the screen."""
    page.evaluate(ARM)
    press()
    page.wait_for_function("() => window.__changed !== null", timeout=30_000)
    return float(page.evaluate("window.__changed"))


def _portal_page(browser: Browser, portal: Portal) -> tuple[Visitor, list[Any]]:
    context = browser.new_context(**DESKTOP)
    context.add_init_script(PAINTED)
    visitor = Visitor(context, portal)
    visitor.sign_in(READER)
    return visitor, context.cookies()


def measure(browser: Browser, portal: Portal, numbers: Sequence[str], place: Path) -> list[Line]:
    visitor, cookies = _portal_page(browser, portal)
    ours_url = f"{portal.url}/consommations?pce={numbers[0]}"
    with (
        serving(place, gunicorn("bench.floors:bare_dash()")) as dash_url,
        serving(place, streamlit(), "/_stcore/health") as streamlit_url,
    ):
        places = {"portal": (ours_url, cookies), "dash": (dash_url, ()), "st": (streamlit_url, ())}
        visits: dict[str, list[tuple[float, float]]] = {name: [] for name in places}
        for turn in range(VISITS + 1):
            for name, (url, known) in places.items():
                seen = first_visit(browser, url, known)
                if turn:
                    visits[name].append(seen)
        changes = _changes(browser, visitor, ours_url, streamlit_url, numbers)
    visitor.context.close()
    return [*_visit_lines(visits), *_change_lines(changes)]


def _visit_lines(visits: dict[str, list[tuple[float, float]]]) -> list[Line]:
    took = {name: statistics.median(v[0] for v in seen) for name, seen in visits.items()}
    weight = {name: statistics.median(v[1] for v in seen) for name, seen in visits.items()}
    ours = (took["portal"], "ms")
    return [
        ratio("first visit to bars", ours, ("bare Dash page", took["dash"]), 1.0, most=True),
        ratio("", ours, ("Streamlit", took["st"]), 0.5, most=True),
        bound("first visit, transferred", weight["portal"], "MB", 2.0),
        Line(
            "the floors' weight",
            "",
            f"Dash {weight['dash']:.1f} MB, Streamlit {weight['st']:.1f} MB",
            "",
            "",
            None,
        ),
    ]


def _changes(
    browser: Browser, visitor: Visitor, ours: str, theirs: str, numbers: Sequence[str]
) -> dict[str, list[float]]:
    """Steps and PCE changed in turn, on both pages, one after the other."""
    page = visitor.page
    page.goto(ours)
    visitor.settle()
    context = browser.new_context(**DESKTOP)
    context.add_init_script(PAINTED)
    other = context.new_page()
    other.goto(theirs)
    other.wait_for_function("() => window.__painted", timeout=60_000)
    other.wait_for_load_state("networkidle")
    found: dict[str, list[float]] = {"step": [], "st step": [], "pce": [], "st pce": []}
    for turn, (press, press_theirs) in enumerate(_steps(page, other)):
        kept = turn > 1
        found["step"] += [change(page, press)][: int(kept)]
        visitor.settle()  # what comes after the bars is not to slow the other page
        found["st step"] += [change(other, press_theirs)][: int(kept)]
    for turn in range(CHANGES + 2):
        kept = turn > 1
        found["pce"] += [_change_pce(visitor, numbers[(turn + 1) % 2])][: int(kept)]
        label = (
            other.locator("[data-testid=stRadio]")
            .nth(0)
            .locator("[role=radiogroup] label")
            .nth((turn + 1) % 2)
        )
        found["st pce"] += [change(other, label.click)][: int(kept)]
    context.close()
    return found


def _steps(page: Page, other: Page) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    for turn in range(CHANGES + 2):
        value = ("week", "month")[turn % 2]
        option = page.locator(f"#{Ids.STEP} input[value='{value}']").get_attribute("id")
        ours = page.locator(f"#{Ids.STEP} label[for='{option}']")
        theirs = (
            other.locator("[data-testid=stRadio]")
            .nth(1)
            .locator("[role=radiogroup] label")
            .nth((turn + 1) % 2)
        )
        yield ours.click, theirs.click


def _change_pce(visitor: Visitor, number: str) -> float:
    """From the choice in the list to the new bars; the typing is the person's own."""
    page = visitor.page
    field = page.locator(f"#{Ids.PICKER}")
    field.click()
    field.fill(number)
    row = page.locator(f"#{Ids.PICKER_LIST} [role=option][data-value='{number}']")
    row.wait_for(state="visible")
    took = change(page, row.click)
    visitor.settle()
    return took


def _change_lines(found: dict[str, list[float]]) -> list[Line]:
    lines = []
    for what, key in (("change of granularity", "step"), ("change of PCE", "pce")):
        ours, theirs = statistics.median(found[key]), statistics.median(found[f"st {key}"])
        lines.append(ratio(what, (ours, "ms"), ("Streamlit", theirs), 0.35, most=True))
        with contextlib.suppress(IndexError):
            p95 = sorted(found[key])[int(len(found[key]) * 0.95)]
            lines.append(bound(f"{what}, p95", p95, "ms", 250))
    return lines
