"""Find a Chromium that starts, and install one if there is none (`make browser`)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--process-per-site",  # a page that is kept open lends its process to the next
]
# Pages of a journey live for seconds: optimising their scripts takes longer than it saves.
SHORT_LIVED = ["--js-flags=--no-opt --no-maglev"]
APT = {"DEBIAN_FRONTEND": "noninteractive"}


def launch(playwright: Playwright, *, light: bool = False) -> Browser:
    """Launch Playwright's own Chromium, or the machine's if that does not start.

    A *light* one shows the same pages with two thirds of the processor's time: the headless shell
    if there is one, which has no window to draw, and scripts that are compiled without optimising.
    """
    refused: Exception | None = None
    for options in _candidates(playwright, light):
        try:
            return playwright.chromium.launch(args=FLAGS + SHORT_LIVED * light, **options)
        except Error as error:
            refused = error
    raise RuntimeError("no Chromium starts here: run `make browser`") from refused


def _candidates(playwright: Playwright, light: bool) -> Iterator[dict[str, Any]]:
    own = playwright.chromium.executable_path
    if os.path.exists(own):  # noqa: PTH110 (a string of the tool's)
        yield {}
    for name in (*SHELLS, *NAMES) if light else (*NAMES, *SHELLS):
        path = shutil.which(name)
        if path:
            yield {"executable_path": path}


def starts() -> bool:
    with sync_playwright() as playwright:
        try:
            launch(playwright).close()
        except RuntimeError:
            return False
        return True


def _run(*command: str) -> bool:
    print("  ", *command, flush=True)
    try:
        done = subprocess.run(
            command, check=False, timeout=600, capture_output=True, text=True, env=os.environ | APT
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"   did not work: {error}")
        return False
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        print("   did not work:", said[-1] if said else f"status {done.returncode}")
    return done.returncode == 0


def main() -> int:
    """Install a Chromium if none starts; print what was tried if that fails."""
    if starts():
        return 0
    print("no Chromium starts here; looking for one", flush=True)
    if _run(sys.executable, "-m", "playwright", "install", "chromium") and starts():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update", "-q")
        packages = ("chromium", "fonts-liberation", "fonts-dejavu-core")
        for more in (SHELLS[:1], ()):  # some systems have no package of the shell
            _run("apt-get", "install", "-q", "-y", "--no-install-recommends", *packages, *more)
            if starts():
                return 0
    print(
        "The browser journeys need Chromium. Neither its own download nor the system's packages\n"
        "worked here: install Chromium by hand (package `chromium` on Debian) and start again.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
