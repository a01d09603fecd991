"""One portal for all journeys, a browser profile without a past for each visitor."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, sync_playwright

from tests.architecture.sources import ROOT
from tests.journeys.browser import launch
from tests.journeys.portal import started
from tests.journeys.profiles import Kind, Profiles
from tests.journeys.states import deposit
from tests.journeys.visitor import Visitor

FAILED = ROOT / "var" / "failed"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "/journeys/" in item.path.as_posix():
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed journey leaves a picture of what its visitors saw in `var/failed`."""
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
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def receipt(browser, portal):
    """A run of Camille's, ended well: `states` finds it."""
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

    def arrive(email=None, *, phone=False, language="fr", theme="light"):
        kind = Kind(phone, language)
        visitor = profiles.lend(kind)
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
