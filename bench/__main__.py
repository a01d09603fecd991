"""Every ratio of the bar, in one run: `make bench` (or `python -m bench chart ingest …`)."""

import argparse
import sys
import time
from datetime import datetime
from importlib import import_module
from pathlib import Path

from playwright.sync_api import sync_playwright

from core.i18n import PARIS
from tests.architecture.sources import ROOT
from tests.journeys.browser import launch
from tests.journeys.portal import started

PLACE = ROOT / "var" / "bench"
ALONE = (  # no portal
    *("ingest", "notices", "exports", "thresholds", "imports", "rights", "controls"),
    *("contracts", "adict", "mirror", "letter"),
    *("portfolio", "savings"),
)
SIZED = {"thresholds", "imports", "rights", "portfolio"}  # those of two sizes
LARGE = "240,000 PCE evaluated, 1,000,000 ranked, 1,000,000 rights shown, 100,000 imported too"
SECTIONS = (*ALONE, "chart", "visit")
KNOWN = ", ".join((*SECTIONS, "fairness"))  # the last one when it is named: minutes under load


def main() -> int:
    from bench.report import show

    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", default=[], help=f"some of {KNOWN}")
    parser.add_argument("--pces", type=int, default=400, help="size of the fleet behind the page")
    parser.add_argument("--large", action="store_true", help=LARGE)
    args = parser.parse_args()
    wanted = args.sections or SECTIONS
    begin = time.monotonic()
    for section in ALONE:
        if section in wanted:
            sizes = {"large": args.large} if section in SIZED else {}
            for title, lines in import_module(f"bench.{section}").measure(**sizes):
                show(title, lines)
    if {"chart", "visit"} & set(wanted):
        _browse(PLACE / f"{args.pces}", args.pces, wanted)
    if "fairness" in wanted:
        _wait_for_others(PLACE / f"{args.pces}", args.pces)
    print(f"\nall in {time.monotonic() - begin:.0f} s, on this machine, now: read the ratios")
    return 0


def _browse(place: Path, pces: int, wanted: list[str]) -> None:
    """The sections that need a portal, served as `make run` serves it."""
    from bench import chart, visit
    from bench.report import show

    with started(place, pces=pces) as portal, sync_playwright() as playwright:
        numbers = portal.held_by(chart.READER)[: chart.MANY]
        portal.prefer(chart.READER, "fr", "light")
        chart.note_statements(portal, numbers, datetime.now(PARIS).date())
        browser = launch(playwright)
        if "chart" in wanted:
            show("Chart of one PCE over HTTP", chart.measure(browser, portal, numbers, place))
        if "visit" in wanted:
            show("In the browser", visit.measure(browser, portal, numbers[:8], place))
        browser.close()


def _wait_for_others(place: Path, pces: int) -> None:
    """What people wait for while others load the portal."""
    from bench import fairness
    from bench.report import show

    with started(place, pces=pces) as portal:
        for title, lines in fairness.measure(portal):
            show(title, lines)


if __name__ == "__main__":
    sys.exit(main())
