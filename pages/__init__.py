"""Pages, in menu order within a section."""

from components.frame import MenuEntry
from core.access import Viewer
from core.i18n import N_, _
from pages import (
    accounts,
    accounts_safety,
    admin,
    bills,
    budgets,
    claims,
    consumption,
    contracts,
    controls,
    days,
    exports,
    fleet,
    home,
    marks,
    notifications,
    operat,
    origin,
    pces,
    prices,
    retrofits,
    rights,
    rights_act,
    rights_held,
    rights_import,
    runs,
    signatures,
    subjects,
    thresholds,
)
from pages.page import PageSpec, Section

PAGES: tuple[PageSpec, ...] = (
    home.PAGE,
    consumption.PAGE,
    origin.PAGE,
    days.PAGE,
    fleet.PAGE,
    signatures.PAGE,
    prices.PAGE,
    bills.PAGE,
    budgets.PAGE,
    retrofits.PAGE,
    operat.PAGE,
    pces.PAGE,
    claims.PAGE,
    thresholds.PAGE,
    rights_held.PAGE,
    rights.PAGE,
    rights_import.PAGE,
    rights_act.PAGE,
    controls.PAGE,
    contracts.PAGE,
    exports.PAGE,
    runs.PAGE,
    notifications.PAGE,
    marks.VIEWS,
    marks.LINKS,
    accounts_safety.CREDENTIALS,
    accounts_safety.CODED,
    accounts_safety.JOURNAL,
    subjects.PAGE,
    accounts.PAGE,
    admin.PAGE,
)


_GROUPED = {Section.ACCESS: N_("Accès")}  # their pages are listed under one word


def menu_of(viewer: Viewer, *, several: bool) -> list[MenuEntry]:
    """Return the menu, of six words at most; `several` tells whether the viewer sees several PCEs.

    Staff has the menu of many PCEs, even before the first one.
    """
    entries = []
    for section in Section:
        covers = tuple(page.path for page in PAGES if page.section is section)
        pages = [
            MenuEntry(_(page.menu), page.path, covers)
            for page in PAGES
            if page.section is section
            and page.menu
            and viewer.may(page.permission)
            and page.several in {None, several or viewer.staff}
            and not (page.own and viewer.staff)
        ]
        if pages and section in _GROUPED:
            pages = [MenuEntry(_(_GROUPED[section]), "", covers, tuple(pages))]
        entries.extend(pages[:1])
    return entries


def page_at(path: str) -> PageSpec | None:
    """Return the page of a path; a `<part>` of its address matches anything."""
    path_parts = path.strip("/").split("/")
    for page in PAGES:
        model = page.path.strip("/").split("/")
        if len(model) == len(path_parts) and all(
            part.startswith("<") or part == here
            for part, here in zip(model, path_parts, strict=True)
        ):
            return page
    return None
