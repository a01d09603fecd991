"""Take the pictures of the documentation again (`make pictures`).

Names after the command: those alone.
"""

import io
import sys
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Browser, sync_playwright

from pages import PAGES
from tests.architecture.sources import ROOT
from tests.journeys.browser import launch
from tests.journeys.portal import Portal, started
from tests.journeys.states import deposit, states
from tests.journeys.visitor import Visitor

LANGUAGES = ("fr", "en")
VIEWPORT = {"width": 1200, "height": 750}
COLOURS = 96
CELL = 10  # pixels of a side; a cell is compared by its mean grey
VISIBLE = 24  # levels of grey, out of 255
MANAGER = "camille@tilleuls.example"
THIRD_PARTY = "nadia@thermia.example"
STAFF = "martin@reseau.example"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to picture: *path* may hold the blanks that `states` fills."""

    name: str
    reader: str | None
    path: str


PICTURES = (
    Picture("sign-in", None, "/connexion"),
    Picture("home", MANAGER, "/"),
    Picture("consumption", MANAGER, "/consommations?pce={pce}"),
    Picture("fleet", MANAGER, "/consommations/parc"),
    Picture("threshold", MANAGER, "/seuils?new=1&pce={pce}"),
    Picture("notifications", MANAGER, "/notifications"),
    Picture("budgets", MANAGER, "/budgets?new=1"),
    Picture("bills", MANAGER, "/factures?new=1"),
    Picture("deposit", MANAGER, "/operations?run={draft}"),
    Picture("exports", MANAGER, "/exports"),
    Picture("declare", THIRD_PARTY, "/droits?new=1"),
    Picture("rights", THIRD_PARTY, "/droits"),
    Picture("import", THIRD_PARTY, "/droits/import"),
    Picture("readers", "louise@fournil.example", "/droits/lecteurs"),
    Picture("proofs", "lea@sobrielle.example", "/controles"),
    Picture("decide", STAFF, "/controles"),
    Picture("contract", "lea@sobrielle.example", "/contrats"),
    Picture("team", "aurore@tilleuls.example", "/admin"),
    Picture("my-data", MANAGER, "/compte/donnees"),
)


def file_of(language: str, name: str) -> Path:
    return ROOT / "docs" / language / "pictures" / f"{name}.png"


def take_all(only: Collection[str] = ()) -> Iterator[tuple[str, str, bytes]]:
    """Start a portal with the demo; yield (language, name, PNG) of each picture."""
    with (
        tempfile.TemporaryDirectory() as place,
        started(Path(place) / "var", pces=60) as portal,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        deposit(browser, portal, MANAGER)
        for picture in PICTURES:
            if not only or picture.name in only:
                for language in LANGUAGES:
                    yield language, picture.name, take(browser, portal, picture, language)
        browser.close()


def take(browser: Browser, portal: Portal, picture: Picture, language: str) -> bytes:
    """Return the compressed PNG of one page in one language."""
    context = browser.new_context(
        viewport=VIEWPORT, locale=language, reduced_motion="reduce", device_scale_factor=1
    )
    for name, value in (("language", language), ("theme", "light")):
        context.add_cookies([{"name": name, "value": value, "url": portal.url}])
    visitor = Visitor(context, portal)
    if picture.reader:
        portal.prefer(picture.reader, language, "light")
        visitor.arrive(picture.reader)
    visitor.open(address_of(portal, picture))
    taken = visitor.page.screenshot()
    context.close()
    return compress(taken)


def address_of(portal: Portal, picture: Picture) -> str:
    """Fill the blanks of an address through `states`, which knows what the demo holds."""
    if "{" not in picture.path:
        return picture.path
    path, query = picture.path.split("?")
    page = next(page for page in PAGES if page.path == path)
    address = list(states(portal, page, picture.reader or ""))
    return address[page.shots.index(f"?{query}")]


def compress(png: bytes) -> bytes:
    few = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    written = io.BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


def changed_share(kept: bytes, taken: bytes) -> float:
    """Return the share of cells whose grey differs visibly; 1 when the sizes differ."""
    before, after = (Image.open(io.BytesIO(png)).convert("L") for png in (kept, taken))
    if before.size != after.size:
        return 1.0
    cells = (before.width // CELL, before.height // CELL)
    difference = ImageChops.difference(
        before.resize(cells, Image.Resampling.BOX), after.resize(cells, Image.Resampling.BOX)
    )
    return sum(difference.histogram()[VISIBLE:]) / (cells[0] * cells[1])


def main() -> int:
    for language, name, png in take_all(sys.argv[1:]):
        path = file_of(language, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png)
        print(f"{path.relative_to(ROOT)} {len(png) // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
