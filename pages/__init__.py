"""Pages, in menu order."""

from core.access import Viewer
from core.i18n import _
from pages import (
    accounts,
    accounts_safety,
    admin,
    bills,
    budgets,
    consumption,
    contracts,
    controls,
    exports,
    fleet,
    home,
    marks,
    notifications,
    operat,
    origin,
    pces,
    prices,
    rights,
    rights_act,
    rights_held,
    rights_import,
    runs,
    signatures,
    subjects,
    thresholds,
)
from pages.page import PageSpec

PAGES: tuple[PageSpec, ...] = (
    home.PAGE,
    consumption.PAGE,
    origin.PAGE,
    fleet.PAGE,
    signatures.PAGE,
    prices.PAGE,
    bills.PAGE,
    budgets.PAGE,
    operat.PAGE,
    pces.PAGE,
    thresholds.PAGE,
    rights.PAGE,
    rights_import.PAGE,
    rights_act.PAGE,
    rights_held.PAGE,
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


def menu_of(viewer: Viewer, *, several: bool) -> list[tuple[str, str]]:
    """Return (address, label) of the menu; `several` tells whether the viewer sees several PCEs."""
    return [
        (page.path, _(page.menu))
        for page in PAGES
        if page.menu and viewer.may(page.permission) and (several or not page.several)
    ]


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
