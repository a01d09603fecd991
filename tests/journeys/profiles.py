"""Reuse browser profiles for one visitor after another, without a trace of earlier visitors.

A new profile is a new process, which parses every script again: its first page takes twice as long.
"""

from collections import defaultdict
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.portal import Portal
from tests.journeys.visitor import DESKTOP, PHONE, Visitor

LOCALES = {"fr": "fr-FR", "en": "en-GB"}
TRACES = "local_storage,indexeddb,cache_storage,service_workers"  # of an origin, beside cookies


class Kind(NamedTuple):
    """The options of a profile, which are fixed when it is created."""

    phone: bool
    language: str


class Profiles:
    """The profiles of one browser; each keeps a page of the portal open, and so its process."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        self.browser = browser
        self.portal = portal
        self._free: dict[Kind, list[BrowserContext]] = defaultdict(list)
        self._kept: dict[BrowserContext, Page] = {}

    def lend(self, kind: Kind) -> Visitor:
        if self._free[kind]:
            return Visitor(self._free[kind].pop(), self.portal)
        context = self.browser.new_context(
            **(PHONE if kind.phone else DESKTOP),
            locale=LOCALES[kind.language],
            reduced_motion="reduce",
            accept_downloads=True,
        )
        return Visitor(context, self.portal)

    def take_back(self, kind: Kind, visitor: Visitor) -> None:
        visitor.leave()
        context = visitor.context
        context.set_offline(offline=False)
        context.clear_cookies()  # first: the page that is kept must be nobody's
        kept = self._kept.get(context) or self._keep(context)
        for page in context.pages:
            if page is not kept:
                page.close()
        context.clear_permissions()
        tool = context.new_cdp_session(kept)
        traces = {"origin": self.portal.url, "storageTypes": TRACES}
        tool.send("Storage.clearDataForOrigin", traces)
        tool.detach()
        self._free[kind].append(context)

    def _keep(self, context: BrowserContext) -> Page:
        kept = self._kept[context] = context.new_page()
        kept.goto(f"{self.portal.url}/connexion")
        return kept
