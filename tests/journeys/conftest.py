"""Provide one portal for all journeys, and an empty browser profile for each visitor."""

import re
from collections import Counter, defaultdict
from contextlib import suppress

import pytest
from playwright.sync_api import Error, sync_playwright

from tests.architecture.sources import ROOT
from tests.choosing import EVERY_WAY, leave_out
from tests.journeys.browser import launch
from tests.journeys.portal import started
from tests.journeys.profiles import Kind, Profiles
from tests.journeys.states import deposit
from tests.journeys.visitor import Visitor

FAILED = ROOT / "var" / "failed"


WAYS = {"screen", "phone", "language"}  # parameters that only say how the same page is looked at


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Keep the daily journeys, on one screen each; `make proofs` plays all on all screens."""
    for item in items:
        if "/journeys/" in item.path.as_posix():
            item.add_marker(pytest.mark.journey)
    leave_out(config, items, not_daily)
    leave_out(config, items, other_screens, asked_by="::")
    files = Counter(item.path for item in items)
    items.sort(key=lambda item: _is_short(item, files))


def _is_short(item, files):
    """Return the sort key that puts whole stories first, then the files with most journeys.

    Stories choose among PCEs without a declaration. One worker plays a file: at the end, a long
    one would leave the other worker idle.
    """
    if "/journeys/" not in item.path.as_posix():
        return False, 0, ""
    return "_story" not in item.path.stem, -files[item.path], item.path.stem


def not_daily(items):
    """Return the journeys that only `make proofs` plays."""
    has = [(item, item.get_closest_marker) for item in items]
    return [item for item, marker in has if marker("journey") and not marker("daily")]


def other_screens(items):
    """Return the journeys that repeat another one on a different screen."""
    alike = defaultdict(list)
    for item in sorted(items, key=lambda item: item.nodeid):
        given = item.callspec.params if hasattr(item, "callspec") else {}
        if item.get_closest_marker("journey") and WAYS & given.keys():
            rest = [(name, id(value)) for name, value in given.items() if name not in WAYS]
            alike[item.location[0], item.originalname, *rest].append(item)
    # In turn, so that each screen sees half of the pages.
    kept = {id(group[turn % len(group)]) for turn, group in enumerate(alike.values())}
    return [item for group in alike.values() for item in group if id(item) not in kept]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Save what the visitors of a failed journey saw as pictures in `var/failed`."""
    report = yield
    if report.when == "call" and report.failed:
        item.failed = True
        name = re.sub(r"[^\w-]+", "-", item.name)
        for number, visitor in enumerate(getattr(item, "visitors", [])):
            FAILED.mkdir(parents=True, exist_ok=True)
            with suppress(Error):  # a page that hangs fails its journey, not the whole run
                visitor.page.screenshot(path=FAILED / f"{name}-{number}.png")
    return report


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    with started(tmp_path_factory.mktemp("journeys") / "var", pces=52) as running:
        yield running


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright, light=not EVERY_WAY)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def receipt(browser, portal):
    """Deposit a file as Camille, whose completed run `states` needs."""
    deposit(browser, portal, "camille@tilleuls.example")


@pytest.fixture(scope="session")
def profiles(browser, portal):
    return Profiles(browser, portal)


@pytest.fixture
def visit(request, portal, profiles):
    """Make visitors: `visit("camille@tilleuls.example", phone=True, language="en")`."""
    visitors: list[Visitor] = []
    kinds: list[Kind] = []
    request.node.visitors = visitors
    checks_contrast = EVERY_WAY or any(".py" in word for word in request.config.args)

    def arrive(email=None, *, phone=False, language="fr", theme="light"):
        kind = Kind(phone, language)
        visitor = profiles.lend(kind)
        visitor.checks_contrast = checks_contrast
        visitors.append(visitor)
        kinds.append(kind)
        visitor.context.add_cookies(
            [
                {"name": name, "value": value, "url": portal.url}
                for name, value in (("language", language), ("theme", theme))
            ]
        )
        if email:
            portal.prefer(email, language, theme)
            visitor.arrive(email)
        return visitor

    yield arrive
    problems = [problem for visitor in visitors for problem in visitor.problems]
    for kind, visitor in zip(kinds, visitors, strict=True):
        if getattr(request.node, "failed", False):  # who knows what it holds
            visitor.context.close()
        else:
            profiles.take_back(kind, visitor)
    assert not problems, "\n".join(problems)
