"""Every page, in menu order."""

from pages import (
    accounts,
    accounts_safety,
    admin,
    consumption,
    contracts,
    controls,
    exports,
    home,
    notifications,
    pces,
    rights,
    rights_held,
    rights_import,
    runs,
    signatures,
    thresholds,
)
from pages.page import Page

PAGES: tuple[Page, ...] = (
    home.PAGE,
    consumption.PAGE,
    signatures.PAGE,
    pces.PAGE,
    thresholds.PAGE,
    rights.PAGE,
    rights_import.PAGE,
    rights_held.PAGE,
    controls.PAGE,
    contracts.PAGE,
    exports.PAGE,
    runs.PAGE,
    notifications.PAGE,
    accounts_safety.CREDENTIALS,
    accounts_safety.CODED,
    accounts_safety.JOURNAL,
    accounts.PAGE,
    admin.PAGE,
)


def page_at(path: str) -> Page | None:
    """The page that answers at *path*; a `<part>` of its address stands for anything."""
    wanted = path.strip("/").split("/")
    for page in PAGES:
        model = page.path.strip("/").split("/")
        if len(model) == len(wanted) and all(
            part.startswith("<") or part == here for part, here in zip(model, wanted, strict=True)
        ):
            return page
    return None
