"""Pictures of every page and state, from the page table (`make shots`); `--only NAME` for one."""

import argparse
import itertools
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from pages import PAGES
from tests.architecture.sources import ROOT
from tests.journeys.browser import launch
from tests.journeys.portal import Portal, started
from tests.journeys.states import READERS, deposit, states
from tests.journeys.visitor import DESKTOP, PHONE, Visitor

FOLDER = ROOT / "var" / "shots"
MANAGER = "camille@tilleuls.example"
NEWCOMER = "victor@novembre.example"
STAFF = "martin@reseau.example"
SCREENS = {"1440": DESKTOP, "390": PHONE}
OUTSIDE = {
    "sign-in": "/connexion",
    "sign-in-ended": "/connexion?ended=1",
    "forgotten": "/mot-de-passe-oublie",
    "api": "/documentation-api",
}


def wanted(portal: Portal, only: str | None) -> list[tuple[str, str | None, str]]:
    """(name of the picture, who looks, address) of everything worth a look."""
    looks: list[tuple[str, str | None, str]] = [
        (name, None, path) for name, path in OUTSIDE.items()
    ]
    for page in PAGES:
        reader = READERS.get(page.name, MANAGER)
        for number, state in enumerate(states(portal, page, reader)):
            looks.append((f"{page.name}-{number}", reader, state))
        looks.append((f"{page.name}-nothing-yet", NEWCOMER, page.path))
        looks.append((f"{page.name}-staff", STAFF, page.path))
    looks.append(("not-found", MANAGER, "/nowhere"))
    return [look for look in looks if only is None or look[0].startswith(only)]


def picture(browser: Browser, portal: Portal, folder: Path, only: str | None) -> int:
    """Take every picture of one language, theme and width; return how many."""
    language, theme, width = folder.name.split("-")
    taken = 0
    looks = wanted(portal, only)
    for email, group in itertools.groupby(looks, key=lambda look: look[1]):
        context = browser.new_context(
            **SCREENS[width], locale=language, reduced_motion="reduce", device_scale_factor=1
        )
        for name, value in (("language", language), ("theme", theme)):
            context.add_cookies([{"name": name, "value": value, "url": portal.url}])
        visitor = Visitor(context, portal)
        if email:
            portal.prefer(email, language, theme)
            visitor.arrive(email)
        for name, _email, path in group:
            try:
                visitor.open(path)
            except Exception as error:  # noqa: BLE001 (the picture tells)
                print(f"  {folder.name} {name}: {str(error).splitlines()[0]}")
            visitor.page.screenshot(path=folder / f"{name}.png", full_page=True)
            taken += 1
        for problem in visitor.problems:
            print(f"  {folder.name}: {problem}")
        context.close()
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="pictures whose name starts with this")
    parser.add_argument("--pces", type=int, default=60)
    parser.add_argument("--look", help="one of fr-light-1440, en-dark-390…; all when left out")
    args = parser.parse_args()
    kinds = itertools.product(("fr", "en"), ("light", "dark"), SCREENS)
    looks = [args.look] if args.look else ["-".join(kind) for kind in kinds]
    start = time.monotonic()
    taken = 0
    with (
        tempfile.TemporaryDirectory() as place,
        started(Path(place) / "var", pces=args.pces) as portal,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        deposit(browser, portal, MANAGER)
        for look in looks:
            folder = FOLDER / look
            folder.mkdir(parents=True, exist_ok=True)
            taken += picture(browser, portal, folder, args.only)
        browser.close()
    print(f"{taken} pictures in {FOLDER.relative_to(ROOT)}, {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
