"""The grid of 10,000 controls in a real browser: from the press to the last of the new lines."""

import statistics
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import func, select

from bench.many_rights import fill
from bench.report import Line, bound
from bench.rights_browser import GOAL, WORDS, took, watch_of
from components.controls.ids import Ids
from core.database import Database
from data.controls import actions
from data.controls.models import Control
from data.controls.types import DrawFilter, ProofDelays, Sample
from data.identity.accounts.models import Organisation, User
from jobs.demo.controls import CLIENT, People, people_of
from tests.journeys.browser import launch
from tests.journeys.portal import Portal, started
from tests.journeys.visitor import DESKTOP, Visitor

SIZE, TURNS = 40_000, 20  # rights: half of them of the client, most of these Active
P95 = 18  # of twenty, the nineteenth


def measure(place: Path) -> list[Line]:
    with started(place, pces=60) as portal, sync_playwright() as playwright:
        _load(portal.database)
        portal.prefer(CLIENT, "fr", "light")
        browser = launch(playwright)
        lines = _measured(browser, portal)
        browser.close()
    return lines


def _load(database: Database) -> None:
    with database.reading() as db:
        there = db.scalar(select(func.count(Control.id))) or 0
        client = db.scalar(select(User.organisation_id).where(User.email == CLIENT))
        others = list(db.scalars(select(Organisation.id).where(Organisation.id != client)))
    if there < SIZE // 5:
        fill(database, SIZE, client, others)
        _control(database, client)


def _control(database: Database, client: int) -> None:
    """All that the client has, as far as it may be drawn."""
    now = datetime.now(UTC)
    with database.transaction() as db:
        people: People | None = people_of(db, now.date())
        assert people
        sample = Sample(Decimal(100), 7, DrawFilter(organisation_id=client))
        delays = ProofDelays()
        seen = actions.preview_campaign(db, people.staff, sample, delays=delays)
        actions.open_campaign(db, people.staff, sample, mark=seen.mark, delays=delays, now=now)


def _measured(browser: Browser, portal: Portal) -> list[Line]:
    context = browser.new_context(**DESKTOP)
    context.add_init_script(watch_of(Ids.GRID))
    visitor = Visitor(context, portal)
    visitor.sign_in(CLIENT)
    page = visitor.open("/controles?show=all")
    heads = page.locator(f"#{Ids.GRID} .ag-header-cell[col-id='number']")
    chips = page.locator(f"#{Ids.STATE} label")
    search = page.locator(f"#{Ids.SEARCH}")
    works: dict[str, Callable[[int], None]] = {
        "sorted": lambda _turn: heads.click(),
        "one state": lambda turn: chips.nth(1 + turn % 2).click(),
        "contains": lambda turn: search.fill(WORDS[turn % len(WORDS)]),
    }
    lines = []
    for work, press in works.items():
        times = sorted([took(visitor, page, press, turn, work) for turn in range(TURNS + 1)][1:])
        half = statistics.median(times)
        lines.append(bound(f"{work}, p95 (half: {half:,.0f} ms)", times[P95], "ms", GOAL))
    context.close()
    return lines
