"""Drive a browser as a person, and record everything that a page should not do."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, expect

from tests.journeys.portal import Portal

PATIENCE = 15_000  # ms: a busy machine is no failure
expect.set_options(timeout=PATIENCE)
TOKEN = "_csrf_token"
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ERROR_EDGE, ERROR_EDGE_DARK = "rgb(179, 38, 30)", "rgb(255, 138, 128)"  # of an invalid field
SCREENS = [
    pytest.param({"language": language, "theme": theme, "phone": phone}, id=name)
    for name, language, theme, phone in (
        ("french-light-desktop", "fr", "light", False),
        ("english-dark-phone", "en", "dark", True),
        ("french-dark-phone", "fr", "dark", True),
        ("english-light-desktop", "en", "light", False),
    )
]
AXE = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WATCH = """
document.addEventListener('securitypolicyviolation', event =>
    console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`));
const ask = window.fetch;
window.asking = 0;
const answered = () => requestAnimationFrame(() =>
    requestAnimationFrame(() => { window.asking -= 1; }));
window.fetch = (...what) => {
    window.asking += 1;
    return ask(...what).finally(answered);
};
new MutationObserver(changes => changes.flatMap(change => [...change.addedNodes])
    .filter(node => node.localName === 'script' && node.src && document.readyState === 'complete')
    .forEach(script => {
        window.asking += 1;
        for (const end of ['load', 'error']) script.addEventListener(end, answered);
    })).observe(document, {childList: true, subtree: true});
"""
SETTLED = """waiter => {
    const shown = document.querySelector('main h1, form h1, h1');
    const waits = document.querySelector(
        '[data-dash-is-loading="true"], [aria-busy="true"], .skeleton');
    const settled = Boolean(shown) && !waits && !window.asking
        && document.readyState === 'complete' && document.fonts.status === 'loaded';
    const calm = window.calm?.waiter === waiter ? window.calm.frames : 0;
    window.calm = {waiter, frames: settled ? calm + 1 : 0};
    return window.calm.frames > 8;
}"""  # so many frames in a row: a busy machine draws fewer in a second, and is given longer


class Visitor:
    """A person in a browser context; `problems` must be empty when the test ends."""

    def __init__(self, context: BrowserContext, portal: Portal) -> None:
        self.context = context
        self.portal = portal
        self.problems: list[str] = []
        self.expected: tuple[str, ...] = ()
        self.also: set[str] = set()  # other hosts that this journey is about
        self.checks_contrast = True  # a third of the time of axe
        self.waits = 0
        if not context.pages:  # else somebody came before, and it watches
            context.add_init_script(WATCH)
        context.on("console", self._hear)
        context.on("weberror", self._stumble)
        context.on("request", self._look)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)

    def _hear(self, message: ConsoleMessage) -> None:
        said = message.text
        if message.type == "error" and not any(part in said for part in self.expected):
            self.problems.append(f"console: {said} ({message.location.get('url', '')})")

    def _stumble(self, error: WebError) -> None:
        self.problems.append(f"script: {error.error}")

    def _look(self, request: Request) -> None:
        address = urlsplit(request.url)
        here = urlsplit(self.portal.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc not in {
            here.netloc,
            *self.also,
        }:
            self.problems.append(f"another host: {request.url}")

    def leave(self) -> None:
        """Stop recording: another visitor gets the profile."""
        self.context.remove_listener("console", self._hear)
        self.context.remove_listener("weberror", self._stumble)
        self.context.remove_listener("request", self._look)

    def expect(self, *parts: str) -> None:
        """Accept console errors that contain one of *parts*, such as those of a refused page."""
        self.expected = parts

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.portal.url}{path}")
        return self.settle()

    def settle(self) -> Page:
        """Wait until the page is complete, has no request under way, and stays so for a moment."""
        self.waits += 1
        self.page.wait_for_function(SETTLED, arg=self.waits)
        return self.page

    def moves(self, gesture: Callable[[], object]) -> Page:
        """Do *gesture*, then wait until the address changes and the page settles."""
        before = self.page.url
        gesture()
        self.page.wait_for_url(lambda url: url != before)
        return self.settle()

    def sign_in(self, email: str, password: str | None = None) -> Page:
        self.page.goto(f"{self.portal.url}/connexion")
        self.page.locator("input[name=email]").fill(email)
        self.page.locator("input[name=password]").fill(password or self.portal.password)
        self.page.locator("form:has(input[name=password]) [type=submit]").first.click()
        self.page.wait_for_url(lambda url: "/connexion" not in url)
        return self.settle()

    def arrive(self, email: str) -> None:
        """Sign in by the route of `sign_in`, without drawing its form or the home page."""
        door, ask = f"{self.portal.url}/connexion", self.context.request
        ask.get(door)
        token = next(
            cookie["value"] for cookie in self.context.cookies() if cookie["name"] == TOKEN
        )
        typed = {"csrf_token": token, "email": email, "password": self.portal.password}
        answer = ask.post(door, form=typed, max_redirects=0)
        assert answer.status == 303, answer.text()

    def has_no_axe_violation(self, without: str = "") -> None:
        """Run axe on the current page; list each broken rule and its place.

        `without` selects elements that an open panel covers in part.
        """
        self.page.wait_for_load_state("load")  # words may stand before their styles have come
        if not self.page.evaluate("'axe' in window"):  # the same page, in another state
            self.page.evaluate(AXE)
        only = {"type": "tag", "values": TAGS}
        rules = {"color-contrast": {"enabled": self.checks_contrast}}
        violations = self.page.evaluate(
            "given => axe.run(...given).then(found => found.violations)",  # the rest is long
            [
                {"exclude": [without] if without else []},
                {"resultTypes": ["violations"], "runOnly": only, "rules": rules, "preload": False},
            ],
        )
        broken = [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in violations
            for node in rule["nodes"]
        ]
        assert not broken, "\n".join(broken)

    def fits_the_screen(self) -> None:
        """Check that the page is no wider than the screen."""
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 1

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()
